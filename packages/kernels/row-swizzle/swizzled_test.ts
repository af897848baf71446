import assert from "node:assert/strict";
import { powerLawRowLengths, randomCsr, randomDense } from "@spmm/formats";
import { checkResult, hostDevice, reference, referenceKernel, type SpmmKernel } from "@spmm/spmm";
import { testConformance } from "@spmm/spmm/conformance";
import { downloadMatrix, gpuMatrix, GpuPlan, uploadMatrix } from "@spmm/webgpu";
import { gpuTest } from "@spmm/webgpu/conformance";
import { rowBundles } from "./row_bundles.ts";
import { rowSwizzle } from "./row_swizzle.ts";
import { swizzled } from "./swizzled.ts";

testConformance(swizzled(referenceKernel), () => Promise.resolve(hostDevice), { realMatrices: [] });

const rowLengths = powerLawRowLengths({ rows: 40, cols: 30, mean: 7, seed: 1 });
const a = randomCsr({ rows: 40, cols: 30, rowLengths, seed: 1 });

Deno.test("a swizzled kernel gives the bits of the kernel itself", async () => {
  for (const transpose of [false, true]) {
    const problem = { a, n: 17, transpose };
    const b = randomDense(transpose ? 40 : 30, 17, 2);
    await using plan = await swizzled(referenceKernel).plan(problem, hostDevice);
    await using plain = await referenceKernel.plan(problem, hostDevice);
    assert.deepEqual(await plan.multiply(b), await plain.multiply(b));
  }
});

Deno.test("a swizzled kernel hands on the swizzle, whatever order the problem brings", async () => {
  const seen: unknown[] = [];
  const spy: SpmmKernel = {
    ...referenceKernel,
    plan(problem, device) {
      seen.push(problem.rowOrder);
      return referenceKernel.plan(problem, device);
    },
  };
  const rowOrder = rowSwizzle(a).toReversed();
  await using _plan = await swizzled(spy).plan({ a, n: 3, rowOrder }, hostDevice);
  assert.deepEqual(seen, [rowSwizzle(a)]);
});

Deno.test("the plan of a swizzled kernel bears its name and tells of the swizzle", async () => {
  const kernel = swizzled(referenceKernel);
  const problem = { a, n: 3 };
  await using plan = await kernel.plan(problem, hostDevice);
  assert.equal(plan.kernel, "reference+swizzle");
  assert.equal(plan.problem, problem);
  const { summary, facts } = plan.describe();
  assert.match(summary, /decreasing length/);
  assert.equal(facts["rowOrder"], "by decreasing length");
  assert.ok(plan.inspectSeconds >= Number(facts["swizzleSeconds"]));
});

Deno.test("a swizzled kernel refuses what the kernel refuses", () => {
  const gpu = { ...hostDevice, kind: "webgpu" as const };
  const support = swizzled(referenceKernel).supports({ a, n: 3 }, gpu);
  assert.deepEqual(support, referenceKernel.supports({ a, n: 3 }, gpu));
  assert.equal(support.ok, false);
});

gpuTest("the plan of a swizzled GPU kernel still records itself", async (gpu) => {
  const problem = { a, n: 8 };
  const host = randomDense(30, 8, 3);
  await using plan = await swizzled(rowBundles).plan(problem, gpu);
  assert.ok(plan instanceof GpuPlan);
  using b = await uploadMatrix(gpu, host);
  using c = await gpuMatrix(gpu, 40, 8);
  const encoder = gpu.handle.createCommandEncoder();
  plan.record(encoder, b, c);
  gpu.handle.queue.submit([encoder.finish()]);
  checkResult(await downloadMatrix(c), reference(problem, host));
});
