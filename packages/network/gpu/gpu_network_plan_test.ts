import { type Csr, csrFromDense, dense, randomCsr } from "@spmm/formats";
import { DisposedError } from "@spmm/spmm";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { NetworkError } from "../errors.ts";
import type { Inference } from "../inference.ts";
import type { Network } from "../network.ts";
import { checkInference } from "../reference_agreement.ts";
import { referenceInference } from "../reference_inference.ts";
import { deepNetwork, pieces } from "../reference_networks.ts";
import { planGpuNetwork } from "./plan_gpu_network.ts";

gpuTest("a network in which nothing dies keeps every input, in order", async (gpu) => {
  const inputs = randomCsr({ rows: 300, cols: 64, density: 0.2, seed: 2 });
  await using plan = await planGpuNetwork(deepNetwork("positive"), gpu);
  const { survivors, alive, edges } = await plan.infer(inputs);
  assert.deepEqual(survivors, Uint32Array.from({ length: 300 }, (_, input) => input));
  assert.ok(alive.slice(1).every(({ inputs }) => inputs === 300));
  assert.equal(edges.executed, edges.counted);
  assert.ok(!plan.labels.includes("pruning"));
});

gpuTest("when all inputs die early, later layers run for none", async (gpu) => {
  const { layers } = deepNetwork("negative");
  const heavy = { ...layers[0], bias: new Float32Array(64).fill(-1e6) };
  const network = { name: "deadly", layers: [heavy, ...layers.slice(1)] };
  // Without fusion, which runs several layers before it looks who is left.
  for (const strategies of [{ fusion: false }, { fusion: false, reordering: false }]) {
    await using plan = await planGpuNetwork(network, gpu, { strategies });
    const inputs = randomCsr({ rows: 100, cols: 64, density: 0.9, seed: 2 });
    const { survivors, edges, outputs } = await plan.infer(inputs, { outputs: true });
    assert.equal(survivors.length, 0);
    assert.deepEqual([outputs?.rows, outputs?.cols], [64, 0]);
    assert.equal(edges.executed, 100 * layers[0].weights.values.length);
  }
});

gpuTest("a positive bias in the first layer delays pruning by that layer only", async (gpu) => {
  const { layers } = deepNetwork("negative");
  const first = { ...layers[0], bias: new Float32Array(64).fill(0.5) };
  const network = { name: "late", layers: [first, ...layers.slice(1)] };
  const inputs = csrFromDense(dense(40, 64));
  for (const fusion of [false, true]) {
    await using plan = await planGpuNetwork(network, gpu, { strategies: { fusion } });
    const found = await plan.infer(inputs, { outputs: true });
    checkInference(found, referenceInference(network, inputs));
    assert.equal(found.alive[0].inputs, 0);
    assert.equal(found.survivors.length, 40);
    assert.ok(plan.labels.includes("pruning"));
  }
});

gpuTest("features beyond 2^20 are pruned exactly as small ones", async (gpu) => {
  const network = deepNetwork("zero");
  const inputs = randomCsr({ rows: 200, cols: 64, density: 0.4, seed: 8 });
  const huge = { ...inputs, values: inputs.values.map((value) => value * 2 ** 30) };
  await using plan = await planGpuNetwork(network, gpu);
  const found = await plan.infer(huge, { outputs: true });
  checkInference(found, referenceInference(network, huge));
});

gpuTest("inputs come in chunks, at once or as they are made, with the same result", async (gpu) => {
  const inputs = randomCsr({ rows: 500, cols: 64, density: 0.3, seed: 3 });
  await using plan = await planGpuNetwork(deepNetwork("negative"), gpu);
  const whole = await plan.infer(inputs, { outputs: true });
  assert.ok(whole.survivors.length > 20 && whole.survivors.length < 480);
  async function* later(): AsyncGenerator<Csr> {
    for (const piece of pieces(inputs, [1, 199, 0, 107])) yield await Promise.resolve(piece);
  }
  const told: number[] = [];
  const streamed = await plan.infer(later(), {
    outputs: true,
    onProgress: ({ inputs }) => told.push(inputs),
  });
  assert.deepEqual(withoutSeconds(streamed), withoutSeconds(whole));
  assert.deepEqual(told, [1, 200, 307, 308, 500]);
});

gpuTest("no inputs have no survivors", async (gpu) => {
  await using plan = await planGpuNetwork(deepNetwork("negative"), gpu);
  for (const none of [[], csrFromDense(dense(0, 64))]) {
    const { inputs, survivors, outputs } = await plan.infer(none, { outputs: true });
    assert.deepEqual([inputs, survivors.length, outputs?.rows, outputs?.cols], [0, 0, 64, 0]);
  }
  assert.deepEqual([...await plan.sampleCompute([], 2, 0)], [0, 0]);
});

gpuTest("a plan holds what it says, and nothing once it is gone", async (gpu) => {
  const inputs = randomCsr({ rows: 96, cols: 64, density: 0.3, seed: 3 });
  const plan = await planGpuNetwork(deepNetwork("negative"), gpu, { chunk: 96 });
  assert.equal(gpu.memory.bytes, plan.weightBytes);
  await plan.infer(inputs);
  const held = gpu.memory.bytes;
  assert.ok(held >= plan.weightBytes + plan.featureBytes);
  // Beside them uniforms and boundaries: a few words a stage.
  assert.ok(held <= plan.weightBytes + plan.featureBytes + 256 * plan.stages.length);
  await plan.infer(inputs, { outputs: true });
  await plan.sampleCompute(inputs, 1, 0);
  assert.equal(gpu.memory.bytes, held);
  await plan[Symbol.asyncDispose]();
  await plan[Symbol.asyncDispose]();
  assert.deepEqual({ ...gpu.memory }, { buffers: 0, bytes: 0 });
  await assert.rejects(plan.infer(inputs), DisposedError);
  await assert.rejects(plan.infer([]), DisposedError);
  await assert.rejects(plan.sampleCompute(inputs, 1, 0), DisposedError);
});

gpuTest("two inferences at once on one plan do not meet", async (gpu) => {
  const network = deepNetwork("negative");
  const inputs = [40, 90].map((rows) => randomCsr({ rows, cols: 64, density: 0.3, seed: rows }));
  const plan = await planGpuNetwork(network, gpu);
  const both = inputs.map((rows) => plan.infer(rows, { outputs: true }));
  await plan[Symbol.asyncDispose]();
  for (const [i, found] of (await Promise.all(both)).entries()) {
    checkInference(found, referenceInference(network, inputs[i]));
  }
  assert.equal(gpu.memory.buffers, 0);
});

gpuTest(
  "inputs that do not fit the network are refused, and the plan stays usable",
  async (gpu) => {
    const network = deepNetwork("negative");
    const good = randomCsr({ rows: 90, cols: 64, density: 0.3, seed: 4 });
    await using plan = await planGpuNetwork(network, gpu);
    const narrow = randomCsr({ rows: 2, cols: 63, density: 0.3, seed: 4 });
    await assert.rejects(plan.infer([good, narrow]), NetworkError);
    await assert.rejects(plan.sampleCompute(narrow, 1, 0), NetworkError);
    const astray = { ...good, colIndices: good.colIndices.map((column) => column + 64) };
    await assert.rejects(plan.infer(astray), /columns must be below 64/);
    checkInference(await plan.infer(good, { outputs: true }), referenceInference(network, good));
  },
);

gpuTest("equal values count as equal only if all of them are, wherever they lie", async (gpu) => {
  const network = deepNetwork("zero");
  const inputs = randomCsr({ rows: 30, cols: 64, density: 0.3, seed: 4 });
  const { length } = inputs.values;
  await using plan = await planGpuNetwork(network, gpu);
  for (const offset of [0, 1]) {
    for (const other of [undefined, 0, 1, length - 2, length - 1]) {
      const values = new Float32Array(length + offset).fill(0.5).subarray(offset);
      if (other !== undefined) values[other] = 0.75;
      const found = await plan.infer({ ...inputs, values }, { outputs: true });
      checkInference(found, referenceInference(network, { ...inputs, values }));
    }
  }
});

gpuTest("sampled seconds are positive, and as many as asked for", async (gpu) => {
  const inputs = randomCsr({ rows: 100, cols: 64, density: 0.3, seed: 4 });
  await using plan = await planGpuNetwork(deepNetwork("negative"), gpu, { chunk: 64 });
  const seconds = await plan.sampleCompute(inputs, 3, 1e-3);
  assert.equal(seconds.length, 3);
  assert.ok(seconds.every((s) => s > 0 && s < 10));
});

gpuTest("no more inputs run at once than a dispatch reaches", async (gpu) => {
  const network = deepNetwork("negative");
  const inputs = randomCsr({ rows: 150, cols: 64, density: 0.3, seed: 6 });
  const expected = referenceInference(network, inputs);
  for (const fusion of [false, true]) {
    await using plan = await planGpuNetwork(network, gpu, { strategies: { fusion }, chunk: 1e6 });
    assert.equal(plan.chunk, fusion ? 8 * 8 : 8 * 64);
    checkInference(await plan.infer(inputs, { outputs: true }), expected);
  }
}, { limits: { maxComputeWorkgroupsPerDimension: 8 } });

gpuTest("a chunk that is no whole number from 1 is refused", async (gpu) => {
  for (const chunk of [0, -1, 1.5, NaN]) {
    await assert.rejects(planGpuNetwork(deepNetwork("zero"), gpu, { chunk }), NetworkError);
  }
  const { layers } = deepNetwork("zero");
  const torn: Network = {
    name: "torn",
    layers: [layers[0], { ...layers[1], bias: new Float32Array() }],
  };
  await assert.rejects(planGpuNetwork(torn, gpu), NetworkError);
  assert.equal(gpu.memory.buffers, 0);
});

function withoutSeconds({ seconds: _, ...rest }: Inference): Omit<Inference, "seconds"> {
  return rest;
}
