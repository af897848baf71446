import {
  challengeNetwork,
  dataRoot,
  findData,
  loadGraphChallenge,
  loadMnist,
  loadTrained,
  mnistFeatures,
} from "@spmm/datasets";
import { type Csr, csrFromDense, dense, randomCsr, transposeCsr } from "@spmm/formats";
import { applyEpilogue, DisposedError } from "@spmm/spmm";
import { openCpu } from "@spmm/wasm";
import assert from "node:assert/strict";
import fc from "fast-check";
import { NetworkError } from "../errors.ts";
import type { Network } from "../network.ts";
import { checkInference } from "../reference_agreement.ts";
import { referenceInference } from "../reference_inference.ts";
import { deepNetwork, pieces, randomNetwork } from "../reference_networks.ts";
import type { Strategies } from "../strategies.ts";
import { planCpuNetwork } from "./plan_cpu_network.ts";

const COMBINATIONS: readonly Strategies[] = [false, true].flatMap((pruning) =>
  [false, true].flatMap((fusion) =>
    [false, true].map((reordering) => ({ pruning, fusion, reordering }))
  )
);

const root = dataRoot();
const ignore = root === undefined;
const missing = ignore ? " (skipped: the data is missing)" : "";

for (const threads of [1, 2]) {
  Deno.test({
    name: `the 19 official survivors, with every strategy, ${threads} threads${missing}`,
    ignore,
    fn: async () => {
      const challenge = await loadGraphChallenge(root ?? "");
      const network = challengeNetwork({ layers: challenge.layers.map(transposeCsr) });
      await using cpu = await openCpu({ threads });
      for (const strategies of COMBINATIONS) {
        await using plan = await planCpuNetwork(network, cpu, { strategies });
        const { survivors, alive, edges } = await plan.infer(challenge.inputs);
        assert.deepEqual(survivors, challenge.survivors, JSON.stringify(strategies));
        assert.deepEqual(alive[30], { layers: 30, inputs: 19 });
        assert.equal(edges.counted, 1200 * 120 * 32768);
        assert.equal(edges.executed < edges.counted / 10, strategies.pruning);
      }
    },
  });
}

Deno.test({
  name: `in f64 the official survivors are the same, and no input is in doubt${missing}`,
  ignore,
  fn: async () => {
    const challenge = await loadGraphChallenge(root ?? "");
    const network = challengeNetwork({ layers: challenge.layers.map(transposeCsr) });
    const expected = referenceInference(network, challenge.inputs);
    assert.deepEqual(expected.survivors, challenge.survivors);
    assert.equal(expected.uncertain.length, 0);
    await using cpu = await openCpu({ threads: 2 });
    await using plan = await planCpuNetwork(network, cpu);
    checkInference(await plan.infer(challenge.inputs, { outputs: true }), expected);
  },
});

const trainedRoot = findData("trained/mnist-n128-l18");

Deno.test({
  name: `the trained network reads 9494 of 10 000 digits${
    trainedRoot === undefined ? " (skipped: the data is missing)" : ""
  }`,
  ignore: trainedRoot === undefined,
  fn: async () => {
    const network = await loadTrained(`${trainedRoot}/trained/mnist-n128-l18`);
    const mnist = await loadMnist("test");
    await using cpu = await openCpu({ threads: 2 });
    await using plan = await planCpuNetwork(network, cpu);
    const { survivors, outputs } = await plan.infer(mnistFeatures(mnist), { outputs: true });
    assert.ok(outputs !== undefined);
    assert.equal(survivors.length, mnist.count);
    const right = [...mnist.labels].filter((label, image) => {
      const digits = Array.from({ length: 10 }, (_, d) => outputs.data[d * mnist.count + image]);
      return digits.indexOf(Math.max(...digits)) === label;
    });
    assert.equal(right.length, 9494);
    assert.ok(!plan.labels.includes("pruning"));
    assert.match(plan.describe(), /pruning does not apply/);
  },
});

const networks = fc.record({
  widths: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 2, maxLength: 7 }),
  density: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 0.6, noNaN: true })),
  alike: fc.integer({ min: 1, max: 9 }),
  bias: fc.constantFrom("negative", "zero", "positive", "mixed"),
  activation: fc.constantFrom(
    { kind: "relu" },
    { kind: "clipped-relu", ceiling: 1.1 },
    { kind: "clipped-relu", ceiling: 0 },
  ),
  lastLinear: fc.boolean(),
  seed: fc.nat(2 ** 30),
}).map(randomNetwork);

const cases = fc.record({
  network: networks,
  rows: fc.integer({ min: 0, max: 150 }),
  density: fc.constantFrom(0, 0.02, 0.3, 1),
  seed: fc.nat(),
  strategies: fc.constantFrom(...COMBINATIONS),
  chunks: fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 5 }),
  chunk: fc.constantFrom(undefined, 1, 31, 64),
});

for (const threads of [1, 2]) {
  Deno.test(`random networks agree with f64 and are plain f32 to the bit, ${threads} threads`, async () => {
    await using cpu = await openCpu({ threads });
    await fc.assert(
      fc.asyncProperty(cases, async ({ network, rows, density, seed, strategies, ...sizes }) => {
        const inputs = randomCsr({ rows, cols: network.layers[0].weights.cols, density, seed });
        const chunk = sizes.chunk === undefined ? {} : { chunk: sizes.chunk };
        await using plan = await planCpuNetwork(network, cpu, { strategies, ...chunk });
        const actual = await plan.infer(pieces(inputs, sizes.chunks), { outputs: true });
        checkInference(actual, referenceInference(network, inputs));
        const expected = plainOutputs(network, inputs);
        actual.survivors.forEach((input, column) => {
          expected[input].forEach((wanted, neuron) => {
            const found = actual.outputs?.data[neuron * actual.survivors.length + column];
            assert.equal(found, wanted === 0 ? 0 : wanted);
          });
        });
        const living = expected.filter((outputs) => outputs.some((y) => y !== 0));
        assert.equal(actual.survivors.length, living.length);
      }),
      { seed: 7, numRuns: 150 },
    );
  });
}

Deno.test("a network in which nothing dies keeps every input, in order", async () => {
  const network = deepNetwork("positive");
  const inputs = randomCsr({ rows: 300, cols: 64, density: 0.2, seed: 2 });
  await using cpu = await openCpu({ threads: 2 });
  await using plan = await planCpuNetwork(network, cpu);
  const { survivors, alive } = await plan.infer(inputs);
  assert.deepEqual(survivors, Uint32Array.from({ length: 300 }, (_, input) => input));
  assert.ok(alive.slice(1).every(({ inputs }) => inputs === 300));
  assert.ok(!plan.labels.includes("pruning"));
});

Deno.test("when all inputs die early, later layers run for none", async () => {
  const { layers } = deepNetwork("negative");
  const heavy = { ...layers[0], bias: new Float32Array(64).fill(-1e6) };
  const network = { name: "deadly", layers: [heavy, ...layers.slice(1)] };
  await using cpu = await openCpu({ threads: 2 });
  await using plan = await planCpuNetwork(network, cpu);
  const inputs = randomCsr({ rows: 100, cols: 64, density: 0.9, seed: 2 });
  const { survivors, edges, outputs } = await plan.infer(inputs, { outputs: true });
  assert.equal(survivors.length, 0);
  assert.deepEqual([outputs?.rows, outputs?.cols], [64, 0]);
  assert.equal(edges.executed, 100 * layers[0].weights.values.length);
});

Deno.test("a positive bias in the first layer delays pruning by that layer only", async () => {
  const { layers } = deepNetwork("negative");
  const first = { ...layers[0], bias: new Float32Array(64).fill(0.5) };
  const network = { name: "late", layers: [first, ...layers.slice(1)] };
  await using cpu = await openCpu({ threads: 1 });
  await using plan = await planCpuNetwork(network, cpu);
  const inputs = csrFromDense(dense(40, 64));
  checkInference(await plan.infer(inputs, { outputs: true }), referenceInference(network, inputs));
  assert.match(plan.describe(), /after 1 layers or more/);
});

Deno.test("inputs come in chunks, at once or as they are made, with the same result", async () => {
  const network = deepNetwork("negative");
  const inputs = randomCsr({ rows: 500, cols: 64, density: 0.3, seed: 3 });
  await using cpu = await openCpu({ threads: 2 });
  await using plan = await planCpuNetwork(network, cpu);
  const whole = await plan.infer(inputs, { outputs: true });
  async function* later(): AsyncGenerator<Csr> {
    for (const piece of pieces(inputs, [1, 99, 7])) yield await Promise.resolve(piece);
  }
  const told: number[] = [];
  const streamed = await plan.infer(later(), {
    outputs: true,
    onProgress: ({ inputs }) => told.push(inputs),
  });
  assert.ok(whole.survivors.length > 20 && whole.survivors.length < 480);
  const { seconds: _, ...wanted } = whole;
  const { seconds: __, ...found } = streamed;
  assert.deepEqual(found, wanted);
  assert.equal(told.at(-1), 500);
});

Deno.test("two inferences at once on one plan do not meet", async () => {
  const network = deepNetwork("negative");
  await using cpu = await openCpu({ threads: 2 });
  await using plan = await planCpuNetwork(network, cpu);
  const inputs = [5, 6].map((seed) => randomCsr({ rows: 90, cols: 64, density: 0.3, seed }));
  const both = await Promise.all(inputs.map((rows) => plan.infer(rows, { outputs: true })));
  both.forEach((found, i) => checkInference(found, referenceInference(network, inputs[i])));
});

Deno.test("an inference that fails leaves the plan usable", async () => {
  const network = deepNetwork("negative");
  await using cpu = await openCpu({ threads: 1 });
  await using plan = await planCpuNetwork(network, cpu);
  const good = randomCsr({ rows: 90, cols: 64, density: 0.3, seed: 4 });
  const narrow = randomCsr({ rows: 2, cols: 63, density: 0.3, seed: 4 });
  await assert.rejects(plan.infer([good, narrow]), NetworkError);
  checkInference(await plan.infer(good, { outputs: true }), referenceInference(network, good));
});

Deno.test("a plan stays within its budget, and is refused where nothing fits", async () => {
  const network = deepNetwork("negative");
  const inputs = randomCsr({ rows: 3000, cols: 64, density: 0.3, seed: 4 });
  await using cpu = await openCpu({ threads: 2 });
  const free = await planCpuNetwork(network, cpu);
  const most = free.weightBytes + free.featureBytes;
  await free[Symbol.asyncDispose]();
  for (const budgetBytes of [most, most / 2, most / 8, most / 16]) {
    const before = cpu.memory.bytesInUse;
    await using plan = await planCpuNetwork(network, cpu, { budgetBytes });
    const found = await plan.infer(inputs, { outputs: true });
    assert.ok(plan.weightBytes + plan.featureBytes <= budgetBytes);
    // Allocations begin at cache lines, which the plan does not count.
    assert.ok(cpu.memory.bytesInUse - before <= budgetBytes + 64 * 16);
    checkInference(found, referenceInference(network, inputs));
  }
  await assert.rejects(planCpuNetwork(network, cpu, { budgetBytes: 10_000 }), NetworkError);
  assert.equal(cpu.memory.bytesInUse, 0);
});

Deno.test("wrong wishes and a plan that is gone are refused", async () => {
  await using cpu = await openCpu({ threads: 1 });
  await assert.rejects(planCpuNetwork(deepNetwork("zero"), cpu, { chunk: 0 }), NetworkError);
  const plan = await planCpuNetwork(deepNetwork("zero"), cpu);
  await plan[Symbol.asyncDispose]();
  await assert.rejects(
    plan.infer(randomCsr({ rows: 1, cols: 64, density: 1, seed: 1 })),
    DisposedError,
  );
});

/** The outputs of each input by a plain loop, every product and every sum rounded to f32. */
function plainOutputs({ layers }: Network, inputs: Csr): Float32Array[] {
  return Array.from({ length: inputs.rows }, (_, input) => {
    let x = new Float32Array(inputs.cols);
    for (let at = inputs.rowOffsets[input]; at < inputs.rowOffsets[input + 1]; at++) {
      x[inputs.colIndices[at]] = inputs.values[at];
    }
    for (const layer of layers) {
      const { rows, rowOffsets, colIndices, values } = layer.weights;
      const y = new Float32Array(rows);
      for (let row = 0; row < rows; row++) {
        let sum = 0;
        for (let at = rowOffsets[row]; at < rowOffsets[row + 1]; at++) {
          sum = Math.fround(sum + Math.fround(values[at] * x[colIndices[at]]));
        }
        y[row] = applyEpilogue(layer, row, sum);
      }
      x = y;
    }
    return x;
  });
}
