import { randomCsr, randomDense } from "@spmm/formats";
import { checkResult, reference, type SpmmProblem } from "@spmm/spmm";
import { testConformance } from "@spmm/spmm/conformance";
import { tryOpenGpu } from "@spmm/webgpu";
import assert from "node:assert/strict";
import { tiling1d, tiling1dWith } from "./tiling_1d.ts";
import type { Tiling1dKnobs } from "./tiling_1d_config.ts";

testConformance(tiling1d, tryOpenGpu, { refusals: [/shader-f16/] });

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
  Deno.test(`${kernel.name} multiplies rows at every alignment`, async (t) => {
    await using gpu = await tryOpenGpu();
    if (gpu === undefined) return await skip(t);
    const a = randomCsr({ rows: rowLengths.length, cols: 90, rowLengths, seed: 4 });
    for (const n of [1, 30, 68]) {
      const problem: SpmmProblem = { a, n, epilogue: { activation: { kind: "relu" } } };
      const b = randomDense(90, n, 5);
      await using plan = await kernel.plan(problem, gpu);
      const c = await plan.multiply(b);
      assert.ok(c.location === "host");
      checkResult(c, reference(problem, b));
    }
  });
}

Deno.test("sizes that a device cannot run are refused with the reason", async (t) => {
  await using gpu = await tryOpenGpu();
  if (gpu === undefined) return await skip(t);
  const kernel = tiling1dWith({ tileK: 32, lanes: 32, vectorsPerLane: 1, subwarps: 4096 });
  const a = randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 6 });
  const support = kernel.supports({ a, n: 4 }, gpu);
  assert.ok(!support.ok);
  assert.match(support.reason, /lanes times subwarps must be at most \d+: received 131072/);
});

Deno.test("the bytes of a plan are CSR's, rounded up to whole vectors", async (t) => {
  await using gpu = await tryOpenGpu();
  if (gpu === undefined) return await skip(t);
  const a = randomCsr({ rows: 3, cols: 9, rowLengths: [2, 0, 3], seed: 7 });
  await using plan = await tiling1d.plan({ a, n: 4 }, gpu);
  assert.equal(plan.bytes, 4 * 4 + 8 * (4 + 4));
});

async function skip(t: Deno.TestContext): Promise<void> {
  await t.step({ name: "skipped: there is no webgpu device here", ignore: true, fn: () => {} });
}
