import { findData } from "@spmm/datasets";
import { readShardFolder } from "@spmm/scheduler";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { runInfer } from "./infer_program.ts";
import { bufferTerminal } from "./terminal.ts";
import { inFolder } from "./test_folder.ts";

const official = findData("graph-challenge/neuron1024");
const missing = official === undefined ? " (skipped: graph-challenge/neuron1024 is missing)" : "";

const SMALL = ["--network", "radix:1024x6", "--inputs", "mnist:90"] as const;
const LOCAL = [...SMALL, "--engine", "local", "--devices", "cpu:2"] as const;

async function run(...args: string[]) {
  const views: string[] = [];
  const terminal = bufferTerminal();
  const view = (lines: readonly string[]) => void views.push(lines.join("\n"));
  const code = await runInfer(args, { ...terminal, view });
  return { code, views, out: terminal.printed.join("\n"), error: terminal.remarked.join("\n") };
}

async function runJson(...args: string[]) {
  const { code, out, error } = await run(...args, "--json");
  assert.equal(code, 0, error);
  return JSON.parse(out);
}

const FAULTS: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["an engine that there is not", [...SMALL, "--engine", "steam"], /Allowed choices/],
  ["devices without an engine", [...SMALL, "--devices", "cpu:2"], /--devices goes with --engine/],
  ["shards without an engine", [...SMALL, "--shards", "x"], /--shards goes with --engine/],
  ["devices that are none", [...LOCAL, "--devices", "tpu"], /^Cannot read devices: .*tpu$/],
  ["a partition that is none", [...LOCAL, "--partition", "fair"], /^Cannot read a partition/],
  ["one device for an engine", [...LOCAL, "--device", "cpu"], /engines take --devices/],
  ["outputs of an engine", [...LOCAL, "--outputs", "o.npy"], /--outputs does not go with --engine/],
  ["a plan of an engine", [...LOCAL, "--explain"], /--explain does not go with --engine/],
  ["going on from nowhere", [...LOCAL, "--resume"], /--resume needs --shards/],
];

for (const [what, args, message] of FAULTS) {
  Deno.test(`${what} is the user's fault: one message, no stack, exit code 2`, async () => {
    const { code, out, error } = await run(...args);
    assert.match(error, message);
    assert.deepEqual([code, out], [2, ""]);
    assert.doesNotMatch(error, /^\s+at /m);
  });
}

Deno.test("two workers, by any partition, find what this process finds", async () => {
  const here = await runJson(...SMALL, "--device", "cpu");
  assert.ok(here.survivors > 0);
  for (
    const [partition, label] of [["static", "static"], ["speed", "weighted by measured speeds"]]
  ) {
    const report = await runJson(...LOCAL, "--partition", partition);
    assert.deepEqual(
      [report.survivors, report.edges, report.inputs.source, report.run.partition],
      [here.survivors, here.edges, here.inputs.source, label],
    );
  }
});

Deno.test("the JSON has the run's report, and people get each worker and the efficiency", async () => {
  const report = await runJson(...LOCAL);
  assert.deepEqual(
    Object.keys(report),
    [
      ...["network", "inputs", "survivors", "alive", "edges", "teraEdgesPerSecond", "run"],
      ...["totalSeconds", "files"],
    ],
  );
  const { engine, workers, faults, efficiency } = report.run;
  assert.deepEqual([engine, workers.length, faults], ["local", 2, []]);
  assert.ok(efficiency > 0 && efficiency <= 1);
  const { out, views } = await run(...SMALL, "--engine", "single", "--devices", "cpu");
  for (
    const part of [
      "1024x6, generated RadiX-Net, seed 1",
      "engine single, partition dynamic",
      "90 inputs, rebuilt from MNIST",
      "busy s",
      "idle s",
      "load s",
      "efficiency",
      "not checked",
    ]
  ) assert.ok(out.includes(part), part);
  assert.match(views[0], /of 90 inputs.*\n0 .*threads?/);
});

Deno.test("what is finished is kept, done once, and told apart", () =>
  inFolder(async (folder) => {
    const shards = `${folder}/shards`;
    const first = await runJson(...LOCAL, "--shards", shards, "--survivors", `${folder}/1.tsv`);
    const again = await run(...LOCAL, "--shards", shards);
    assert.deepEqual([again.code, again.out], [2, ""]);
    assert.match(again.error, /must be empty, or the run must resume/);
    const [one] = (await Array.fromAsync(Deno.readDir(shards)))
      .filter(({ name }) => name.startsWith("shard"));
    await Deno.remove(`${shards}/${one.name}`);
    const args = ["--shards", shards, "--resume", "--survivors", `${folder}/2.tsv`];
    const rest = await runJson(...LOCAL, ...args);
    assert.equal(rest.run.inputs + rest.run.resumed, 90);
    assert.ok(rest.run.inputs > 0);
    assert.equal(rest.survivors, first.survivors);
    assert.equal(
      await Deno.readTextFile(`${folder}/2.tsv`),
      await Deno.readTextFile(`${folder}/1.tsv`),
    );
  }));

Deno.test("when no worker is left, what was finished is reported and the code is 1", async () => {
  const args = ["--network", "radix:1024x2", "--inputs", "mnist:30", "--budget", "9KiB"];
  const { code, out, error } = await run(
    ...[...args, "--engine", "local", "--devices", "cpu:2", "--json"],
  );
  assert.equal(code, 1);
  assert.match(error, /^Cannot finish 1024x2: all 2 workers are lost .*Cannot plan 1024x2/m);
  const report = JSON.parse(out);
  assert.deepEqual([report.inputs.count, report.inputs.of], [0, 30]);
  assert.ok(report.run.faults.length >= 2 && !("check" in report));
});

Deno.test({
  name: `two workers leave exactly the official survivors${missing}`,
  ignore: official === undefined,
}, async () => {
  const args = ["--network", "1024x120", "--inputs", "official", "--engine", "local"];
  const { check, inputs } = await runJson(...args, "--devices", "cpu:2");
  assert.ok(check.passed);
  if (inputs.count === 1200) assert.equal(check.expected, 19);
});

gpuTest("workers that have WebGPU each find what the CPU finds", async () => {
  const cpu = await runJson(...LOCAL);
  const gpu = await runJson(...LOCAL, "--devices", "llvmpipe:2");
  assert.equal(gpu.survivors, cpu.survivors);
  assert.equal(gpu.run.workers.length, 2);
});

const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
const MAIN = new URL("./infer.ts", import.meta.url).pathname;

async function shell(script: string): Promise<string> {
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  return new TextDecoder().decode(stdout);
}

async function until<T>(find: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < 400; tries++) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail("nothing in 20 seconds");
}

const mayRun = (command: string) =>
  Deno.permissions.querySync({ name: "run", command }).state === "granted";

Deno.test({
  name: "Ctrl-C with the permissions of the task: code 130, no process left, and the rest later",
  ignore: !mayRun("sh") || !mayRun(Deno.execPath()),
}, () =>
  inFolder(async (folder) => {
    const shards = `${folder}/shards`;
    const args = ["--network", "random:1024x240", "--inputs", "mnist:60000", "--shards", shards];
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", `--config=${CONFIG}`, "-P=infer", MAIN, ...args],
        ...["--engine", "local", "--devices", "cpu:2"],
      ],
      env: { NO_COLOR: "1", TMPDIR: folder },
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const output = child.output();
    const workers = await until(async () => {
      const pids = (await shell(`ps -o pid= --ppid ${child.pid}`)).trim().split(/\s+/);
      return pids.length === 2 ? pids : undefined;
    });
    await until(async () => {
      const kept = await readShardFolder(shards).catch(() => undefined);
      return kept === undefined || kept.answers.length === 0 ? undefined : kept;
    });
    await shell(`kill -INT ${child.pid}`);
    const { code, stdout, stderr } = await output;
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    assert.equal(code, 130, text(stderr));
    assert.match(text(stderr), /^Cannot infer to the end: received Ctrl-C; --resume goes on/);
    assert.equal(text(stdout), "");
    assert.equal(await shell(`ps -o pid= -p ${workers.join()}`), "");
    const left = Array.from(Deno.readDirSync(folder), ({ name }) => name);
    assert.deepEqual(left, ["shards"]);
    const { answers, missing } = await readShardFolder(shards);
    assert.ok(answers.length > 0 && missing.length > 0);
  }));
