import type { GpuLimits } from "@spmm/webgpu";
import assert from "node:assert/strict";
import fc from "fast-check";
import { chooseTile, threadsOf, workgroupBytesOf, workgroupsOf } from "./gemm_tile.ts";

const limits: GpuLimits = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  minStorageBufferOffsetAlignment: 256,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupsPerDimension: 65535,
};

Deno.test("the chosen tile fits the smallest limits that WebGPU allows, at any shape", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20000 }), fc.integer({ min: 1, max: 20000 }), (m, n) => {
      const tile = chooseTile(m, n, limits);
      assert.ok(threadsOf(tile) <= 256);
      assert.ok(workgroupBytesOf(tile) <= 16384);
      assert.ok(workgroupsOf(tile, m, n) * tile.rows * tile.columns >= m * n);
    }),
    { seed: 1 },
  );
});

Deno.test("a large product takes large tiles, a small one or a small device takes small ones", () => {
  assert.equal(chooseTile(4096, 4096, limits).rows, 128);
  assert.equal(chooseTile(512, 1024, limits).rows, 64);
  assert.equal(chooseTile(64, 64, limits).rows, 32);
  const small = { ...limits, maxComputeInvocationsPerWorkgroup: 128 };
  assert.equal(chooseTile(4096, 4096, small).rows, 32);
});

Deno.test("every tile is loaded in whole turns of its threads, whatever the vector width", () => {
  for (const m of [32, 800, 4096]) {
    const tile = chooseTile(m, m, limits);
    for (const width of [1, 2, 4]) {
      assert.equal(tile.rows / 4 * tile.depth % threadsOf(tile), 0);
      assert.equal(tile.columns / width * tile.depth % threadsOf(tile), 0);
    }
  }
});
