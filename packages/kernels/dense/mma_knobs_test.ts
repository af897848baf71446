import { LARGE_LIMITS } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import fc from "fast-check";
import { denseMmaWith } from "./dense_mma.ts";
import type { GemmShape } from "./gemm_knobs.ts";
import { chooseMmaKnobs } from "./mma_knobs.ts";
import { mmaFits, mmaTilesOf } from "./mma_tile.ts";

const shapeOf = (m: number, k: number, n: number): GemmShape => ({
  ...{ m, k },
  vectors: Math.ceil(n / 8),
  columns: 8,
});

Deno.test("the chosen knobs can be built and fit, and no part is without two steps", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20_000 }),
      fc.nat(20_000),
      fc.integer({ min: 5, max: 5000 }),
      (m, k, n) => {
        const shape = shapeOf(m, k, n);
        const knobs = chooseMmaKnobs(shape, LARGE_LIMITS);
        assert.equal(denseMmaWith(knobs).family, "dense");
        assert.ok(mmaFits(knobs, LARGE_LIMITS.matrixThreads, LARGE_LIMITS));
        assert.ok(knobs.split === 1 || knobs.split * 2 * knobs.depth <= k);
      },
    ),
    { seed: 1 },
  );
});

Deno.test("large products take large tiles, small ones slices, and deep ones of few tiles are split", () => {
  const chosen = (m: number, k: number, n: number) =>
    chooseMmaKnobs(shapeOf(m, k, n), LARGE_LIMITS);
  assert.deepEqual(chosen(4096, 1024, 1024), { ...chosen(2048, 512, 1024), depth: 32 });
  assert.equal(chosen(2048, 512, 1024).rows, 128);
  assert.deepEqual([chosen(512, 512, 256).rows, chosen(512, 512, 256).slices], [32, 4]);
  assert.equal(chosen(256, 1024, 128).split, 4);
  assert.equal(
    chosen(64, 576, 64).split,
    1,
    "a second pass would take longer than the steps it saves",
  );
});

Deno.test("of a device with less workgroup memory the largest tiles are not asked", () => {
  const limits = { ...LARGE_LIMITS, maxComputeWorkgroupStorageSize: 32_768 };
  const shape = shapeOf(4096, 1024, 1024);
  assert.ok(mmaTilesOf(chooseMmaKnobs(shape, limits), shape) > 256);
});
