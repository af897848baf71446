import { randomCsr, randomDense } from "@spmm/formats";
import { checkProduct, gpuTest, testGpuConformance } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { slicedEll } from "./sliced_ell.ts";

testGpuConformance(slicedEll);

const manyStages = randomCsr({ rows: 300, cols: 1900, density: 0.02, seed: 2 });

gpuTest("a block that needs more rows of B than fit takes several stages", async (gpu) => {
  const problem = { a: manyStages, n: 40, epilogue: { activation: { kind: "relu" } } } as const;
  await using plan = await slicedEll.plan(problem, gpu);
  const { stages, blockRows, stageRows } = plan.describe().facts;
  assert.ok(Number(stages) > 2 * Math.ceil(300 / Number(blockRows)), `${stages} of ${stageRows}`);
  await checkProduct(plan, randomDense(1900, 40, 3));
});

gpuTest("the smallest workgroup that WebGPU allows is enough", async (gpu) => {
  const problem = { a: manyStages, n: 36, storage: "f16" } as const;
  const b = randomDense(1900, 36, 4);
  await using plan = await slicedEll.plan(problem, gpu);
  assert.equal(plan.describe().facts["blockRows"], 128);
  await checkProduct(plan, { ...b, data: Float16Array.from(b.data) });
}, { limits: { maxComputeWorkgroupStorageSize: 16384, maxComputeInvocationsPerWorkgroup: 128 } });

gpuTest("padding adds nothing even where B is infinite", async (gpu) => {
  const a = randomCsr({ rows: 40, cols: 50, rowLengths: rowsOfOneAndOneOfMany(), seed: 5 });
  const b = randomDense(50, 4, 6);
  const used = new Set(a.colIndices.subarray(a.rowOffsets[1]));
  const unused = [...Array(50).keys()].find((row) => !used.has(row)) ?? 0;
  b.data.fill(Infinity, 4 * unused, 4 * unused + 4);
  await using plan = await slicedEll.plan({ a, n: 4 }, gpu);
  const c = await plan.multiply(b);
  assert.ok(c.location === "host");
  assert.ok(c.data.subarray(4).every(Number.isFinite));
});

function rowsOfOneAndOneOfMany(): number[] {
  return Array.from({ length: 40 }, (_, row) => row === 0 ? 50 : row % 2);
}
