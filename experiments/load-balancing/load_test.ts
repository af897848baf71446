import assert from "node:assert/strict";
import { loadOf, rankedWork } from "./load.ts";

const schedule = (nonZeros: number[], threads = 128) => ({
  nonZeros,
  rowEnds: nonZeros.map(() => 1),
  steps: nonZeros.map((count) => count + 1),
  strands: 1,
  threads,
});

Deno.test("work is non-zeros and row ends", () => {
  const load = loadOf(schedule([9, 3, 0]), 1);
  assert.deepEqual([load.workgroups, load.heaviestWork, load.meanWork], [3, 10, 5]);
  assert.equal(load.workImbalance, 2);
  assert.deepEqual(rankedWork(load).map(({ work }) => work), [10, 4, 1]);
});

Deno.test("workgroups that all find a place wait for the heaviest", () => {
  assert.equal(loadOf(schedule([9, 3, 0]), 1).idleShare, 0.5);
});

Deno.test("strands wait for the longest of their workgroup", () => {
  const uneven = { nonZeros: [12], rowEnds: [4], steps: [8], strands: 4, threads: 128 };
  const { longestStrand, idleShare } = loadOf(uneven, 2);
  assert.deepEqual([longestStrand, idleShare], [8, 0.5]);
});

Deno.test("a heavy workgroup costs less where it starts first", () => {
  // With 264 places and 2000 workgroups, the heavy one is either hidden or sticks out at the end.
  const light = Array(2000).fill(9);
  const [first, last] = [[500, ...light], [...light, 500]]
    .map((nonZeros) => loadOf(schedule(nonZeros, 1024), 1).idleShare);
  assert.ok(first < last);
});

Deno.test("work is kept of ranks that double, the heaviest and the lightest among them", () => {
  const load = loadOf(schedule(Array.from({ length: 1000 }, (_, i) => i)), 1);
  const ranked = rankedWork(load);
  assert.deepEqual(ranked.map(({ rank }) => rank), [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000]);
  assert.ok(ranked.every(({ rank, work }) => work === 1001 - rank));
  const one = loadOf(schedule([5]), 1);
  assert.deepEqual(rankedWork(one), [{ rank: 1, work: 6 }]);
});
