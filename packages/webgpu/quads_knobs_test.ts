import assert from "node:assert/strict";
import { chooseQuadsKnobs } from "./quads_knobs.ts";
import { LARGE_LIMITS, LEAST_LIMITS } from "./test_limits.ts";

const COLUMNS = [[1, 1], [7, 1], [8, 4], [64, 4], [256, 4], [33, 8]] as const;

Deno.test("chooseQuadsKnobs() stays within the limits and fits the rows into workgroups", () => {
  for (const limits of [LARGE_LIMITS, LEAST_LIMITS]) {
    for (const rows of [1, 64, 256, 2048, 40_000]) {
      for (const [mean, times] of [[0, 1], [0.5, 3], [5, 9], [50, 2], [500, 1]]) {
        for (const [vectors, columns] of COLUMNS) {
          const knobs = chooseQuadsKnobs(
            { rows, mean, max: times * mean },
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

Deno.test("slices fill the GPU, and cut the longest row of skewed matrices", () => {
  const slices = (rows: number, mean: number, max = mean): number =>
    chooseQuadsKnobs({ rows, mean, max }, { vectors: 256, columns: 4 }, LARGE_LIMITS).slices;
  assert.equal(slices(2048, 100), 2);
  assert.equal(slices(1024, 200), 1);
  assert.equal(slices(512, 200), 2);
  assert.equal(slices(256, 230), 4);
  assert.equal(slices(256, 10, 200), 8);
});
