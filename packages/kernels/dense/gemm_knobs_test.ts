import { ShapeError } from "@spmm/spmm";
import { LARGE_LIMITS, LEAST_LIMITS } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  chooseKnobs,
  estimatedClocks,
  type GemmKnobs,
  type GemmShape,
  partialBytesOf,
  requireKnobs,
  withinReach,
} from "./gemm_knobs.ts";
import { fits, threadsOf, tilesOf, workgroupBytesOf } from "./gemm_tile.ts";

const KNOBS: GemmKnobs = {
  rows: 64,
  columns: 64,
  depth: 16,
  threadRows: 8,
  threadColumns: 8,
  margin: 0,
  slices: 1,
  buffers: 1,
  split: 4,
};

const shapes: fc.Arbitrary<GemmShape> = fc.record({
  m: fc.integer({ min: 1, max: 20_000 }),
  k: fc.nat(20_000),
  vectors: fc.integer({ min: 1, max: 5000 }),
  columns: fc.constantFrom(1, 2, 4),
});

Deno.test("the chosen knobs fit the smallest limits that WebGPU allows, at any shape", () => {
  fc.assert(
    fc.property(shapes, (shape) => {
      const knobs = chooseKnobs(shape, LEAST_LIMITS);
      requireKnobs(knobs);
      assert.ok(threadsOf(knobs) <= 256);
      assert.ok(workgroupBytesOf(knobs) <= 16_384);
      assert.ok(knobs.split === 1 || partialBytesOf(knobs, shape) <= 2 ** 27);
    }),
    { seed: 1 },
  );
});

Deno.test("no part of a split product is without a step", () => {
  fc.assert(
    fc.property(shapes, fc.integer({ min: 1, max: 40 }), (shape, split) => {
      const knobs = withinReach({ ...KNOBS, split }, shape, LARGE_LIMITS);
      const steps = Math.ceil(shape.k / knobs.depth);
      assert.ok(knobs.split >= 1 && knobs.split <= split);
      assert.ok(steps === 0 || (knobs.split - 1) * Math.ceil(steps / knobs.split) < steps);
    }),
    { seed: 2 },
  );
});

Deno.test("a large product takes the largest tiles whole, one of few rows is split", () => {
  const large = chooseKnobs({ m: 4096, k: 4096, vectors: 1024, columns: 4 }, LARGE_LIMITS);
  assert.deepEqual([large.rows, large.columns, large.split], [128, 128, 1]);
  for (const [m, k, vectors] of [[256, 1024, 64], [256, 2304, 256], [512, 2048, 64]]) {
    const knobs = chooseKnobs({ m, k, vectors, columns: 4 }, LARGE_LIMITS);
    assert.ok(knobs.split > 1);
    assert.ok(tilesOf(knobs, m, vectors) * knobs.split >= 128);
  }
  const short = chooseKnobs({ m: 256, k: 8, vectors: 64, columns: 4 }, LARGE_LIMITS);
  assert.equal(short.split, 1);
});

/** Times on an NVIDIA H200 in f32, µs: m, k, columns, split, of tiles of 64×64 by 32 in two slices. */
const MEASURED: readonly (readonly [number, number, number, number, number])[] = [
  [2048, 512, 1024, 1, 64.6],
  [512, 2048, 1024, 2, 62.2],
  [256, 2304, 1024, 1, 82.8],
  [256, 2304, 1024, 4, 38.4],
  [256, 2304, 256, 8, 16.1],
  [256, 1024, 256, 1, 38],
  [256, 1024, 256, 2, 22.8],
  [256, 1024, 256, 4, 14.4],
  [256, 1024, 256, 8, 10.6],
  [512, 512, 256, 4, 10.2],
];
const CLOCKS_PER_MICROSECOND = 1755;

Deno.test("the estimate is near what an H200 took, over and under one workgroup a multiprocessor", () => {
  for (const [m, k, n, split, microseconds] of MEASURED) {
    const knobs: GemmKnobs = { ...KNOBS, depth: 32, slices: 2, split };
    const clocks = estimatedClocks(knobs, { m, k, vectors: n / 4, columns: 4 });
    const ratio = clocks / CLOCKS_PER_MICROSECOND / microseconds;
    assert.ok(Math.abs(ratio - 1) < 0.1, `${m}x${k} by ${n}, split ${split}: ${ratio}`);
  }
});

Deno.test("the knobs are those that were fastest on an H200, or within 5 % of it", () => {
  const large = "128x128x16 slices 2 buffers 2";
  const small = "64x64x32 slices 4 buffers 2";
  for (
    const [m, k, n, expected] of [
      [2048, 512, 1024, `${large} split 1`],
      [512, 2048, 1024, `${large} split 4`],
      [256, 1024, 1024, "64x32x32 slices 4 buffers 2 split 1"],
      [256, 2304, 1024, `${large} split 8`],
      [512, 512, 1024, `${small} split 1`],
      [2048, 512, 256, `${small} split 1`],
      [512, 2048, 256, `${small} split 4`],
      [256, 1024, 256, `${small} split 8`],
      [256, 2304, 256, `${small} split 8`],
      [512, 512, 256, `${small} split 4`],
      [2048, 2048, 1024, `${large} split 1`],
      [1000, 1000, 1000, `${large} split 2`],
      [3072, 768, 512, "64x64x32 slices 2 buffers 1 split 1"],
      [4096, 4096, 512, `${large} split 1`],
      [1024, 4096, 64, `${small} split 8`],
    ] as const
  ) {
    const shape = { m, k, vectors: n / 4, columns: 4 };
    const { rows, columns, depth, slices, buffers, split } = chooseKnobs(shape, LARGE_LIMITS);
    const chosen = `${rows}x${columns}x${depth} slices ${slices} buffers ${buffers} split ${split}`;
    assert.equal(chosen, expected);
  }
});

Deno.test("columns beyond whole tiles go to a margin where that spares a column of tiles", () => {
  const marginOf = (m: number, n: number): number =>
    chooseKnobs({ m, k: 512, vectors: Math.ceil(n / 4), columns: 4 }, LARGE_LIMITS).margin;
  assert.deepEqual([256, 257, 260, 300].map((n) => marginOf(2048, n)), [0, 4, 4, 12]);
  assert.deepEqual([1024, 1025].map((n) => marginOf(2048, n)), [0, 4]);
  assert.equal(marginOf(2048, 100), 0);
  assert.equal(marginOf(33288, 257), 4);
});

Deno.test("a product of few columns takes narrow tiles, one of few rows low ones", () => {
  const narrow = chooseKnobs({ m: 4096, k: 4096, vectors: 8, columns: 4 }, LARGE_LIMITS);
  assert.equal(narrow.columns, 32);
  const low = chooseKnobs({ m: 64, k: 4096, vectors: 4096, columns: 4 }, LARGE_LIMITS);
  assert.equal(low.rows, 64);
});

Deno.test("a device with few threads takes small tiles, whatever the product", () => {
  const small = { ...LEAST_LIMITS, maxComputeInvocationsPerWorkgroup: 64 };
  const knobs = chooseKnobs({ m: 4096, k: 4096, vectors: 1024, columns: 4 }, small);
  assert.equal(threadsOf(knobs), 64);
});

Deno.test("slices and buffers count as workgroup memory, and with a margin sums take the place of tiles", () => {
  assert.equal(workgroupBytesOf(KNOBS), 8192);
  assert.equal(workgroupBytesOf({ ...KNOBS, buffers: 2 }), 16_384);
  assert.equal(workgroupBytesOf({ ...KNOBS, slices: 4 }), 8192 + 4 * 256 * 16);
  assert.ok(!fits({ ...KNOBS, slices: 4 }, LEAST_LIMITS));
  const wide = { ...KNOBS, depth: 32, slices: 4, buffers: 2 as const };
  assert.equal(workgroupBytesOf(wide), 49_152);
  assert.equal(workgroupBytesOf({ ...wide, margin: 4 }), 2 * (64 + 68) * 32 * 4);
});

Deno.test("knobs that no kernel can be made of are refused by name", () => {
  const refused = (knobs: Partial<GemmKnobs>, message: RegExp): void =>
    assert.throws(
      () => requireKnobs({ ...KNOBS, ...knobs }),
      (error) => error instanceof ShapeError && message.test(error.message),
    );
  refused({ rows: 48 }, /rows a power of two: received 48/);
  refused({ split: 0 }, /split a positive integer: received 0/);
  refused({ threadRows: 2 }, /at least 4/);
  refused({ rows: 4 }, /a block within its tile/);
  refused({ slices: 32 }, /no more slices/);
  refused({ margin: 6 }, /a margin of whole vectors/);
  refused({ rows: 64, columns: 128, margin: 4 }, /as many for each thread/);
});
