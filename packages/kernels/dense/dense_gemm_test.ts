import { randomCsr, randomDense } from "@spmm/formats";
import { type SpmmProblem, UnsupportedError } from "@spmm/spmm";
import { checkProduct, gpuTest, testGpuConformance } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { denseGemm } from "./dense_gemm.ts";

testGpuConformance(denseGemm);

const shapes = [
  { tile: 64, m: 725, n: 728 },
  { tile: 64, m: 725, n: 722 },
  { tile: 64, m: 725, n: 725 },
  { tile: 128, m: 1450, n: 1452 },
  { tile: 128, m: 1450, n: 1450 },
  { tile: 128, m: 1450, n: 1451 },
];

for (const { tile, m, n } of shapes) {
  gpuTest(`tiles of ${tile} rows multiply ${n} columns right up to the edges`, async (gpu) => {
    const a = randomCsr({ rows: m, cols: 37, density: 0.2, seed: m + n });
    const problem: SpmmProblem = { a, n, epilogue: { activation: { kind: "relu" } } };
    await using plan = await denseGemm.plan(problem, gpu);
    assert.equal(plan.describe().facts["tileRows"], tile);
    await checkProduct(plan, randomDense(37, n, 5));
  });
}

gpuTest("a matrix too large in full is refused with its size and the limit", async (gpu) => {
  const a = randomCsr({ rows: 500, cols: 500, density: 0.001, seed: 3 });
  const support = denseGemm.supports({ a, n: 8 }, gpu);
  assert.ok(!support.ok);
  assert.match(support.reason, /500x500, takes 1048576 bytes.*at most 65536/);
  await assert.rejects(() => denseGemm.plan({ a, n: 8 }, gpu), UnsupportedError);
}, { limits: { maxStorageBufferBindingSize: 65536 } });
