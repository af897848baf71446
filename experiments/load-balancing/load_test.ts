import assert from "node:assert/strict";
import { loadOf, pictured } from "./load.ts";

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
  assert.deepEqual(pictured(load.workSample), [1, 4, 10]);
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

Deno.test("at most a hundred workgroups are pictured, the lightest and the heaviest among them", () => {
  const shown = pictured(loadOf(schedule(Array.from({ length: 1000 }, (_, i) => i)), 1).workSample);
  assert.deepEqual([shown.length, shown[0], shown[99]], [100, 1, 1000]);
});
