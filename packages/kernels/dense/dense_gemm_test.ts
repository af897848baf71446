import { randomCsr, randomDense } from "@spmm/formats";
import { type SpmmProblem, UnsupportedError } from "@spmm/spmm";
import { conformanceCases } from "@spmm/spmm/conformance";
import {
  checkCases,
  checkProduct,
  gpuTest,
  LARGE_LIMITS,
  testGpuConformance,
} from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { denseGemm, denseGemmWith, inspectDense } from "./dense_gemm.ts";
import type { GemmKnobs } from "./gemm_knobs.ts";

testGpuConformance(denseGemm);

const TILE = {
  threadRows: 8,
  threadColumns: 8,
  depth: 16,
  margin: 0,
  slices: 1,
  buffers: 1,
} as const;

const VARIANTS: readonly GemmKnobs[] = [
  { ...TILE, rows: 128, columns: 128, split: 1 },
  { ...TILE, rows: 128, columns: 128, depth: 8, buffers: 2, split: 2 },
  { ...TILE, rows: 64, columns: 128, split: 3 },
  { ...TILE, rows: 128, columns: 64, buffers: 2, split: 1 },
  { ...TILE, rows: 64, columns: 64, slices: 4, split: 1 },
  { ...TILE, rows: 64, columns: 64, depth: 32, slices: 2, split: 4 },
  { ...TILE, rows: 64, columns: 64, depth: 8, slices: 2, buffers: 2, split: 5 },
  { ...TILE, rows: 64, columns: 32, threadColumns: 4, split: 16 },
  { ...TILE, rows: 32, columns: 64, threadRows: 4, depth: 32, slices: 2, split: 1 },
  { ...TILE, rows: 32, columns: 32, threadRows: 4, threadColumns: 4, slices: 4, split: 2 },
  { ...TILE, rows: 16, columns: 8, threadRows: 4, threadColumns: 4, depth: 4, split: 2 },
  { ...TILE, rows: 64, columns: 64, margin: 4, slices: 4, buffers: 2, split: 1 },
  { ...TILE, rows: 64, columns: 32, margin: 12, slices: 2, split: 3 },
  { ...TILE, rows: 64, columns: 128, margin: 8, buffers: 2, split: 1 },
  { ...TILE, rows: 128, columns: 128, threadRows: 16, margin: 8, slices: 2, split: 2 },
];

const SHAPES = [
  { m: 150, k: 37, n: 140 },
  { m: 128, k: 64, n: 256 },
  { m: 70, k: 200, n: 67 },
  { m: 33, k: 90, n: 2 },
  { m: 129, k: 1, n: 1 },
];

for (const knobs of VARIANTS) {
  const kernel = denseGemmWith(knobs);
  gpuTest(`${kernel.name} multiplies right up to the edges`, async (gpu) => {
    for (const { m, k, n } of SHAPES) {
      const a = randomCsr({ rows: m, cols: k, density: 0.5, seed: m + n });
      const epilogue = {
        bias: Float32Array.from({ length: m }, (_, row) => Math.sin(row)),
        activation: { kind: "relu" },
      } as const;
      await using plan = await kernel.plan({ a, n, epilogue }, gpu);
      await checkProduct(plan, randomDense(k, n, 5));
    }
  });
}

gpuTest("a split product with slices takes every kind of problem", async (gpu) => {
  const kernel = denseGemmWith({ ...TILE, rows: 64, columns: 32, depth: 8, slices: 2, split: 3 });
  await checkCases(kernel, gpu, conformanceCases().filter((_, i) => i % 7 === 0));
});

gpuTest("the same bits come from run to run where k is split", async (gpu) => {
  const a = randomCsr({ rows: 100, cols: 500, density: 0.5, seed: 8 });
  const b = randomDense(500, 60, 9);
  await using plan = await denseGemmWith({ ...TILE, rows: 64, columns: 64, split: 8 })
    .plan({ a, n: 60 }, gpu);
  assert.deepEqual(await plan.multiply(b), await plan.multiply(b));
});

gpuTest("a matrix too large in full is refused with its size and the limit", async (gpu) => {
  const a = randomCsr({ rows: 500, cols: 500, density: 0.001, seed: 3 });
  const support = denseGemm.supports({ a, n: 8 }, gpu);
  assert.ok(!support.ok);
  assert.match(support.reason, /500x500, takes 1048576 bytes.*at most 65536/);
  await assert.rejects(() => denseGemm.plan({ a, n: 8 }, gpu), UnsupportedError);
}, { limits: { maxStorageBufferBindingSize: 65536 } });

gpuTest("a tile that the device has no room for is refused with what it takes", (gpu) => {
  const a = randomCsr({ rows: 50, cols: 50, density: 0.5, seed: 3 });
  const kernel = denseGemmWith({ ...TILE, rows: 128, columns: 128, buffers: 2, split: 1 });
  const support = kernel.supports({ a, n: 8 }, gpu);
  assert.ok(!support.ok);
  assert.match(support.reason, /256 threads with 32768 bytes/);
}, { limits: { maxComputeWorkgroupStorageSize: 16_384 } });

Deno.test("a split product has a second pass, and scratch for one product a part", () => {
  const problem: SpmmProblem = {
    a: randomCsr({ rows: 256, cols: 1024, density: 0.5, seed: 4 }),
    n: 256,
  };
  const knobs: GemmKnobs = { ...TILE, rows: 64, columns: 64, split: 8 };
  const { passes, facts } = inspectDense(problem, LARGE_LIMITS, knobs);
  assert.deepEqual(passes.map(({ workgroups }) => workgroups), [4 * 4 * 8, 256 * 64 / 256]);
  assert.equal(facts["partialBytes"], 8 * 256 * 256 * 4);
  const whole = inspectDense(problem, LARGE_LIMITS, { ...knobs, split: 1 });
  assert.equal(whole.passes.length, 1);
  assert.equal(whole.facts["partialBytes"], 0);
});
