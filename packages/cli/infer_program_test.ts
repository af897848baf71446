import { findData } from "@spmm/datasets";
import {
  csrFromDense,
  dense,
  readCategories,
  readMatrixFile,
  writeMatrixFile,
} from "@spmm/formats";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { runInfer } from "./infer_program.ts";
import { bufferTerminal } from "./terminal.ts";
import { inFolder } from "./test_folder.ts";

const official = findData("graph-challenge/neuron1024");
const officialMissing = official === undefined
  ? " (skipped: graph-challenge/neuron1024 is missing)"
  : "";
const trained = findData("trained/mnist-n128-l18");
const trainedMissing = trained === undefined ? " (skipped: trained/mnist-n128-l18 is missing)" : "";

async function run(...args: string[]) {
  const terminal = bufferTerminal();
  const code = await runInfer(args, terminal);
  return { code, out: terminal.printed.join("\n"), error: terminal.remarked.join("\n") };
}

async function runJson(...args: string[]) {
  const { code, out, error } = await run(...args, "--json");
  assert.equal(code, 0, error);
  return JSON.parse(out);
}

const SMALL = ["--network", "radix:1024x3", "--inputs", "mnist:50", "--device", "cpu"] as const;

Deno.test("help tells every option and ends well", async () => {
  const { code, out } = await run("--help");
  assert.equal(code, 0);
  for (
    const option of [
      ...["network", "inputs", "device", "threads", "json", "explain", "outputs", "survivors"],
      ...["no-pruning", "no-fusion", "no-reordering", "staging", "codebook", "deduplication"],
      ...["fixed-points", "budget", "chunk"],
    ]
  ) assert.ok(out.includes(`--${option}`), option);
});

const FAULTS: readonly (readonly [string, readonly string[], RegExp])[] = [
  ["no network", [], /required option '--network <network>' not specified/],
  ["an option that there is not", [...SMALL, "--jsn"], /unknown option/],
  ["a network that there is not", ["--network", "nowhere"], /^Cannot find a network: .*nowhere$/],
  ["a network of another size", ["--network", "1000x3"], /^Cannot find a network: neurons must/],
  ["inputs that there are not", [...SMALL, "--inputs", "x.txt"], /^Cannot find inputs: .*x.txt$/],
  ["a file that there is not", [...SMALL, "--inputs", "x.mtx"], /^Cannot find a file: .*x.mtx/],
  ["more images than there are", [...SMALL, "--inputs", "mnist:60001"], /there are 60000 images/],
  ["a budget that is none", [...SMALL, "--budget", "much"], /^Cannot read a budget: .*much$/],
  ["a budget in no known unit", [...SMALL, "--budget", "5MiX"], /^Cannot read a budget/],
  [
    "a budget too small for a layer",
    [...SMALL, "--budget", "9KiB"],
    /^Cannot plan 1024x3: .*9216$/,
  ],
  ["a count that is none", [...SMALL, "--chunk", "0"], /^Cannot read a count/],
  ["a device that there is not", [...SMALL, "--device", "tpu"], /Allowed choices/],
  [
    "threads of a GPU",
    [...SMALL, "--device", "gpu", "--threads", "2"],
    /^Cannot infer: --threads goes with the CPU: received 2$/,
  ],
  ["outputs in a text", [...SMALL, "--outputs", "a.txt"], /^Cannot write outputs: .*a.txt$/],
  [
    "a folder that there is not",
    [...SMALL, "--survivors", "no-such/ids.tsv"],
    /^Cannot write results: their folder must exist: received no-such\/ids.tsv$/,
  ],
];

for (const [what, args, message] of FAULTS) {
  Deno.test(`${what} is the user's fault: one message, no stack, exit code 2`, async () => {
    const { code, out, error } = await run(...args);
    assert.match(error, message);
    assert.equal(code, 2);
    assert.equal(out, "");
    assert.doesNotMatch(error, /^\s+at /m);
  });
}

Deno.test("the JSON has the network, the inputs, the plan, its memory, times, edges and survivors", async () => {
  const report = await runJson(...SMALL);
  const shape = (value: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(value).map(([key, of]) => [key, typeof of]));
  assert.deepEqual(shape(report), {
    network: "object",
    device: "object",
    plan: "object",
    memory: "object",
    inputs: "object",
    survivors: "number",
    alive: "object",
    edges: "object",
    teraEdgesPerSecond: "object",
    seconds: "object",
    files: "object",
  });
  assert.deepEqual(report.network, {
    name: "1024x3",
    origin: "generated RadiX-Net, seed 1, all weights 1/16",
    source: { kind: "radix-net", neurons: 1024, layers: 3, seed: 1, weights: "equal" },
    layers: 3,
    connections: 3 * 1024 * 32,
  });
  assert.deepEqual(report.inputs, {
    count: 50,
    origin: "rebuilt from MNIST",
    source: { kind: "rebuilt", neurons: 1024, first: 0, count: 50 },
  });
  assert.equal(report.device.kind, "cpu");
  assert.deepEqual(shape(report.plan), {
    labels: "object",
    exploits: "object",
    chunk: "number",
    stages: "object",
  });
  assert.equal(report.plan.exploits.reordering, "equal supports");
  assert.equal(report.edges.counted, 50 * report.network.connections);
  assert.ok(report.edges.executed <= report.edges.counted);
  assert.ok(report.memory.weights > 0 && report.memory.features > 0);
  const parts = [
    ...["device", "load", "inputs", "inspect", "weights"],
    ...["upload", "compute", "readback", "infer"],
  ];
  assert.deepEqual(Object.keys(report.seconds), [...parts, "total"]);
  for (const part of parts) {
    assert.ok(report.seconds[part] >= 0 && report.seconds[part] <= report.seconds.total, part);
  }
  const { executed } = report.teraEdgesPerSecond;
  assert.ok(Math.abs(executed * report.seconds.compute * 1e12 / report.edges.executed - 1) < 1e-9);
  assert.deepEqual(report.alive[0], { layers: 0, inputs: 50 });
});

Deno.test("for people there is a picture, a table of times, and whether it was checked", async () => {
  const { code, out } = await run(...SMALL);
  assert.equal(code, 0);
  for (
    const part of [
      "1024x3, generated RadiX-Net, seed 1",
      "50 inputs, rebuilt from MNIST",
      "50 ┤█",
      "3 layers",
      "compute (cpu)",
      "TeraEdges/s",
      "not checked",
      "exploiting redundancy: reordering (equal supports)",
    ]
  ) assert.ok(out.includes(part), part);
});

Deno.test("switches reach the plan, and change nothing of the result", async () => {
  const plain = await runJson(...SMALL);
  const off = await runJson(...SMALL, "--no-pruning", "--no-fusion", "--no-reordering");
  assert.ok(plain.plan.labels.includes("fusion") && plain.plan.labels.includes("reordering"));
  assert.deepEqual(off.plan.labels, []);
  assert.equal(off.survivors, plain.survivors);
  const other = await runJson(...SMALL, "--threads", "1", "--chunk", "7", "--budget", "64MiB");
  assert.equal(other.plan.chunk, 7);
  assert.match(other.device.name, /1 thread$/);
  assert.equal(other.survivors, plain.survivors);
});

Deno.test("--explain shows the plan and runs nothing", async () => {
  const { code, out } = await run(...SMALL, "--explain");
  assert.equal(code, 0);
  assert.match(out, /layers 0 to 2: /);
  assert.doesNotMatch(out, /survivors/);
  const planned = await runJson(...SMALL, "--explain");
  assert.deepEqual(Object.keys(planned), ["network", "device", "plan", "memory", "bounds"]);
});

gpuTest("--explain says what a GPU's peaks allow each stage", async () => {
  const planned = await runJson(...SMALL, "--device", "gpu", "--explain");
  assert.equal(planned.bounds.length, planned.plan.stages.length);
  for (const { secondsPerThousand } of planned.bounds) assert.ok(secondsPerThousand > 0);
  const { out } = await run(...SMALL, "--device", "gpu", "--explain");
  assert.match(out, /µs for 1000 live inputs/);
});

Deno.test("outputs and survivors are written whole, a column and a line for each survivor", () =>
  inFolder(async (folder) => {
    const [outputs, survivors] = [`${folder}/out.npy`, `${folder}/ids.tsv`];
    const report = await runJson(...SMALL, "--outputs", outputs, "--survivors", survivors);
    assert.deepEqual(report.files, [outputs, survivors]);
    const written = await readMatrixFile(outputs);
    assert.ok(!("format" in written));
    assert.deepEqual([written.rows, written.cols], [1024, report.survivors]);
    const ids = await readCategories(await Deno.readFile(survivors), { inputs: 50 });
    assert.equal(ids.length, report.survivors);
  }));

Deno.test("a network and inputs of one's own go through, every output to its place", () =>
  inFolder(async (folder) => {
    await writeMatrixFile(
      `${folder}/w.mtx`,
      csrFromDense(dense(2, 3, new Float32Array([1, 0, 2, 0, 3, 0]))),
    );
    const layers = [{ weights: "w.mtx", bias: -1, activation: { kind: "relu" } }];
    await Deno.writeTextFile(`${folder}/network.json`, JSON.stringify({ layers }));
    await writeMatrixFile(
      `${folder}/x.npy`,
      dense(3, 3, new Float32Array([1, 0, 1, 0.5, 0, 0.25, 0, 2, 0])),
    );
    const out = `${folder}/out.npy`;
    const report = await runJson(
      ...["--network", folder, "--inputs", `${folder}/x.npy`, "--device", "cpu", "--outputs", out],
    );
    assert.equal(report.survivors, 2);
    assert.deepEqual(await readMatrixFile(out), dense(2, 2, new Float32Array([2, 0, 0, 5])));
  }));

const OFFICIAL = ["--network", "1024x120", "--inputs", "official"] as const;

for (
  const [what, switches] of [
    ["as it is", []],
    ["without pruning, fusion and reordering", ["--no-pruning", "--no-fusion", "--no-reordering"]],
  ] as const
) {
  Deno.test({
    name: `the official network leaves exactly the official survivors ${what}${officialMissing}`,
    ignore: official === undefined,
    fn: async () => {
      const { check, inputs } = await runJson(...OFFICIAL, "--device", "cpu", ...switches);
      assert.ok(check.passed);
      if (inputs.count === 1200) assert.equal(check.expected, 19);
    },
  });
}

Deno.test({
  name: `of all rebuilt inputs the official network leaves 1832, as in f64${officialMissing}`,
  ignore: official === undefined,
  fn: async () => {
    const { check } = await runJson("--network", "1024x120", "--device", "cpu");
    assert.deepEqual([check.kind, check.found], ["survivor-count", 1832]);
  },
});

Deno.test({
  name: `the trained network gets 94.94 % of MNIST's test images right${trainedMissing}`,
  ignore: trained === undefined,
  fn: async () => {
    const args = ["--network", "trained", "--device", "cpu"];
    assert.equal((await runJson(...args)).check.right, 9494);
    const { check } = await runJson(...args, "--inputs", "mnist:300+100");
    assert.equal(check.of, 100);
  },
});

Deno.test({
  name: `a wrong result is told, writes nothing and ends with code 1${trainedMissing}`,
  ignore: trained === undefined,
  fn: () =>
    inFolder(async (folder) => {
      for (const part of ["weights", "biases"]) {
        await Deno.mkdir(`${folder}/${part}`);
        const there = `${trained}/trained/mnist-n128-l18/${part}`;
        for await (const { name } of Deno.readDir(there)) {
          await Deno.writeFile(
            `${folder}/${part}/${name}`,
            await Deno.readFile(`${there}/${name}`),
          );
        }
      }
      const last = Array.from(Deno.readDirSync(`${folder}/biases`), ({ name }) => name)
        .find((name) => name.startsWith("l20-")) ?? "";
      await Deno.remove(`${folder}/biases/${last}`);
      await Deno.writeTextFile(`${folder}/biases/l20-dense.tsv`, `${"0\n".repeat(9)}1000\n`);
      const ids = `${folder}/ids.tsv`;
      await Deno.writeTextFile(ids, "what was there");
      const { code, out, error } = await run(
        ...["--network", folder, "--inputs", "mnist:500", "--device", "cpu", "--json"],
        ...["--survivors", ids],
      );
      assert.equal(code, 1);
      const { check, files } = JSON.parse(out);
      assert.ok(check.passed === false && check.right < 100);
      assert.deepEqual(files, []);
      assert.match(error, /^Cannot accept the result: .*: received \d+ of 500 labels right/);
      assert.equal(await Deno.readTextFile(ids), "what was there");
    }),
});

gpuTest("on a GPU the result is that of the CPU, by every strategy", async () => {
  const cpu = await runJson(...SMALL);
  for (
    const switches of [
      [],
      ["--no-pruning", "--no-fusion", "--no-reordering"],
      ["--no-fusion", "--no-reordering", "--staging"],
      ["--codebook", "--deduplication", "--fixed-points"],
    ]
  ) {
    const gpu = await runJson(...SMALL, "--device", "gpu", ...switches);
    assert.equal(gpu.device.kind, "webgpu");
    assert.equal(gpu.survivors, cpu.survivors, switches.join(" "));
    assert.equal(gpu.edges.counted, cpu.edges.counted);
    const exploits = Object.keys(gpu.plan.exploits);
    if (switches.includes("--codebook")) assert.ok(exploits.length > 1, exploits.join());
  }
});

realTest(
  "on a GPU the official network leaves exactly the official survivors",
  officialMissing,
  async () => {
    const { check } = await runJson(...OFFICIAL, "--device", "gpu");
    assert.ok(check.passed);
  },
);

realTest(
  "on a GPU the trained network gets 94.94 % of the test images right",
  trainedMissing,
  async () => {
    const { check } = await runJson("--network", "trained", "--device", "gpu");
    assert.equal(check.right, 9494);
  },
);

/** A test on a GPU that needs real data as well. */
function realTest(name: string, missing: string, test: () => Promise<void>): void {
  if (missing === "") gpuTest(name, test);
  else Deno.test.ignore(`${name}${missing}`, test);
}
