import assert from "node:assert/strict";
import { randomCsr, randomDense } from "@spmm/formats";
import { checkResult, reference } from "@spmm/spmm";
import { conformanceCases, runCase } from "@spmm/spmm/conformance";
import { gpuKernel, type GpuLimits } from "@spmm/webgpu";
import { gpuBridge, gpuTest, testGpuConformance } from "@spmm/webgpu/conformance";
import { inspectMerge, merge } from "./merge.ts";

testGpuConformance(merge);

const LIMITS: GpuLimits = {
  maxBufferSize: 2 ** 32,
  maxStorageBufferBindingSize: 2 ** 31,
  minStorageBufferOffsetAlignment: 256,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupStorageSize: 2 ** 15,
  maxComputeInvocationsPerWorkgroup: 1024,
  maxComputeWorkgroupSizeX: 1024,
  maxComputeWorkgroupsPerDimension: 65535,
};

/** Parts so small that nearly every row of the battery is cut, some many times over. */
const finelyCut = gpuKernel({
  name: "merge in parts of 5 steps",
  family: "merge",
  source: merge.source,
  inspect: (problem, limits) => inspectMerge(problem, limits, 5),
});

gpuTest("rows cut again and again come out whole", async (gpu) => {
  const hard = ["one dense row", "empty rows at both ends", "few non-zeros in many rows", "arrow"];
  for (const one of conformanceCases().filter(({ matrix }) => hard.includes(matrix))) {
    await assert.doesNotReject(() => runCase(finelyCut, gpu, one, gpuBridge), one.name);
  }
});

gpuTest("a C too large for one binding has its cut rows fixed up part by part", async (gpu) => {
  const rowLengths = Array.from({ length: 256 }, (_, row) => row % 16 === 3 ? 40 : row % 3);
  const a = randomCsr({ rows: 256, cols: 40, rowLengths, seed: 5 });
  const problem = { a, n: 16, epilogue: { activation: { kind: "relu" } } } as const;
  const b = randomDense(40, 16, 6);
  await using plan = await finelyCut.plan(problem, gpu);
  const { facts } = plan.describe();
  assert.ok(Number(facts["parts"]) > 1 && Number(facts["cutRows"]) > 1);
  const c = await plan.multiply(b);
  assert.ok(c.location === "host");
  checkResult(c, reference(problem, b));
}, { limits: { maxStorageBufferBindingSize: 8192 } });

Deno.test("a design without cut rows has no fix-up", () => {
  const a = randomCsr({ rows: 10, cols: 10, density: 0.1, seed: 1 });
  const design = inspectMerge({ a, n: 16 }, LIMITS);
  assert.deepEqual(design.passes.map(({ label }) => label), ["merge: multiply"]);
  assert.equal(design.facts["carryBytes"], 0);
});

Deno.test("the first pass stays within the eight storage buffers that every device has", () => {
  const a = randomCsr({ rows: 3, cols: 400, rowLengths: [200, 0, 300], seed: 2 });
  const bias = new Float32Array(3);
  const { passes } = inspectMerge({ a, n: 8, epilogue: { bias } }, LIMITS);
  assert.equal(passes.length, 2);
  for (const { bindings } of passes) {
    assert.ok(bindings.filter(({ role }) => role !== "uniform").length <= 8);
  }
});

Deno.test("a row order is ignored, and the plan says so", () => {
  const a = randomCsr({ rows: 2, cols: 5, density: 1, seed: 4 });
  const { passes, facts } = inspectMerge({ a, n: 4, rowOrder: Uint32Array.of(1, 0) }, LIMITS);
  assert.equal(facts["rowOrder"], "ignored");
  assert.ok(passes[0].bindings.every(({ name }) => name !== "row_order"));
});
