import { randomCsr } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import {
  checkCases,
  gpuTest,
  LARGE_LIMITS,
  LEAST_LIMITS,
  testGpuConformance,
} from "@spmm/webgpu/conformance";
import { conformanceCases } from "@spmm/spmm/conformance";
import fc from "fast-check";
import assert from "node:assert/strict";
import { packRows, QUAD } from "./packed_rows.ts";
import { inspectSlicedK, slicedK, slicedKWith } from "./sliced_k.ts";
import { chooseKnobs } from "./sliced_k_knobs.ts";

testGpuConformance(slicedK);

const HARD = ["one dense row", "power-law rows", "row lengths around multiples of 32", "very tall"];

for (
  const knobs of [
    { lanes: 32, vectorsPerLane: 2, slices: 4, threads: 256 },
    { lanes: 4, vectorsPerLane: 1, slices: 8, threads: 64 },
    { lanes: 1, vectorsPerLane: 2, slices: 2, threads: 32 },
    { lanes: 16, vectorsPerLane: 3, slices: 1, threads: 128 },
  ]
) {
  const kernel = slicedKWith(knobs);
  gpuTest(`${kernel.name} multiplies hard matrices`, async (gpu) => {
    await checkCases(
      kernel,
      gpu,
      conformanceCases().filter(({ name }) => HARD.some((hard) => name.startsWith(hard))),
    );
  });
}

Deno.test("packRows() keeps every entry once, in order, and fills up with zeros", () => {
  fc.assert(
    fc.property(
      fc.nat(40),
      fc.nat(40),
      fc.integer({ min: 1, max: 9 }),
      fc.integer(),
      (rows, cols, vectors, seed) => {
        const a = randomCsr({ rows, cols, density: 0.3, seed });
        const { quadOffsets, pairs } = packRows(a, { a, n: 4 }, vectors);
        const values = new Float32Array(pairs.buffer);
        for (let row = 0; row < rows; row++) {
          const start = a.rowOffsets[row];
          const length = a.rowOffsets[row + 1] - start;
          const first = quadOffsets[row] * QUAD;
          for (let i = 0; i < (quadOffsets[row + 1] - quadOffsets[row]) * QUAD; i++) {
            const entry = start + Math.min(i, length - 1);
            assert.equal(pairs[2 * (first + i)], a.colIndices[entry] * vectors);
            assert.equal(values[2 * (first + i) + 1], i < length ? a.values[entry] : 0);
          }
        }
        assert.equal(quadOffsets[rows] * QUAD * 2, pairs.length);
      },
    ),
    { seed: 12 },
  );
});

Deno.test("chooseKnobs() stays within the limits and fits the rows into workgroups", () => {
  for (const limits of [LARGE_LIMITS, LEAST_LIMITS]) {
    for (const rows of [1, 64, 256, 2048, 40_000]) {
      for (const density of [0.01, 0.1, 0.5]) {
        const a = randomCsr({ rows, cols: 500, density: rows > 5000 ? 0.01 : density, seed: rows });
        for (const [vectors, columns] of [[1, 1], [7, 1], [8, 4], [64, 4], [256, 4]]) {
          const { lanes, vectorsPerLane, slices, threads } = chooseKnobs(
            a,
            vectors,
            columns,
            limits,
          );
          assert.ok(lanes * slices <= threads && threads % (lanes * slices) === 0);
          assert.ok(threads <= limits.maxComputeInvocationsPerWorkgroup);
          const bytes = threads * vectorsPerLane * columns * 4;
          assert.ok(bytes <= limits.maxComputeWorkgroupStorageSize);
        }
      }
    }
  }
});

Deno.test("few long rows get more slices than many short ones", () => {
  const slices = (rows: number, cols: number): unknown => {
    const problem: SpmmProblem = { a: randomCsr({ rows, cols, density: 0.1, seed: 1 }), n: 256 };
    return inspectSlicedK(problem, LARGE_LIMITS).facts["slices"];
  };
  assert.equal(slices(256, 2304), 8);
  assert.equal(slices(20_000, 64), 2);
});
