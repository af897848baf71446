import { discoverExperiments, runFromFiles } from "@spmm/runner";
import assert from "node:assert/strict";
import { runExperiments } from "./experiments_program.ts";
import { bufferTerminal } from "./terminal.ts";
import { inFolder } from "./test_folder.ts";

async function run(...args: string[]) {
  const terminal = bufferTerminal();
  const code = await runExperiments(args, terminal);
  return { code, out: terminal.printed.join("\n"), error: terminal.remarked.join("\n") };
}

/** A few points on the CPU. */
const BRIEF = [
  ...["kernel-comparison", "--quick", "--device", "cpu"],
  ...["--set", "n=8", "--set", "kernels=csb-cpu"],
];

Deno.test("without names the experiments are listed with question, axes and what is kept", async () => {
  const { code, out } = await run("--store", "no/such.sqlite");
  assert.equal(code, 0);
  for (const { experiment: { name, question, axes } } of await discoverExperiments()) {
    assert.ok(out.includes(`${name}\n  ${question}\n  results: never run\n`), name);
    for (const axis of Object.keys(axes)) assert.ok(out.includes(`  ${axis}: `), axis);
  }
  assert.ok(Array.isArray(JSON.parse((await run("--json", "--store", "no/such.sqlite")).out)));
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
  ["a store that there is not", ["compare", "1", "2", "--store", "no.sqlite"], /^Cannot open a st/],
  ["a number that is none", ["compare", "one", "2"], /^Cannot read a count/],
  ["a file that there is not", ["import", "no.json"], /no\.json/],
];

for (const [what, args, message] of FAULTS) {
  Deno.test(`${what} is the user's fault: one message, no stack, exit code 2`, async () => {
    const { code, error } = await run(...args);
    assert.match(error, message);
    assert.equal(code, 2);
    assert.doesNotMatch(error, /^\s+at /m);
  });
}

Deno.test("an experiment is measured once, listed with its age, and measured anew where asked", () =>
  inFolder(async (folder) => {
    const store = ["--store", `${folder}/deep/store.sqlite`];
    const first = await run(...BRIEF, ...store);
    assert.equal(first.code, 0, first.error);
    assert.match(first.out, /run 1: \d\d? points measured, 0 kept from before/);
    assert.match((await run(...BRIEF, ...store)).out, /run 1: 0 points measured/);
    assert.match((await run(...BRIEF, ...store, "--fresh")).out, /run 2: \d\d? points measured/);
    assert.match(
      (await run(...store)).out,
      /results: complete: \d+ points, quick, \d+ seconds? ago/,
    );
    const [listed] = JSON.parse((await run(...store, "--json")).out)
      .filter(({ name }: { name: string }) => name === "kernel-comparison");
    assert.deepEqual([listed.results.state, listed.results.run.id], ["complete", 2]);
  }));

Deno.test("two runs are compared row by row, which is no failure whatever it says", () =>
  inFolder(async (folder) => {
    const store = ["--store", `${folder}/store.sqlite`];
    await run(...BRIEF, ...store);
    await run(...BRIEF, ...store, "--fresh");
    const { code, out, error } = await run("compare", "1", "2", ...store);
    assert.equal(code, 0, error);
    assert.match(out, /Run 2 against run 1/);
    assert.match(out, /csb-cpu +(same|faster|slower|unclear) +\d/);
    assert.match(out, /\d+ same, \d+ faster, \d+ slower, \d+ unclear\.$/);
    const { rows } = JSON.parse((await run("compare", "1", "2", ...store, "--json")).out);
    assert.ok(rows.every(({ reason }: { reason: string }) => reason.length > 0));
    const missing = await run("compare", "1", "3", ...store);
    assert.deepEqual(
      [missing.code, missing.error],
      [2, "Cannot find a run: there are 1, 2: received 3"],
    );
  }));

Deno.test("results go through JSON and through CSV into another store", () =>
  inFolder(async (folder) => {
    const [here, there] = ["here", "there"].map((name) => `${folder}/${name}.sqlite`);
    await run(...BRIEF, "--store", here);
    await run("export", `${folder}/all.json`, "--store", here);
    await run("export", `${folder}/csv`, "--store", here);
    const read = (name: string) => Deno.readTextFile(`${folder}/csv/kernel-comparison/${name}`);
    const rows = await read("rows.csv");
    assert.match(rows, /^position,parameter\.kernels,/);
    const files = { "run.json": await read("run.json"), "points.csv": await read("points.csv") };
    const { environment } = runFromFiles({ ...files, "rows.csv": rows });
    assert.equal(environment.devices[0].kind, "cpu");
    const imported = await run("import", `${folder}/csv`, "--store", there);
    assert.equal(imported.out, "Runs added: 1, there already: 0");
    const again = await run("import", `${folder}/all.json`, "--store", there);
    assert.equal(again.out, "Runs added: 0, there already: 1");
    await run("export", `${folder}/back.json`, "--store", there);
    assert.equal(
      await Deno.readTextFile(`${folder}/back.json`),
      await Deno.readTextFile(`${folder}/all.json`),
    );
  }));
