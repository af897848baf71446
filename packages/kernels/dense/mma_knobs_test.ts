import { LARGE_LIMITS } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import fc from "fast-check";
import { denseMmaWith } from "./dense_mma.ts";
import type { GemmShape } from "./gemm_knobs.ts";
import { chooseMmaKnobs } from "./mma_knobs.ts";
import { keptRowsOf, mmaBytesOf, mmaFits, stripOctetsOf, stripsOf } from "./mma_tile.ts";

const shapeOf = (m: number, k: number, n: number): GemmShape => ({
  ...{ m, k },
  vectors: Math.ceil(n / 8),
  columns: 8,
});

Deno.test("the chosen knobs can be built and fit, and no part is without a step", () => {
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
        assert.ok(knobs.split === 1 || (knobs.split - 1) * knobs.depth < k);
      },
    ),
    { seed: 1 },
  );
});

Deno.test("the knobs are those that were fastest on an H200, or within 5 % of it", () => {
  for (
    const [m, k, n, expected] of [
      [2048, 512, 256, "64x64x64 buffers 2 split 1"],
      [512, 2048, 256, "64x64x64 buffers 2 split 4"],
      [256, 1024, 256, "16x32x128 buffers 1 split 1"],
      [256, 2304, 256, "64x64x64 buffers 2 split 8"],
      [512, 512, 256, "32x32x128 buffers 1 split 1"],
      [2048, 512, 1024, "128x128x64 buffers 1 split 1"],
      [512, 2048, 1024, "64x64x64 buffers 2 split 1"],
      [256, 1024, 1024, "32x64x128 buffers 1 split 1"],
      [256, 2304, 1024, "128x128x32 buffers 2 split 8"],
      [512, 512, 1024, "64x64x64 buffers 2 split 1"],
      [2048, 2048, 1024, "128x128x64 buffers 1 split 1"],
      [1000, 1000, 1000, "64x64x64 buffers 1 split 1"],
      [33288, 512, 256, "128x128x32 buffers 1 split 1"],
    ] as const
  ) {
    const { rows, columns, depth, buffers, split } = chooseMmaKnobs(
      shapeOf(m, k, n),
      LARGE_LIMITS,
    );
    assert.equal(
      `${rows}x${columns}x${depth} buffers ${buffers} split ${split}`,
      expected,
      `${m}x${k} by ${n}`,
    );
  }
});

Deno.test("of a device with less workgroup memory the largest tiles are not asked", () => {
  const shape = shapeOf(2048, 512, 1024);
  const limits = { ...LARGE_LIMITS, maxComputeWorkgroupStorageSize: 32_768 };
  assert.ok(mmaBytesOf(chooseMmaKnobs(shape, LARGE_LIMITS)) > 32_768);
  assert.ok(mmaBytesOf(chooseMmaKnobs(shape, limits)) <= 32_768);
});

Deno.test("strips hold what a warp reads and the sums that it keeps, and there is one for each", () => {
  const block = { blockRows: 2, blockColumns: 2, slices: 1, buffers: 1 } as const;
  const tile = { ...block, rows: 64, columns: 64, depth: 64 };
  assert.equal(stripsOf(tile), 4);
  assert.equal(stripOctetsOf(tile) % 8, 4);
  assert.ok(stripOctetsOf(tile) >= Math.max(32 * 9, 64 * 5));
  assert.equal(keptRowsOf(tile), 2);
  assert.equal(stripsOf({ ...tile, blockRows: 1, blockColumns: 1 }), 16);
});
