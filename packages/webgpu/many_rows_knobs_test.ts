import assert from "node:assert/strict";
import { chooseQuadsKnobs } from "./choose_quads_knobs.ts";
import { knobsOfManyRows } from "./many_rows_knobs.ts";
import type { QuadsKnobs } from "./quads_knobs.ts";
import { LARGE_LIMITS } from "./test_limits.ts";

function chosen(
  [rows, k]: readonly [number, number],
  mean: number,
  n: number,
  longest = 1.5 * mean,
): QuadsKnobs {
  const b = { k, vectors: n / 4, columns: 4 } as const;
  return chooseQuadsKnobs({ rows, mean, longest }, b, LARGE_LIMITS);
}

function tile({ lanes, vectorsPerLane, slices, threads }: QuadsKnobs): readonly number[] {
  return [lanes, vectorsPerLane, slices, threads];
}

Deno.test("rows are many where those of one column tile fill two thirds of the GPU", () => {
  const areMany = (rows: number, n: number): boolean =>
    knobsOfManyRows(
      { rows, mean: 50, longest: 80 },
      { k: 512, vectors: n / 4, columns: 4 },
    ) !== undefined;
  assert.deepEqual([256, 2048, 2304, 4096].map((rows) => areMany(rows, 1024)), [
    false,
    false,
    false,
    true,
  ]);
  assert.deepEqual([32, 64, 128].map((n) => areMany(4096, n)), [false, false, true]);
  assert.deepEqual([32, 64, 128].map((n) => areMany(6000, n)), [false, true, true]);
});

Deno.test("many rows alike have one tile of B read at a time", () => {
  for (const mean of [3, 10, 50, 250]) {
    for (const n of [128, 256, 1024]) {
      assert.equal(chosen([33_288, 512], mean, n).order, "tile by tile");
    }
  }
});

Deno.test("a lane has two vectors where B is near, and one where most reads of it wait", () => {
  assert.deepEqual(tile(chosen([33_288, 512], 10, 256)), [32, 2, 1, 128]);
  assert.deepEqual(tile(chosen([16_384, 1024], 51, 256)), [32, 2, 1, 128]);
  assert.deepEqual(tile(chosen([8192, 8192], 64, 256)), [32, 1, 1, 128]);
  assert.deepEqual(tile(chosen([8192, 8192], 256, 256)), [32, 1, 1, 128]);
  assert.deepEqual(tile(chosen([33_288, 512], 10, 64)), [16, 1, 1, 128]);
});

Deno.test("a lane has one vector of short rows that would leave the GPU part empty", () => {
  assert.deepEqual(tile(chosen([4096, 512], 10, 256)), [32, 1, 1, 128]);
  assert.deepEqual(tile(chosen([4096, 512], 100, 256)), [32, 2, 1, 128]);
});

Deno.test("a second slice of two vectors fills up few waves, of rows long enough for both", () => {
  assert.deepEqual(tile(chosen([4096, 4096], 205, 512)), [32, 2, 2, 1024]);
  assert.deepEqual(tile(chosen([6000, 3000], 150, 256)), [32, 2, 2, 1024]);
  assert.deepEqual(tile(chosen([4096, 1024], 102, 256)), [32, 2, 1, 128]);
  assert.deepEqual(tile(chosen([4096, 4096], 205, 1024)), [32, 2, 1, 1024]);
});

Deno.test("a second slice of one vector only takes places that rows leave empty", () => {
  assert.deepEqual(tile(chosen([8192, 8192], 64, 64)), [16, 1, 2, 128]);
  assert.deepEqual(tile(chosen([8192, 8192], 64, 128)), [32, 1, 1, 128]);
  assert.deepEqual(tile(chosen([12_000, 768], 77, 64)), [16, 1, 1, 128]);
});

Deno.test("workgroups are large where a row of C takes many multiplications", () => {
  const threads = [64, 256, 1024].map((n) => chosen([33_288, 512], 51, n).threads);
  assert.deepEqual(threads, [128, 128, 1024]);
});

Deno.test("workgroups are small where large ones would leave much of their last wave empty", () => {
  const threads = [2900, 4096, 6000].map((rows) => chosen([rows, 1024], 100, 512).threads);
  assert.deepEqual(threads, [128, 1024, 1024]);
});

Deno.test("quads are loaded ahead where rows have some tens of non-zeros", () => {
  assert.deepEqual([3, 10, 51, 102].map((mean) => chosen([33_288, 512], mean, 256).ahead), [
    false,
    false,
    true,
    true,
  ]);
});

Deno.test("single vectors are loaded ahead where their loads are far, and no second slice loads", () => {
  const isAhead = (rows: number, k: number, n: number): boolean => chosen([rows, k], 64, n).ahead;
  assert.deepEqual([512, 1024, 8192].map((k) => isAhead(33_288, k, 128)), [false, true, true]);
  assert.deepEqual([4096, 8192].map((rows) => isAhead(rows, 8192, 128)), [false, true]);
});

Deno.test("few waves of shorter rows are loaded ahead, too, all tiles of a row before the next", () => {
  const brief = (rows: number, k: number, mean: number, n = 256) => {
    const { vectorsPerLane, ahead, order } = chosen([rows, k], mean, n);
    return [vectorsPerLane, ahead, order] as const;
  };
  assert.deepEqual(brief(4096, 1024, 20), [1, true, "row by row"]);
  assert.deepEqual(brief(4096, 1024, 10), [1, false, "tile by tile"]);
  assert.deepEqual(brief(4096, 256, 20), [1, false, "tile by tile"]);
  assert.deepEqual(brief(8192, 1024, 20), [2, true, "tile by tile"]);
  assert.deepEqual(brief(8192, 512, 20), [2, false, "tile by tile"]);
  assert.deepEqual(brief(33_288, 1024, 20), [2, false, "tile by tile"]);
});

Deno.test("a second slice of two vectors takes the places that less than a wave leaves empty", () => {
  const slices = [2900, 3100, 3400].map((rows) => chosen([rows, 1024], 50, 256).slices);
  assert.deepEqual(slices, [2, 2, 1]);
});

Deno.test("slices of the longest row go by the square root of its length, and of the columns", () => {
  const slices = (longest: number, n: number): number =>
    chosen([8192, 8192], 60, n, longest).slices;
  assert.deepEqual([457, 3522, 8192].map((longest) => slices(longest, 256)), [4, 8, 16]);
  assert.deepEqual([64, 256, 1024].map((n) => slices(3522, n)), [16, 8, 4]);
  assert.equal(slices(200, 256), 1);
  assert.equal(chosen([33_288, 512], 10, 256, 71).slices, 1);
});

Deno.test("a longest row of too few slices takes quads in pairs, one of too many loads none ahead", () => {
  const of = (longest: number, n: number) => {
    const { quadsAtOnce, ahead, order, ...rest } = chosen([8192, 8192], 60, n, longest);
    return [...tile({ quadsAtOnce, ahead, order, ...rest }), quadsAtOnce, ahead, order];
  };
  assert.deepEqual(of(3522, 64), [16, 1, 16, 256, 2, true, "row by row"]);
  assert.deepEqual(of(3522, 256), [32, 1, 8, 256, 2, true, "row by row"]);
  assert.deepEqual(of(8192, 256), [16, 1, 16, 256, 1, true, "row by row"]);
  assert.deepEqual(of(457, 64), [16, 1, 8, 128, 1, true, "row by row"]);
  assert.deepEqual(of(3000, 128), [16, 1, 16, 256, 1, false, "row by row"]);
});

Deno.test("the longest rows of all tiles begin first, in large workgroups where B is in no cache", () => {
  const knobs = [64, 256, 1024].map((n) => chosen([8192, 8192], 60, n, 3522));
  assert.deepEqual(knobs.map(({ order }) => order), Array(3).fill("row by row"));
  assert.deepEqual(knobs.map(({ threads }) => threads), [256, 256, 1024]);
});
