import assert from "node:assert/strict";
import { ShapeError } from "@spmm/spmm";
import { chooseQuadsKnobs } from "./choose_quads_knobs.ts";
import { checkedKnobs, type QuadsKnobs } from "./quads_knobs.ts";
import { LARGE_LIMITS, LEAST_LIMITS } from "./test_limits.ts";

const COLUMNS = [[1, 1], [7, 1], [8, 4], [25, 4], [64, 4], [65, 4], [256, 4], [33, 8]] as const;

Deno.test("chooseQuadsKnobs() stays within the limits and fits the rows into workgroups", () => {
  for (const limits of [LARGE_LIMITS, LEAST_LIMITS]) {
    for (const rows of [1, 64, 256, 2048, 40_000]) {
      for (const mean of [0, 0.5, 5, 50, 500]) {
        for (const [vectors, columns] of COLUMNS) {
          const knobs = chooseQuadsKnobs(
            { rows, mean, longest: 3 * mean },
            { k: 1024, vectors, columns },
            limits,
          );
          const { lanes, vectorsPerLane, slices, threads } = knobs;
          assert.ok(lanes * slices <= threads && threads % (lanes * slices) === 0);
          assert.ok(threads <= limits.maxComputeInvocationsPerWorkgroup);
          const bytes = threads * vectorsPerLane * columns * 4;
          assert.ok(bytes <= limits.maxComputeWorkgroupStorageSize);
        }
      }
    }
  }
});

Deno.test("slices fill the GPU once where few do, and workgroups follow each other where rows abound", () => {
  const chosen = (rows: number, mean: number, vectors: number, longest = 2 * mean, k = 512) => {
    const brief = { rows, mean, longest };
    const { lanes, slices, ahead, order } = chooseQuadsKnobs(
      brief,
      { k, vectors, columns: 4 },
      LARGE_LIMITS,
    );
    return [lanes, slices, ahead, order] as const;
  };
  assert.deepEqual(chosen(512, 200, 256), [32, 2, true, "to and fro"]);
  assert.deepEqual(chosen(512, 100, 256), [32, 2, true, "to and fro"]);
  assert.deepEqual(chosen(512, 100, 256, 200, 2048), [16, 2, true, "to and fro"]);
  assert.deepEqual(chosen(256, 230, 256, 460, 2304), [16, 4, true, "to and fro"]);
  assert.deepEqual(chosen(512, 200, 64), [16, 7, true, "to and fro"]);
  assert.deepEqual(chosen(768, 200, 64), [16, 5, true, "to and fro"]);
  assert.deepEqual(chosen(2048, 50, 256), [32, 1, true, "row by row"]);
  assert.deepEqual(chosen(2048, 100, 128), [32, 2, true, "row by row"]);
  assert.deepEqual(chosen(2048, 50, 64), [32, 2, true, "tile by tile"]);
  assert.deepEqual(chosen(2048, 50, 64, 150), [32, 4, false, "tile by tile"]);
  assert.deepEqual(chosen(2048, 10, 64, 70), [32, 4, false, "row by row"]);
  assert.deepEqual(chosen(512, 50, 64), [32, 5, true, "tile by tile"]);
  assert.deepEqual(chosen(512, 12, 64, 102), [32, 8, true, "to and fro"]);
  assert.deepEqual(chosen(256, 51, 64), [32, 8, true, "to and fro"]);
});

Deno.test("the longest row has more slices, the further it is from the mean", () => {
  const b = { k: 8192, vectors: 64, columns: 4 } as const;
  const slices = (longest: number) =>
    chooseQuadsKnobs({ rows: 8192, mean: 64, longest }, b, LARGE_LIMITS).slices;
  assert.deepEqual([100, 1000, 8000].map(slices), [1, 4, 16]);
});

Deno.test("a product under way all at once has no workgroup more than a large GPU has room for", () => {
  for (
    const [rows, vectors] of [
      ...[[512, 64], [512, 65], [768, 72], [256, 250], [1000, 80]],
      ...[[600, 64], [704, 64], [400, 128], [704, 128]],
    ]
  ) {
    const brief = { rows, mean: 200, longest: 300 };
    const knobs = chooseQuadsKnobs(brief, { k: 512, vectors, columns: 4 }, LARGE_LIMITS);
    const { lanes, vectorsPerLane, slices, threads, order } = knobs;
    assert.equal(order, "to and fro");
    const groups = Math.ceil(rows / (threads / (lanes * slices)));
    const tiles = Math.ceil(vectors / (lanes * vectorsPerLane));
    const workgroups = groups * tiles;
    const room = tiles === 1 ? 2 * 132 : 132;
    assert.ok(workgroups <= room, `${workgroups} for ${rows} rows of ${vectors} vectors`);
  }
});

Deno.test("column tiles are as wide as each other, so that hardly a lane finds no column", () => {
  for (const vectors of [3, 13, 25, 33, 50, 65, 125, 250, 257]) {
    const rows = { rows: 512, mean: 100, longest: 120 };
    const b = { k: 512, vectors, columns: 4 } as const;
    const { lanes, vectorsPerLane } = chooseQuadsKnobs(rows, b, LARGE_LIMITS);
    const tile = lanes * vectorsPerLane;
    const idle = Math.ceil(vectors / tile) * tile - vectors;
    assert.ok(idle < 0.06 * vectors, `${idle} of ${vectors}`);
    assert.ok(lanes <= 48, `${lanes} lanes for ${vectors}`);
  }
});

Deno.test("halves have slices that fill the GPU once, and two quads under way where rows are long", () => {
  const chosen = (rows: number, mean: number, n: number, longest = 2 * mean) =>
    chooseQuadsKnobs({ rows, mean, longest }, { k: 512, vectors: n / 8, columns: 8 }, LARGE_LIMITS);
  const brief = ({ slices, threads, quadsAtOnce, order }: QuadsKnobs) =>
    [slices, threads, quadsAtOnce, order] as const;
  assert.deepEqual(brief(chosen(512, 41, 1024)), [2, 1024, 2, "to and fro"]);
  assert.deepEqual(brief(chosen(512, 17, 1024)), [2, 128, 1, "row by row"]);
  assert.deepEqual(brief(chosen(512, 17, 1024, 140)), [4, 128, 2, "row by row"]);
  assert.deepEqual(brief(chosen(2048, 10, 256, 69)), [4, 128, 1, "row by row"]);
  assert.deepEqual(brief(chosen(2048, 51, 1024)), [1, 128, 2, "row by row"]);
  assert.deepEqual(brief(chosen(256, 460, 256)), [16, 512, 1, "to and fro"]);
  assert.deepEqual(brief(chosen(2048, 10, 1024, 70)), [2, 128, 2, "row by row"]);
  assert.deepEqual(brief(chosen(2048, 100, 1024)), [1, 512, 2, "row by row"]);
  assert.deepEqual(brief(chosen(512, 41, 256)), [8, 256, 1, "to and fro"]);
  assert.deepEqual(brief(chosen(512, 1024, 256)), [8, 256, 2, "to and fro"]);
});

Deno.test("halves are not loaded ahead where multiprocessors find most of B in their first-level cache", () => {
  const isAhead = (rows: number, k: number, mean: number, n: number): boolean =>
    chooseQuadsKnobs(
      { rows, mean, longest: 2 * mean },
      { k, vectors: n / 8, columns: 8 },
      LARGE_LIMITS,
    ).ahead;
  assert.deepEqual([256, 102, 51].map((mean) => isAhead(2048, 512, mean, 256)), [
    false,
    false,
    true,
  ]);
  assert.deepEqual([128, 256, 512].map((n) => isAhead(2048, 512, 102, n)), [false, false, true]);
  assert.equal(isAhead(512, 2048, 410, 256), true);
});

Deno.test("halves have two quads under way where the longest of skewed rows leaves long slices", () => {
  const quads = (mean: number, longest: number) =>
    chooseQuadsKnobs(
      { rows: 8192, mean, longest },
      { k: 8192, vectors: 32, columns: 8 },
      LARGE_LIMITS,
    ).quadsAtOnce;
  assert.deepEqual([quads(10, 15), quads(10, 44), quads(10, 8000)], [1, 1, 2]);
});

Deno.test("halves have slices enough that a long row does not end late, many rows as many as f32", () => {
  const slices = (rows: number, mean: number, longest: number, n: number) =>
    chooseQuadsKnobs(
      { rows, mean, longest },
      { k: rows, vectors: n / 8, columns: 8 },
      LARGE_LIMITS,
    ).slices;
  assert.deepEqual([140, 340].map((longest) => slices(512, 26, longest, 1024)), [4, 8]);
  assert.deepEqual([32, 64].map((n) => slices(8192, 10, 4000, n)), [64, 32]);
  assert.deepEqual([256, 1024].map((n) => slices(8192, 10, 4000, n)), [16, 8]);
});

Deno.test("rows of halves in many slices have a workgroup each, unless rows are many", () => {
  const rowsOfGroup = (rows: number, n: number): number => {
    const b = { k: 1024, vectors: n / 8, columns: 8 } as const;
    const { lanes, slices, threads } = chooseQuadsKnobs(
      { rows, mean: 60, longest: 80 },
      b,
      LARGE_LIMITS,
    );
    return threads / (lanes * slices);
  };
  assert.deepEqual([32, 64, 128].map((n) => rowsOfGroup(512, n)), [1, 1, 1]);
  assert.equal(rowsOfGroup(2048, 32), 4);
});

Deno.test("a wave of warps is enough where a first-level cache holds what rows read of B", () => {
  const slices = (mean: number, n: number): number =>
    chooseQuadsKnobs(
      { rows: 2048, mean, longest: 1.5 * mean },
      { k: 512, vectors: n / 4, columns: 4 },
      LARGE_LIMITS,
    ).slices;
  assert.deepEqual([32, 64, 128].map((n) => slices(100, n)), [8, 4, 2]);
  assert.deepEqual([32, 64, 128].map((n) => slices(50, n)), [8, 8, 3]);
});

Deno.test("rows alike have slices that are all under way at once, loaded ahead in small workgroups", () => {
  const chosen = (rows: number, n: number, mean: number, longest = 1.5 * mean) => {
    const { vectorsPerLane, slices, threads, ahead } = chooseQuadsKnobs(
      { rows, mean, longest },
      { k: 1024, vectors: n / 4, columns: 4 },
      LARGE_LIMITS,
    );
    return [vectorsPerLane, slices, threads, ahead] as const;
  };
  assert.deepEqual([600, 1024, 1400].map((rows) => chosen(rows, 256, 50)), [
    [1, 5, 160, true],
    [1, 3, 96, true],
    [1, 2, 128, true],
  ]);
  assert.deepEqual(chosen(1024, 256, 24), [1, 2, 128, true]);
  assert.deepEqual(chosen(1024, 256, 50, 150), [1, 4, 256, false], "a row is much longer");
  assert.deepEqual([16, 24, 50].map((mean) => chosen(2048, 1024, mean)[0]), [1, 1, 2]);
  assert.deepEqual(chosen(2400, 256, 50), [2, 2, 256, true], "warps abound");
});

Deno.test("large workgroups make way for small ones where they would leave a wave empty", () => {
  const threads = (rows: number, n: number, columns: 4 | 8) =>
    chooseQuadsKnobs(
      { rows, mean: 100, longest: 150 },
      { k: 1024, vectors: n / columns, columns },
      LARGE_LIMITS,
    ).threads;
  assert.deepEqual([1200, 1400, 1700, 2048, 2400].map((rows) => threads(rows, 512, 4)), [
    128,
    128,
    1024,
    1024,
    128,
  ]);
  assert.deepEqual([704, 1024, 1200].map((rows) => threads(rows, 512, 8)), [96, 1024, 128]);
});

Deno.test("halves have a second slice where two fill two waves better than one fills one", () => {
  const slices = (rows: number) =>
    chooseQuadsKnobs(
      { rows, mean: 50, longest: 75 },
      { k: 1024, vectors: 64, columns: 8 },
      LARGE_LIMITS,
    ).slices;
  assert.deepEqual([1024, 1200, 1400, 1500].map(slices), [2, 2, 2, 1]);
});

Deno.test("skewed rows that others wait for are loaded ahead, in small workgroups", () => {
  const chosen = (longest: number, n: number) => {
    const b = { k: 512, vectors: n / 4, columns: 4 } as const;
    const { vectorsPerLane, threads, ahead } = chooseQuadsKnobs(
      { rows: 512, mean: 17, longest },
      b,
      LARGE_LIMITS,
    );
    return [vectorsPerLane, threads, ahead] as const;
  };
  assert.deepEqual([512, 1024].map((n) => chosen(120, n)), [[1, 128, true], [1, 128, true]]);
  assert.deepEqual([512, 1024].map((n) => chosen(40, n)), [[1, 256, false], [2, 256, true]]);
  assert.deepEqual([512, 1024].map((n) => chosen(215, n)), [[1, 256, true], [2, 256, true]]);
});

Deno.test("the longest row of few lanes has slices that are soon added, and pairs of quads", () => {
  const chosen = (n: number) => {
    const b = { k: 8192, vectors: n / 4, columns: 4 } as const;
    const { lanes, slices, quadsAtOnce } = chooseQuadsKnobs(
      { rows: 2048, mean: 20, longest: 2048 },
      b,
      LARGE_LIMITS,
    );
    return [lanes * slices, quadsAtOnce] as const;
  };
  assert.deepEqual([32, 64].map(chosen), [[256, 2], [512, 1]]);
});

Deno.test("knobs that no workgroup can be laid out by are refused", () => {
  const knobs = chooseQuadsKnobs(
    { rows: 512, mean: 51, longest: 300 },
    { k: 512, vectors: 64, columns: 4 },
    LARGE_LIMITS,
  );
  const io = { columns: 4 } as const;
  assert.equal(checkedKnobs(knobs, io, LARGE_LIMITS), knobs);
  for (const wrong of [{ lanes: 24 }, { slices: 2.5 }, { vectorsPerLane: 0 }, { quadsAtOnce: 3 }]) {
    assert.throws(() => checkedKnobs({ ...knobs, ...wrong }, io, LARGE_LIMITS), ShapeError);
  }
  const heavy = { ...knobs, threads: 1024, vectorsPerLane: 8 };
  assert.throws(() => checkedKnobs(heavy, io, LARGE_LIMITS), /1024 threads of 128 bytes/);
});
