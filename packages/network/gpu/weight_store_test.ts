import { randomCsr } from "@spmm/formats";
import { gpuTest, LARGE_LIMITS } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { NetworkError } from "../errors.ts";
import { checkInference } from "../reference_agreement.ts";
import { referenceInference } from "../reference_inference.ts";
import { deepNetwork } from "../reference_networks.ts";
import { designStages } from "./design_stages.ts";
import { planGpuNetwork } from "./plan_gpu_network.ts";
import { bytesOfArrays, type StageDesign } from "./stage_design.ts";
import { storeWeights, type WeightStore } from "./weight_store.ts";

const network = deepNetwork("negative");
const inputs = randomCsr({ rows: 400, cols: 64, density: 0.3, seed: 4 });
const { stages } = designStages(network, LARGE_LIMITS, {
  strategies: { fusion: false, staging: true, reordering: true, codebook: false },
  pruneFrom: 0,
  inputs: 400,
  mostBytes: Infinity,
});

gpuTest("weights that fit are written once, each stage's arrays whole and apart", async (gpu) => {
  using store = await storeWeights(gpu, stages, Infinity);
  assert.equal(store.streamed, false);
  assert.equal(store.bytes, gpu.memory.bytes);
  checkWindows(store, gpu.limits.minStorageBufferOffsetAlignment);
});

gpuTest("weights that do not fit take turns in two buffers of half the budget", async (gpu) => {
  const alignment = gpu.limits.minStorageBufferOffsetAlignment;
  const largest = Math.max(...stages.map((stage) => spaceOf(stage, alignment)));
  const before = gpu.memory.bytes;
  for (const budget of [2 * largest, 2 * largest + 100, 5 * largest, 8 * largest]) {
    using store = await storeWeights(gpu, stages, budget);
    assert.equal(store.streamed, true);
    assert.ok(store.bytes <= budget);
    assert.equal(gpu.memory.bytes - before, store.bytes);
    checkWindows(store, alignment);
    store.windows.forEach(({ stages, ranges }, w) => {
      const used = new Set(ranges.flatMap((arrays) => arrays.map(({ buffer }) => buffer)));
      assert.equal(used.size, 1);
      assert.ok(w === 0 || !used.has(store.windows[w - 1].ranges[0][0].buffer));
      assert.ok(stages.length > 0);
    });
  }
  await assert.rejects(storeWeights(gpu, stages, 2 * largest - 2), NetworkError);
  assert.equal(gpu.memory.bytes, before);
});

gpuTest("a stage whose weights exceed the largest binding is refused", async (gpu) => {
  const words = /layer 0's weights must fit the device's largest binding of 512 bytes/;
  await assert.rejects(storeWeights(gpu, stages, Infinity), refusal(words));
  assert.equal(gpu.memory.buffers, 0);
}, { limits: { maxStorageBufferBindingSize: 512 } });

for (const fusion of [false, true]) {
  const how = fusion ? "fused" : "one by one";
  gpuTest(`streamed weights give the same bits as resident ones, layers ${how}`, async (gpu) => {
    const expected = referenceInference(network, inputs);
    const strategies = { fusion };
    await using resident = await planGpuNetwork(network, gpu, { strategies });
    const wanted = await resident.infer(inputs, { outputs: true });
    checkInference(wanted, expected);
    assert.ok(!resident.labels.includes("out-of-core"));
    for (const share of [1.9, 1, 0.6]) {
      const budgetBytes = Math.floor(resident.weightBytes * share);
      const before = gpu.memory.bytes;
      await using plan = await planGpuNetwork(network, gpu, { strategies, budgetBytes });
      assert.ok(plan.labels.includes("out-of-core"), plan.describe());
      assert.ok(plan.weightBytes < resident.weightBytes);
      assert.ok(plan.weightBytes + plan.featureBytes <= budgetBytes);
      const found = await plan.infer(inputs, { outputs: true });
      checkInference(found, expected);
      assert.deepEqual(found.survivors, wanted.survivors);
      assert.deepEqual(found.outputs, wanted.outputs);
      assert.ok(gpu.memory.bytes - before <= budgetBytes + 256 * plan.stages.length);
      assert.ok((await plan.sampleCompute(inputs, 1, 0))[0] > 0);
    }
  });
}

gpuTest("a budget too small for a layer says so, and leaves nothing", async (gpu) => {
  for (const fusion of [false, true]) {
    for (const budgetBytes of [0, 1000, 10_000]) {
      const plan = planGpuNetwork(network, gpu, { budgetBytes, strategies: { fusion } });
      await assert.rejects(plan, refusal(/must hold layer \d+, \d+ bytes: received \d+ bytes$/));
      assert.equal(gpu.memory.buffers, 0);
    }
  }
});

gpuTest("a budget too small for features says so, and leaves nothing", async (gpu) => {
  const weights = randomCsr({ rows: 3, cols: 20_000, density: 0.01, seed: 1 });
  const wide = { name: "wide", layers: [{ weights, bias: new Float32Array(3) }] };
  const plan = planGpuNetwork(wide, gpu, { budgetBytes: 1e6 });
  await assert.rejects(plan, refusal(/features of 32 inputs need 51\d{5} bytes.*1000000 bytes/));
  assert.equal(gpu.memory.buffers, 0);
});

gpuTest("features of few inputs that exceed the largest binding are refused", async (gpu) => {
  const weights = randomCsr({ rows: 3, cols: 600, density: 0.01, seed: 1 });
  const wide = { name: "wide", layers: [{ weights, bias: new Float32Array(3) }] };
  const words = /32 inputs must fit the device's largest binding of 65536 bytes: received 76800/;
  await assert.rejects(planGpuNetwork(wide, gpu), refusal(words));
  assert.equal(gpu.memory.buffers, 0);
}, { limits: { maxStorageBufferBindingSize: 65_536 } });

gpuTest("a plan stays within any budget in which something fits", async (gpu) => {
  const expected = referenceInference(network, inputs);
  const budgets = Array.from({ length: 7 }, (_, i) => Math.floor(2 ** 19 / 1.7 ** i));
  const fitting: number[] = [];
  for (const budgetBytes of budgets) {
    const made = planGpuNetwork(network, gpu, { budgetBytes });
    const plan = await made.catch((error) => {
      assert.ok(error instanceof NetworkError);
      assert.equal(gpu.memory.buffers, 0);
    });
    if (plan === undefined) continue;
    await using held = plan;
    fitting.push(budgetBytes);
    assert.ok(held.weightBytes + held.featureBytes <= budgetBytes);
    checkInference(await held.infer(inputs, { outputs: true }), expected);
  }
  assert.deepEqual(fitting, budgets.slice(0, fitting.length));
  assert.ok(fitting.length > 3, `only ${fitting.length} fit`);
});

function refusal(words: RegExp): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof NetworkError);
    assert.match(error.message, words);
    return true;
  };
}

/** Each stage stands in one window, in order, with all of its arrays, none over another. */
function checkWindows({ windows }: WeightStore, alignment: number): void {
  assert.deepEqual(windows.flatMap((window) => window.stages), [...stages.keys()]);
  for (const window of windows) {
    let [end, before]: [number, unknown] = [0, undefined];
    window.stages.forEach((stage, i) => {
      const { arrays } = stages[stage];
      assert.equal(window.ranges[i].length, arrays.length);
      window.ranges[i].forEach(({ buffer, offset, size }, j) => {
        assert.ok(offset >= (buffer === before ? end : 0));
        assert.equal(offset % alignment, 0);
        assert.ok(size >= arrays[j].byteLength && offset + size <= buffer.bytes);
        [end, before] = [offset + size, buffer];
      });
    });
  }
}

function spaceOf({ arrays }: StageDesign, alignment: number): number {
  return arrays.reduce(
    (sum, array) => sum + Math.ceil(Math.max(16, bytesOfArrays([array])) / alignment) * alignment,
    0,
  );
}
