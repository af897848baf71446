import { LEAST_LIMITS } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import fc from "fast-check";
import { chooseTile, threadsOf, workgroupBytesOf, workgroupsOf } from "./gemm_tile.ts";

Deno.test("the chosen tile fits the smallest limits that WebGPU allows, at any shape", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20000 }), fc.integer({ min: 1, max: 20000 }), (m, n) => {
      const tile = chooseTile(m, n, LEAST_LIMITS);
      assert.ok(threadsOf(tile) <= 256);
      assert.ok(workgroupBytesOf(tile) <= 16384);
      assert.ok(workgroupsOf(tile, m, n) * tile.rows * tile.columns >= m * n);
    }),
    { seed: 1 },
  );
});

Deno.test("a large product takes large tiles, a small one or a small device takes small ones", () => {
  assert.equal(chooseTile(4096, 4096, LEAST_LIMITS).rows, 128);
  assert.equal(chooseTile(512, 1024, LEAST_LIMITS).rows, 64);
  assert.equal(chooseTile(64, 64, LEAST_LIMITS).rows, 32);
  const small = { ...LEAST_LIMITS, maxComputeInvocationsPerWorkgroup: 128 };
  assert.equal(chooseTile(4096, 4096, small).rows, 32);
});

Deno.test("every tile is loaded in whole turns of its threads, whatever the vector width", () => {
  for (const m of [32, 800, 4096]) {
    const tile = chooseTile(m, m, LEAST_LIMITS);
    for (const width of [1, 2, 4]) {
      assert.equal(tile.rows / 4 * tile.depth % threadsOf(tile), 0);
      assert.equal(tile.columns / width * tile.depth % threadsOf(tile), 0);
    }
  }
});
