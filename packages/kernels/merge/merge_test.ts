import assert from "node:assert/strict";
import { randomCsr, randomDense } from "@spmm/formats";
import { conformanceCases } from "@spmm/spmm/conformance";
import { gpuKernel } from "@spmm/webgpu";
import {
  checkCases,
  checkProduct,
  gpuTest,
  LARGE_LIMITS,
  testGpuConformance,
} from "@spmm/webgpu/conformance";
import { inspectMerge, merge } from "./merge.ts";

testGpuConformance(merge);

/** Parts so small that nearly every row of the battery is cut, some many times over. */
const finelyCut = gpuKernel({
  name: "merge in parts of 5 steps",
  family: "merge",
  source: merge.source,
  inspect: (problem, limits) => inspectMerge(problem, limits, 5),
});

gpuTest("rows cut again and again come out whole", async (gpu) => {
  const hard = ["one dense row", "empty rows at both ends", "few non-zeros in many rows", "arrow"];
  const cases = conformanceCases().filter(({ matrix }) => hard.includes(matrix));
  await checkCases(finelyCut, gpu, cases);
});

gpuTest("a C too large for one binding has its cut rows fixed up part by part", async (gpu) => {
  const rowLengths = Array.from({ length: 256 }, (_, row) => row % 16 === 3 ? 40 : row % 3);
  const a = randomCsr({ rows: 256, cols: 40, rowLengths, seed: 5 });
  const problem = { a, n: 16, epilogue: { activation: { kind: "relu" } } } as const;
  await using plan = await finelyCut.plan(problem, gpu);
  const { facts } = plan.describe();
  assert.ok(Number(facts["parts"]) > 1 && Number(facts["cutRows"]) > 1);
  await checkProduct(plan, randomDense(40, 16, 6));
}, { limits: { maxStorageBufferBindingSize: 8192 } });

Deno.test("a design without cut rows has no fix-up", () => {
  const a = randomCsr({ rows: 10, cols: 10, density: 0.1, seed: 1 });
  const design = inspectMerge({ a, n: 16 }, LARGE_LIMITS);
  assert.deepEqual(design.passes.map(({ label }) => label), ["merge: multiply"]);
  assert.equal(design.facts["carryBytes"], 0);
});

Deno.test("the first pass stays within the eight storage buffers that every device has", () => {
  const a = randomCsr({ rows: 3, cols: 400, rowLengths: [200, 0, 300], seed: 2 });
  const bias = new Float32Array(3);
  const { passes } = inspectMerge({ a, n: 8, epilogue: { bias } }, LARGE_LIMITS);
  assert.equal(passes.length, 2);
  for (const { bindings } of passes) {
    assert.ok(bindings.filter(({ role }) => role !== "uniform").length <= 8);
  }
});

Deno.test("a row order is ignored, and the plan says so", () => {
  const a = randomCsr({ rows: 2, cols: 5, density: 1, seed: 4 });
  const { passes, facts } = inspectMerge({ a, n: 4, rowOrder: Uint32Array.of(1, 0) }, LARGE_LIMITS);
  assert.equal(facts["rowOrder"], "ignored");
  assert.ok(passes[0].bindings.every(({ name }) => name !== "row_order"));
});
