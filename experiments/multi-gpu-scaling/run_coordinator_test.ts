import assert from "node:assert/strict";
import { ScalingError } from "./errors.ts";
import { coordinatorCommand, runCoordinator } from "./run_coordinator.ts";
import { madeUpRequest } from "./test_rows.ts";

const brief = madeUpRequest({ network: "1024x3", inputs: 20, workers: [1], kind: "cpu" });

Deno.test("a coordinator that is ended early leaves nothing behind and gives nothing", async () => {
  const ended = new AbortController();
  const running = runCoordinator(brief, { signal: ended.signal, doing: () => ended.abort() });
  await assert.rejects(running, ScalingError);
});

Deno.test("GPUs that are not there are a reason to skip", async () => {
  const workers = [1, 1000];
  const outcome = await runCoordinator({ ...brief, workers, kind: "gpu" }, {
    signal: new AbortController().signal,
    doing: () => {},
  });
  assert.equal(outcome.kind, "skipped");
  assert.match(outcome.kind === "skipped" ? outcome.reason : "", /there are \d+, numbered from 0/);
});

Deno.test("a coordinator that fails says why", async () => {
  const running = runCoordinator({ ...brief, inputs: 70_000 }, {
    signal: new AbortController().signal,
    doing: () => {},
  });
  await assert.rejects(running, /there are 60000 images/);
});

Deno.test("ranks are started by what the batch system has", () => {
  const command = coordinatorCommand({ ...brief, launch: "srun", workers: [1, 8] });
  assert.deepEqual(command.slice(0, 4), ["srun", "--ntasks=8", "deno", "run"]);
  assert.equal(coordinatorCommand({ ...brief, launch: "mpirun" })[2], "1");
  assert.equal(coordinatorCommand(brief)[0], "deno");
});
