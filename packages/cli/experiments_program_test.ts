import assert from "node:assert/strict";
import { discoverExperiments } from "./discover.ts";
import { runExperiments } from "./experiments_program.ts";
import { bufferTerminal } from "./terminal.ts";

async function run(...args: string[]) {
  const terminal = bufferTerminal();
  const code = await runExperiments(args, terminal);
  return { code, out: terminal.printed.join("\n"), error: terminal.remarked.join("\n") };
}

Deno.test("every folder with an experiment is found, and no other", async () => {
  const names = (await discoverExperiments()).map(({ name }) => name);
  assert.ok(names.includes("kernel-comparison") && names.includes("graph-challenge"));
  assert.deepEqual(names, names.toSorted());
});

Deno.test("without names the experiments are listed with question and axes", async () => {
  const { code, out } = await run();
  assert.equal(code, 0);
  for (const { name, question, axes } of await discoverExperiments()) {
    assert.ok(out.includes(name) && out.includes(question));
    for (const axis of Object.keys(axes)) assert.ok(out.includes(`  ${axis}: `), axis);
  }
  assert.ok(Array.isArray(JSON.parse((await run("--json")).out)));
});

const FAULTS: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["no such experiment", ["kernel-comparson"], /^Cannot find experiment: known are .*comparison/],
  ["quick and full at once", ["--all", "--quick", "--full"], /exclude each other/],
  ["an axis that there is not", ["kernel-comparison", "--set", "m=1"], /^Cannot set an axis of/],
  ["a value that an axis cannot take", ["kernel-comparison", "--set", "n=x"], /^Cannot set axis n/],
  [
    "a setting that is none",
    ["kernel-comparison", "--set", "n"],
    /^Cannot set an axis: it must be/,
  ],
];

for (const [what, args, message] of FAULTS) {
  Deno.test(`${what} is the user's fault: one message, no stack, exit code 2`, async () => {
    const { code, error } = await run(...args, "--device", "cpu");
    assert.match(error, message);
    assert.equal(code, 2);
    assert.doesNotMatch(error, /^\s+at /m);
  });
}

Deno.test("an experiment writes its records and what they were made with where it is told to", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const { code, out, error } = await run(
      ...["kernel-comparison", "--quick", "--device", "cpu", "--out", folder],
      ...["--set", "n=8", "--set", "kernels=csb-cpu"],
    );
    assert.equal(code, 0, error);
    assert.ok(out.includes(`CSV: ${folder}/kernel-comparison/times.csv`));
    const csv = await Deno.readTextFile(`${folder}/kernel-comparison/times.csv`);
    assert.match(csv, /,csb-cpu,csb,measured,/);
    const kept = JSON.parse(
      await Deno.readTextFile(`${folder}/kernel-comparison/environment.json`),
    );
    assert.equal(kept.devices[0].kind, "cpu");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
