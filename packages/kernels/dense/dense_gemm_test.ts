import { randomCsr, randomDense } from "@spmm/formats";
import { checkResult, reference, type SpmmProblem, UnsupportedError } from "@spmm/spmm";
import { testConformance } from "@spmm/spmm/conformance";
import { tryOpenGpu } from "@spmm/webgpu";
import assert from "node:assert/strict";
import { denseGemm } from "./dense_gemm.ts";

testConformance(denseGemm, tryOpenGpu, { refusals: [/shader-f16/] });

const shapes = [
  { tile: 64, m: 725, n: 728 },
  { tile: 64, m: 725, n: 722 },
  { tile: 64, m: 725, n: 725 },
  { tile: 128, m: 1450, n: 1452 },
  { tile: 128, m: 1450, n: 1450 },
  { tile: 128, m: 1450, n: 1451 },
];

for (const { tile, m, n } of shapes) {
  Deno.test(`tiles of ${tile} rows multiply ${n} columns right up to the edges`, async (t) => {
    await using gpu = await tryOpenGpu();
    if (gpu === undefined) return await skip(t);
    const a = randomCsr({ rows: m, cols: 37, density: 0.2, seed: m + n });
    const problem: SpmmProblem = { a, n, epilogue: { activation: { kind: "relu" } } };
    const b = randomDense(37, n, 5);
    await using plan = await denseGemm.plan(problem, gpu);
    assert.equal(plan.describe().facts["tileRows"], tile);
    const c = await plan.multiply(b);
    assert.ok(c.location === "host");
    checkResult(c, reference(problem, b));
  });
}

Deno.test("a matrix too large in full is refused with its size and the limit", async (t) => {
  await using gpu = await tryOpenGpu({ limits: { maxStorageBufferBindingSize: 65536 } });
  if (gpu === undefined) return await skip(t);
  const a = randomCsr({ rows: 500, cols: 500, density: 0.001, seed: 3 });
  const support = denseGemm.supports({ a, n: 8 }, gpu);
  assert.ok(!support.ok);
  assert.match(support.reason, /500x500, takes 1048576 bytes.*at most 65536/);
  await assert.rejects(() => denseGemm.plan({ a, n: 8 }, gpu), UnsupportedError);
});

async function skip(t: Deno.TestContext): Promise<void> {
  await t.step({ name: "skipped: there is no webgpu device here", ignore: true, fn: () => {} });
}
