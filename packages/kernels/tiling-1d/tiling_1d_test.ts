import { randomCsr, randomDense } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import { checkProduct, gpuTest, testGpuConformance } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { tiling1d, tiling1dWith } from "./tiling_1d.ts";
import type { Tiling1dKnobs } from "./tiling_1d_config.ts";

testGpuConformance(tiling1d);

/** Rows that begin at every offset from a multiple of four, and end at every one. */
const rowLengths = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 13, 31, 1, 32, 2, 33, 3, 63, 64, 65, 1, 1, 0];

const sizes: Tiling1dKnobs[] = [
  { tileK: 4, lanes: 1, vectorsPerLane: 1, subwarps: 1 },
  { tileK: 12, lanes: 3, vectorsPerLane: 3, subwarps: 5 },
  { tileK: 32, lanes: 32, vectorsPerLane: 1, subwarps: 4 },
  { tileK: 64, lanes: 16, vectorsPerLane: 2, subwarps: 8 },
];

for (const knobs of sizes) {
  const kernel = tiling1dWith(knobs);
  gpuTest(`${kernel.name} multiplies rows at every alignment`, async (gpu) => {
    const a = randomCsr({ rows: rowLengths.length, cols: 90, rowLengths, seed: 4 });
    for (const n of [1, 30, 68]) {
      const problem: SpmmProblem = { a, n, epilogue: { activation: { kind: "relu" } } };
      await using plan = await kernel.plan(problem, gpu);
      await checkProduct(plan, randomDense(90, n, 5));
    }
  });
}

gpuTest("sizes that a device cannot run are refused with the reason", (gpu) => {
  const kernel = tiling1dWith({ tileK: 32, lanes: 32, vectorsPerLane: 1, subwarps: 4096 });
  const a = randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 6 });
  const support = kernel.supports({ a, n: 4 }, gpu);
  assert.ok(!support.ok);
  assert.match(support.reason, /lanes times subwarps must be at most \d+: received 131072/);
});

gpuTest("the bytes of a plan are CSR's, rounded up to whole vectors", async (gpu) => {
  const a = randomCsr({ rows: 3, cols: 9, rowLengths: [2, 0, 3], seed: 7 });
  await using plan = await tiling1d.plan({ a, n: 4 }, gpu);
  assert.equal(plan.bytes, 4 * 4 + 8 * (4 + 4));
});
