import assert from "node:assert/strict";
import { powerLawRowLengths, randomCsr } from "@spmm/formats";
import { conformanceCases } from "@spmm/spmm/conformance";
import { gpuKernel } from "@spmm/webgpu";
import { checkCases, gpuTest, LARGE_LIMITS, testGpuConformance } from "@spmm/webgpu/conformance";
import { inspectBundles, rowBundles } from "./row_bundles.ts";
import { rowSwizzle } from "./row_swizzle.ts";

testGpuConformance(rowBundles);

/** As many vectors to a thread as fit, which large problems alone have otherwise. */
const manyVectors = gpuKernel({
  name: "row-swizzle with many vectors to a thread",
  family: "row-swizzle",
  source: rowBundles.source,
  inspect: (problem, limits) => inspectBundles(problem, limits, 1),
});

gpuTest(
  "threads that keep many vectors leave none out and write none beyond the last",
  async (gpu) => {
    const columns = [15, 31, 33, 63, 65, 100, 128, 129];
    const cases = conformanceCases().filter(({ problem }) => columns.includes(problem.n));
    await checkCases(manyVectors, gpu, cases.filter((_, at) => at % 4 === 0));
  },
);

const uneven = randomCsr({
  rows: 300,
  cols: 200,
  rowLengths: powerLawRowLengths({ rows: 300, cols: 200, mean: 12, seed: 1 }),
  seed: 1,
});

Deno.test("the bundles take the rows by decreasing length, whatever order the problem brings", () => {
  const rowOrder = Uint32Array.from({ length: 300 }, (_, row) => 299 - row);
  const { passes } = inspectBundles({ a: uneven, n: 64, rowOrder }, LARGE_LIMITS);
  const [order] = passes[0].bindings.flatMap((binding) =>
    binding.name === "row_order" && "data" in binding ? [binding.data] : []
  );
  assert.deepEqual(order, rowSwizzle(uneven));
});

Deno.test("the workgroups cover every row and every column tile", () => {
  for (const [n, tiles] of [[1, 1], [31, 1], [33, 2], [64, 2], [132, 5]]) {
    const { passes, facts } = inspectBundles({ a: uneven, n }, LARGE_LIMITS);
    assert.equal(facts["columnTiles"], tiles);
    assert.ok(Number(facts["bundles"]) * Number(facts["rowsPerBundle"]) >= 300);
    assert.equal(passes[0].workgroups, Number(facts["bundles"]) * tiles);
  }
});

Deno.test("lanes wait less beside rows of like length", () => {
  const { facts } = inspectBundles({ a: uneven, n: 64 }, LARGE_LIMITS);
  assert.ok(Number(facts["idleShare"]) < Number(facts["idleShareUnswizzled"]) / 4);
});
