import { randomCsr, randomDense } from "@spmm/formats";
import { UnsupportedError } from "@spmm/spmm";
import assert from "node:assert/strict";
import { gpuTest } from "./conformance.ts";
import { gpuKernel } from "./gpu_kernel.ts";
import { gpuMatrix, uploadMatrix } from "./gpu_matrix.ts";
import { GpuPlan } from "./gpu_plan.ts";
import { PLAIN } from "./test_kernel.ts";
import { GpuTimer, type Recorder } from "./timing.ts";

gpuTest("sample() sees that twenty multiplications take longer than one", async (gpu) => {
  if (!gpu.hasTimestamps) return assert.throws(() => new GpuTimer(gpu), UnsupportedError);
  const a = randomCsr({ rows: 400, cols: 400, density: 0.2, seed: 1 });
  await using plan = await gpuKernel(PLAIN).plan({ a, n: 32 }, gpu);
  assert.ok(plan instanceof GpuPlan);
  using b = await uploadMatrix(gpu, randomDense(400, 32, 1));
  using c = await gpuMatrix(gpu, 400, 32);
  const once: Recorder = (pass) => plan.record(pass, b, c);
  const often: Recorder = (pass) => {
    for (let i = 0; i < 20; i++) plan.record(pass, b, c);
  };
  using timer = new GpuTimer(gpu, 8);
  const [one, twenty] = await timer.sample([once, often], 11, [2, 1]);
  assert.equal(one.length, 11);
  assert.ok(one.every((seconds) => seconds > 0) && twenty.every((seconds) => seconds > 0));
  assert.ok(Math.min(...twenty) > 2 * Math.min(...one));
});
