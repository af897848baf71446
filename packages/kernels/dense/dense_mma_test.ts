import { randomCsr, randomDense } from "@spmm/formats";
import { ShapeError, type SpmmProblem } from "@spmm/spmm";
import {
  checkProduct,
  gpuTest,
  LARGE_LIMITS,
  LEAST_LIMITS,
  testGpuConformance,
} from "@spmm/webgpu/conformance";
import { passSource, tryOpenGpu } from "@spmm/webgpu";
import assert from "node:assert/strict";
import { denseMma, denseMmaWith, inspectMma, mmaKernel } from "./dense_mma.ts";
import { subgroupMatrices, threadsInstead } from "./matrix_units_code.ts";
import type { MmaKnobs } from "./mma_tile.ts";

/** What it may say no to: the suite has other storages, and products of a column or two. */
const REFUSALS = [/storage must be f16/, /must have at least 5 columns/];
const TILE = {
  rows: 32,
  columns: 32,
  depth: 32,
  blockRows: 1,
  blockColumns: 1,
  buffers: 1,
} as const;

testGpuConformance(
  mmaKernel(
    "dense-mma by threads in place of units",
    { ...TILE, depth: 64, slices: 2, split: 2 },
    threadsInstead,
  ),
  { refusals: [...REFUSALS, /shader-f16/] },
);

const VARIANTS: readonly MmaKnobs[] = [
  { ...TILE, slices: 1, split: 1 },
  { ...TILE, depth: 64, slices: 2, split: 1 },
  { ...TILE, blockRows: 2, slices: 1, split: 3 },
  { ...TILE, rows: 64, blockColumns: 2, slices: 1, split: 1 },
  { ...TILE, columns: 64, blockRows: 2, blockColumns: 2, slices: 2, split: 2 },
  { ...TILE, rows: 64, blockRows: 2, buffers: 2, slices: 1, split: 2 },
  { ...TILE, rows: 64, columns: 16, blockRows: 4, slices: 2, buffers: 2, split: 1 },
];

const SHAPES = [
  { m: 150, k: 37, n: 140 },
  { m: 70, k: 200, n: 67 },
  { m: 33, k: 90, n: 5 },
  { m: 129, k: 1, n: 16 },
];

for (const knobs of VARIANTS) {
  const kernel = mmaKernel("dense-mma by threads", knobs, threadsInstead);
  gpuTest(`${denseMmaWith(knobs).name} multiplies right up to the edges`, async (gpu) => {
    if (!gpu.hasF16) return;
    for (const { m, k, n } of SHAPES) {
      const a = randomCsr({ rows: m, cols: k, density: 0.5, seed: m + n });
      const epilogue = {
        bias: Float32Array.from({ length: m }, (_, row) => Math.sin(row)),
        activation: { kind: "relu" },
      } as const;
      await using plan = await kernel.plan({ a, n, epilogue, storage: "f16" }, gpu);
      const b = randomDense(k, n, 5);
      await checkProduct(plan, { ...b, data: Float16Array.from(b.data) });
    }
  });
}

const PROBLEM: SpmmProblem = {
  a: randomCsr({ rows: 40, cols: 30, density: 0.5, seed: 1 }),
  n: 20,
  storage: "f16",
};

Deno.test("denseMma is there where a device has units for halves, and says why it is not", async () => {
  await using gpu = await tryOpenGpu({ limits: { matrixThreads: 0 } });
  if (gpu?.hasF16) {
    const support = denseMma.supports(PROBLEM, gpu);
    assert.match(support.ok ? "" : support.reason, /no units for products of matrices/);
    const single = mmaKernel("by threads", undefined, threadsInstead)
      .supports({ ...PROBLEM, storage: "f32" }, gpu);
    assert.match(single.ok ? "" : single.reason, /storage must be f16: received f32/);
  }
});

Deno.test("a program by units asks for them, and one by threads does not", () => {
  const source = (units: typeof threadsInstead): string =>
    passSource(inspectMma(PROBLEM, LARGE_LIMITS, units).passes[0]);
  assert.match(source(subgroupMatrices(32)), /^enable chromium_experimental_subgroup_matrix;$/m);
  assert.doesNotMatch(source(threadsInstead), /chromium/);
});

Deno.test("a tile that a device has no room for is refused", () => {
  const knobs = { ...TILE, rows: 128, columns: 128, depth: 128, slices: 1, split: 1 };
  assert.throws(() => denseMmaWith({ ...knobs, depth: 96 }), ShapeError);
  assert.throws(() => denseMmaWith({ ...knobs, rows: 8 }), /matrices of 16x16/);
  assert.equal(LEAST_LIMITS.matrixThreads, 0);
});
