import assert from "node:assert/strict";
import { FollowedProcess, outcomeOf, standInCommand } from "../testing/stand_in_process.ts";
import { allGone, sendSignal, succeeds } from "../testing/shell.ts";
import { standInSurvivors } from "../testing/stand_in.ts";

const ENDLESS = {
  engine: "local",
  inputs: 1000,
  description: { seed: 1, secondsPerInput: 10, shares: true },
  options: { devices: "cpu:2" },
} as const;

const SIGNALS = [["INT", "Ctrl-C"], ["TERM", "a plain kill"], ["KILL", "a kill by force"]] as const;

for (const [signal, words] of SIGNALS) {
  Deno.test(`${words} leaves no process and no shared file behind`, async () => {
    const scratch = await Deno.makeTempDir();
    const run = { ...ENDLESS, options: { ...ENDLESS.options, scratch } };
    const coordinator = new FollowedProcess(standInCommand(run));
    const workers = await coordinator.workersStarted(2);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await sendSignal(coordinator.pid, signal);
    const ending = await coordinator.ended;
    assert.equal(ending.signal, `SIG${signal}`);
    assert.ok(await allGone(workers, 5), `a worker of ${workers.join()} is left`);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(scratch)), []);
  });
}

Deno.test("workers that hang in their computation end with their coordinator too", async () => {
  const description = { seed: 1, fault: { kind: "hang", input: 0 } } as const;
  const coordinator = new FollowedProcess(standInCommand({ ...ENDLESS, description }));
  const workers = await coordinator.workersStarted(2);
  await new Promise((resolve) => setTimeout(resolve, 400));
  await sendSignal(coordinator.pid, "KILL");
  await coordinator.ended;
  assert.ok(await allGone(workers, 5), `a worker of ${workers.join()} is left`);
});

const hides = await succeeds("unshare --mount true");

Deno.test({
  name: hides
    ? "a worker does not see the device nodes of others"
    : "a worker does not see the device nodes of others (mounts are not allowed here)",
  ignore: !hides,
}, async () => {
  const node = await Deno.makeTempFile();
  await Deno.writeTextFile(node, "a device");
  const device = { kind: "gpu", label: "gpu 0", hidden: [node] } as const;
  const description = { seed: 1, hides: node };
  const run = { ...ENDLESS, inputs: 20, description, options: { devices: [device] } };
  const ending = await new FollowedProcess(standInCommand(run)).ended;
  const { survivors } = outcomeOf(ending);
  assert.deepEqual(survivors, standInSurvivors(20, description));
});
