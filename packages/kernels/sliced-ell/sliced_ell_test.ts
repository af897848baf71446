import { randomCsr, randomDense } from "@spmm/formats";
import { checkResult, reference } from "@spmm/spmm";
import { testConformance } from "@spmm/spmm/conformance";
import { tryOpenGpu } from "@spmm/webgpu";
import assert from "node:assert/strict";
import { slicedEll } from "./sliced_ell.ts";

testConformance(slicedEll, tryOpenGpu, { refusals: [/shader-f16/] });

const manyStages = randomCsr({ rows: 300, cols: 1900, density: 0.02, seed: 2 });

Deno.test("a block that needs more rows of B than fit takes several stages", async (t) => {
  await using gpu = await tryOpenGpu();
  if (gpu === undefined) return await skip(t);
  const problem = { a: manyStages, n: 40, epilogue: { activation: { kind: "relu" } } } as const;
  const b = randomDense(1900, 40, 3);
  await using plan = await slicedEll.plan(problem, gpu);
  const { stages, blockRows, stageRows } = plan.describe().facts;
  assert.ok(Number(stages) > 2 * Math.ceil(300 / Number(blockRows)), `${stages} of ${stageRows}`);
  const c = await plan.multiply(b);
  assert.ok(c.location === "host");
  checkResult(c, reference(problem, b));
});

Deno.test("the smallest workgroup that WebGPU allows is enough", async (t) => {
  await using gpu = await tryOpenGpu({
    limits: { maxComputeWorkgroupStorageSize: 16384, maxComputeInvocationsPerWorkgroup: 128 },
  });
  if (gpu === undefined) return await skip(t);
  const problem = { a: manyStages, n: 36, storage: "f16" } as const;
  const b = randomDense(1900, 36, 4);
  const rounded = { ...b, data: Float16Array.from(b.data) };
  await using plan = await slicedEll.plan(problem, gpu);
  assert.equal(plan.describe().facts["blockRows"], 128);
  const c = await plan.multiply(rounded);
  assert.ok(c.location === "host");
  checkResult(c, reference(problem, rounded));
});

Deno.test("padding adds nothing even where B is infinite", async (t) => {
  await using gpu = await tryOpenGpu();
  if (gpu === undefined) return await skip(t);
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

async function skip(t: Deno.TestContext): Promise<void> {
  await t.step({ name: "skipped: there is no webgpu device here", ignore: true, fn: () => {} });
}
