import { randomCsr, randomDense } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import {
  checkCases,
  checkProduct,
  gpuTest,
  LARGE_LIMITS,
  testGpuConformance,
  testShortColumns,
} from "@spmm/webgpu/conformance";
import { freshMemory, type QuadsKnobs } from "@spmm/webgpu";
import { conformanceCases } from "@spmm/spmm/conformance";
import assert from "node:assert/strict";
import { inspectSlicedK, slicedK, slicedKWith } from "./sliced_k.ts";

testGpuConformance(slicedK);

const HARD = ["one dense row", "power-law rows", "row lengths around multiples of 32", "very tall"];

const KNOBS: readonly QuadsKnobs[] = [
  {
    ...{ lanes: 32, vectorsPerLane: 2, slices: 4, threads: 256 },
    ...{ quadsAtOnce: 1, ahead: true, order: "to and fro" },
  },
  {
    ...{ lanes: 4, vectorsPerLane: 1, slices: 8, threads: 64 },
    ...{ quadsAtOnce: 2, ahead: true, order: "row by row" },
  },
  {
    ...{ lanes: 1, vectorsPerLane: 2, slices: 3, threads: 33 },
    ...{ quadsAtOnce: 2, ahead: false, order: "to and fro" },
  },
  {
    ...{ lanes: 16, vectorsPerLane: 3, slices: 1, threads: 128 },
    ...{ quadsAtOnce: 1, ahead: false, order: "tile by tile" },
  },
  {
    ...{ lanes: 5, vectorsPerLane: 1, slices: 1, threads: 60 },
    ...{ quadsAtOnce: 1, ahead: true, order: "row by row" },
  },
  {
    ...{ lanes: 3, vectorsPerLane: 1, slices: 33, threads: 99 },
    ...{ quadsAtOnce: 1, ahead: true, order: "to and fro" },
  },
  {
    ...{ lanes: 2, vectorsPerLane: 2, slices: 16, threads: 96 },
    ...{ quadsAtOnce: 2, ahead: true, order: "row by row" },
  },
];

for (const knobs of KNOBS) {
  const kernel = slicedKWith(knobs);
  gpuTest(`${kernel.name} multiplies hard matrices`, async (gpu) => {
    await checkCases(
      kernel,
      gpu,
      conformanceCases().filter(({ name }) => HARD.some((hard) => name.startsWith(hard))),
    );
  });
}

gpuTest(
  "plans made at the same time and after each other keep to their own matrix",
  async (gpu) => {
    const planned = (seed: number) =>
      slicedK.plan({ a: randomCsr({ rows: 50, cols: 40, density: 0.3, seed }), n: 12 }, gpu);
    const plans = [...await Promise.all([planned(1), planned(2)]), await planned(3)];
    for (const plan of plans) await checkProduct(plan, randomDense(40, 12, 4));
    for (const plan of plans) await plan[Symbol.asyncDispose]();
    assert.equal(gpu.memory.buffers, 0);
  },
);

testShortColumns(slicedK);

Deno.test("few long rows get more slices than many short ones", () => {
  const slices = (rows: number, cols: number): unknown => {
    const problem: SpmmProblem = { a: randomCsr({ rows, cols, density: 0.1, seed: 1 }), n: 256 };
    return inspectSlicedK(problem, LARGE_LIMITS, freshMemory).facts["slices"];
  };
  assert.equal(slices(256, 2304), 15);
  assert.equal(slices(20_000, 64), 1);
});
