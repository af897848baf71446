import { type Csr, randomCsr, randomDense } from "@spmm/formats";
import { conformanceCases } from "@spmm/spmm/conformance";
import { checkCases, gpuTest, testGpuConformance } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { csbWalk, csbWalkKernel } from "./csb_walk.ts";
import { CSB_PARTS } from "./walk_twice.ts";

testGpuConformance(csbWalk);

gpuTest("lines cut again and again come out whole", async (gpu) => {
  // Chunks this small cut almost every line of these matrices, which `csb-walk` itself leaves whole.
  const finelyCut = csbWalkKernel({ name: "csb, every line cut", chunkNonZeros: 3 });
  const hard = ["full", "one dense row", "one dense column", "power-law rows", "arrow", "wide"];
  await checkCases(
    finelyCut,
    gpu,
    conformanceCases().filter(({ matrix }) => hard.includes(matrix)),
  );
});

const MATRIX: Csr = randomCsr({ rows: 200, cols: 333, density: 0.1, seed: 7 });

const HARD = ["full", "one dense row", "power-law rows", "arrow", "wide", "1x1"];

for (const part of CSB_PARTS) {
  gpuTest(`the product is right where ${part} is done twice`, async (gpu) => {
    const twice = csbWalkKernel({ name: `csb, ${part} twice`, twice: part, chunkNonZeros: 300 });
    const cases = conformanceCases().filter(({ matrix }) => HARD.includes(matrix));
    await checkCases(twice, gpu, cases.filter((_, at) => at % 10 === 0));
  });

  gpuTest(`${part} done twice changes no bit of a product`, async (gpu) => {
    const b = randomDense(333, 12, 1);
    await using once = await csbWalk.plan({ a: MATRIX, n: 12 }, gpu);
    await using twice = await csbWalkKernel({ twice: part }).plan({ a: MATRIX, n: 12 }, gpu);
    assert.deepEqual(await twice.multiply(b), await once.multiply(b));
  });
}

gpuTest("csb-walk refuses a matrix whose blocks are mostly empty, and says why", (gpu) => {
  const lonely = randomCsr({ rows: 10_000, cols: 10_000, density: 1e-6, seed: 1 });
  const support = csbWalk.supports({ a: lonely, n: 4 }, gpu);
  assert.ok(!support.ok);
  assert.match(support.reason, /pointers outweigh/);
});
