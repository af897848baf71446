import assert from "node:assert/strict";
import { ShapeError } from "@spmm/spmm";
import { checkedKnobs, chooseQuadsKnobs, type QuadsKnobs } from "./quads_knobs.ts";
import { LARGE_LIMITS, LEAST_LIMITS } from "./test_limits.ts";

const COLUMNS = [[1, 1], [7, 1], [8, 4], [25, 4], [64, 4], [65, 4], [256, 4], [33, 8]] as const;

Deno.test("chooseQuadsKnobs() stays within the limits and fits the rows into workgroups", () => {
  for (const limits of [LARGE_LIMITS, LEAST_LIMITS]) {
    for (const rows of [1, 64, 256, 2048, 40_000]) {
      for (const mean of [0, 0.5, 5, 50, 500]) {
        for (const [vectors, columns] of COLUMNS) {
          const knobs = chooseQuadsKnobs(
            { rows, mean, longest: 3 * mean },
            { vectors, columns },
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

Deno.test("slices fill the GPU once where few do, and overfill it where rows abound", () => {
  const chosen = (rows: number, mean: number, vectors: number) =>
    chooseQuadsKnobs({ rows, mean, longest: mean }, { vectors, columns: 4 }, LARGE_LIMITS);
  assert.deepEqual([chosen(512, 200, 256).slices, chosen(512, 200, 256).dealt], [2, true]);
  assert.deepEqual([chosen(256, 230, 256).slices, chosen(256, 230, 256).dealt], [4, true]);
  assert.deepEqual([chosen(2048, 50, 256).slices, chosen(2048, 50, 256).dealt], [2, false]);
  assert.deepEqual([chosen(512, 200, 64).slices, chosen(512, 200, 64).dealt], [8, true]);
  assert.deepEqual([chosen(512, 50, 64).slices, chosen(512, 50, 64).dealt], [8, false]);
  assert.deepEqual([chosen(512, 200, 256).lanes, chosen(512, 100, 256).lanes], [32, 16]);
  assert.equal(chosen(40_000, 3, 64).slices, 1);
});

Deno.test("the longest row has more slices, the further it is from the mean", () => {
  const slices = (longest: number) =>
    chooseQuadsKnobs({ rows: 8192, mean: 64, longest }, { vectors: 64, columns: 4 }, LARGE_LIMITS)
      .slices;
  assert.deepEqual([100, 1000, 8000].map(slices), [2, 4, 32]);
});

Deno.test("column tiles are as wide as each other, so that hardly a lane finds no column", () => {
  for (const vectors of [3, 13, 25, 33, 50, 65, 125, 250, 257]) {
    const rows = { rows: 512, mean: 100, longest: 120 };
    const { lanes, vectorsPerLane } = chooseQuadsKnobs(rows, { vectors, columns: 4 }, LARGE_LIMITS);
    const tile = lanes * vectorsPerLane;
    const idle = Math.ceil(vectors / tile) * tile - vectors;
    assert.ok(idle < 0.06 * vectors, `${idle} of ${vectors}`);
    assert.ok(lanes <= 48, `${lanes} lanes for ${vectors}`);
  }
});

Deno.test("halves have slices that fill the GPU once, and two quads under way where rows are long", () => {
  const chosen = (rows: number, mean: number, n: number, longest = 2 * mean) =>
    chooseQuadsKnobs({ rows, mean, longest }, { vectors: n / 8, columns: 8 }, LARGE_LIMITS);
  const brief = ({ slices, threads, quadsAtOnce, dealt }: QuadsKnobs) =>
    [slices, threads, quadsAtOnce, dealt] as const;
  assert.deepEqual(brief(chosen(512, 41, 1024)), [2, 1024, 2, true]);
  assert.deepEqual(brief(chosen(512, 17, 1024)), [2, 256, 2, false]);
  assert.deepEqual(brief(chosen(512, 17, 1024, 140)), [4, 256, 2, false]);
  assert.deepEqual(brief(chosen(2048, 10, 1024, 70)), [2, 256, 2, false]);
  assert.deepEqual(brief(chosen(512, 41, 256)), [8, 256, 1, false]);
  assert.deepEqual(brief(chosen(512, 1024, 256)), [8, 256, 2, false]);
});

Deno.test("knobs that no workgroup can be laid out by are refused", () => {
  const knobs = chooseQuadsKnobs(
    { rows: 512, mean: 50, longest: 60 },
    { vectors: 64, columns: 4 },
    LARGE_LIMITS,
  );
  const io = { columns: 4 } as const;
  assert.equal(checkedKnobs(knobs, io, LARGE_LIMITS), knobs);
  for (const wrong of [{ lanes: 24 }, { slices: 512 }, { vectorsPerLane: 0 }, { quadsAtOnce: 3 }]) {
    assert.throws(() => checkedKnobs({ ...knobs, ...wrong }, io, LARGE_LIMITS), ShapeError);
  }
  const heavy = { ...knobs, threads: 1024, vectorsPerLane: 8 };
  assert.throws(() => checkedKnobs(heavy, io, LARGE_LIMITS), /1024 threads of 128 bytes/);
});
