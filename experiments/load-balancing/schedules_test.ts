import { csbKernel } from "@spmm/csb";
import { powerLawRowLengths, randomCsr } from "@spmm/formats";
import { gpuTest, LARGE_LIMITS } from "@spmm/webgpu/conformance";
import fc from "fast-check";
import assert from "node:assert/strict";
import {
  bundleSchedule,
  csbChunkSchedule,
  csbLineSchedule,
  mergeSchedule,
  rowSplitSchedule,
  type Scheduler,
  slicedSchedule,
  swizzledSchedule,
  swizzledSlicedSchedule,
  unpackedSchedule,
} from "./schedules.ts";

const ROW_BASED: readonly (readonly [string, Scheduler])[] = [
  ["row-split", rowSplitSchedule],
  ["row-split+swizzle", swizzledSchedule],
  ["row-swizzle", bundleSchedule],
  ["sliced-k", slicedSchedule],
  ["sliced-k+swizzle", swizzledSlicedSchedule],
  ["merge", mergeSchedule],
  ["csb", unpackedSchedule],
];
const BLOCK_BASED: readonly (readonly [string, Scheduler])[] = [
  ["csb-walk", csbChunkSchedule],
  ["csb-walk-whole-lines", csbLineSchedule],
];

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

function uneven(rows: number, cols: number, seed: number) {
  const rowLengths = powerLawRowLengths({ rows, cols, mean: Math.min(7, cols), seed });
  return randomCsr({ rows, cols, rowLengths, seed });
}

for (const [name, schedule] of [...ROW_BASED, ...BLOCK_BASED]) {
  Deno.test(`the workgroups of ${name} have all the non-zeros between them, each once`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 200 }),
        fc.constantFrom(1, 4, 16),
        fc.integer(),
        (rows, cols, together, seed) => {
          const a = uneven(rows, cols, seed);
          const facts = {
            ...{ rowsPerWorkgroup: together, rowsPerBundle: together },
            ...{ pathParts: 7, lanes: 128 / together, slices: 2, threads: 256 },
          };
          const shared = schedule({ a, n: 8, facts, limits: LARGE_LIMITS });
          const { nonZeros, rowEnds, steps, strands } = shared;
          assert.equal(total(nonZeros), a.values.length);
          assert.equal(rowEnds.length, nonZeros.length);
          assert.ok(total(rowEnds) >= rows);
          for (const [group, longest] of steps.entries()) {
            assert.ok(longest * strands >= nonZeros[group] + rowEnds[group]);
          }
        },
      ),
      { seed: 13, numRuns: 60 },
    );
  });
}

for (const [name, schedule] of ROW_BASED) {
  Deno.test(`the workgroups of ${name} end every row once`, () => {
    const facts = {
      ...{ rowsPerWorkgroup: 4, rowsPerBundle: 16, pathParts: 30, lanes: 32 },
      ...{ slices: 4, threads: 512 },
    };
    const a = uneven(333, 200, 5);
    assert.equal(total(schedule({ a, n: 64, facts, limits: LARGE_LIMITS }).rowEnds), 333);
  });
}

Deno.test("the merge path has the evenest workgroups, and swizzled ones start with the longest", () => {
  const a = uneven(333, 200, 5);
  const facts = { rowsPerWorkgroup: 4, pathParts: 400, lanes: 32 };
  const work = (schedule: Scheduler) => {
    const { nonZeros, rowEnds } = schedule({ a, n: 64, facts, limits: LARGE_LIMITS });
    return nonZeros.map((count, i) => count + rowEnds[i]);
  };
  const parts = work(mergeSchedule);
  assert.ok(Math.max(...parts) - Math.min(...parts) <= 4);
  const swizzled = work(swizzledSchedule);
  assert.deepEqual(swizzled, swizzled.toSorted((x, y) => y - x));
  assert.ok(Math.max(...work(rowSplitSchedule)) > 3 * Math.max(...parts));
});

Deno.test("slices of a row shorten the longest strand, by whole quads", () => {
  const a = randomCsr({ rows: 2, cols: 99, rowLengths: [33, 4], seed: 1 });
  const facts = { rowsPerWorkgroup: 2, slices: 4, threads: 256 };
  const { steps, strands } = slicedSchedule({ a, n: 64, facts, limits: LARGE_LIMITS });
  assert.deepEqual([steps, strands], [[1 + 12], 8]);
});

Deno.test("rows that CSB gathers are shared out as they stand, those it scatters the longest first", () => {
  const a = uneven(333, 200, 5);
  const schedule = (unpackTo: string) => {
    const facts = { unpackTo, rowsPerWorkgroup: 4, slices: 2, threads: 256 };
    return unpackedSchedule({ a, n: 64, facts, limits: LARGE_LIMITS }).steps;
  };
  const [gathered, scattered] = [schedule("workgroup"), schedule("scratch")];
  assert.notDeepEqual(gathered, scattered);
  assert.deepEqual(scattered, scattered.toSorted((x, y) => y - x));
});

gpuTest("the schedule of CSB has the workgroups that its plan says, either way", async (gpu) => {
  const a = uneven(333, 200, 5);
  for (const unpackTo of ["workgroup", "scratch"] as const) {
    await using plan = await csbKernel({ unpackTo }).plan({ a, n: 64 }, gpu);
    const { facts } = plan.describe();
    assert.equal(facts["unpackTo"], unpackTo);
    const { nonZeros, threads } = unpackedSchedule({ a, n: 64, facts, limits: gpu.limits });
    assert.equal(total(nonZeros), a.values.length);
    assert.equal(threads, facts["threads"]);
  }
});

Deno.test("a plan that does not say how it is set up has no schedule", () => {
  const a = uneven(9, 9, 1);
  assert.throws(
    () => rowSplitSchedule({ a, n: 8, facts: {}, limits: LARGE_LIMITS }),
    /rowsPerWorkgroup, a number: received undefined/,
  );
});
