import { type Csr, randomCsr, randomDense, transposeCsr } from "@spmm/formats";
import { conformanceCases } from "@spmm/spmm/conformance";
import { checkCases, gpuTest, testGpuConformance } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { csb, csbBothWays, csbKernel } from "./csb.ts";
import { CSB_PARTS } from "./csb_twice.ts";

testGpuConformance(csb);

gpuTest("lines cut again and again come out whole", async (gpu) => {
  // Chunks this small cut almost every line of these matrices, which `csb` itself leaves whole.
  const finelyCut = csbKernel({ name: "csb, every line cut", chunkNonZeros: 3 });
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
    const twice = csbKernel({ name: `csb, ${part} twice`, twice: part, chunkNonZeros: 300 });
    const cases = conformanceCases().filter(({ matrix }) => HARD.includes(matrix));
    await checkCases(twice, gpu, cases.filter((_, at) => at % 10 === 0));
  });

  gpuTest(`${part} done twice changes no bit of a product`, async (gpu) => {
    const b = randomDense(333, 12, 1);
    await using once = await csb.plan({ a: MATRIX, n: 12 }, gpu);
    await using twice = await csbKernel({ twice: part }).plan({ a: MATRIX, n: 12 }, gpu);
    assert.deepEqual(await twice.multiply(b), await once.multiply(b));
  });
}

gpuTest("csbBothWays() keeps one copy of the encoding for both directions", async (gpu) => {
  const before = gpu.memory.bytes;
  await using one = await csb.plan({ a: MATRIX, n: 8 }, gpu);
  const single = gpu.memory.bytes - before;
  {
    await using both = await csbBothWays({ a: MATRIX, n: 8 }, gpu);
    const added = gpu.memory.bytes - before - single;
    assert.ok(added < 1.1 * single, `${added} bytes for both, ${single} for one`);
    assert.equal(both.forward.bytes, one.bytes);
  }
  assert.equal(gpu.memory.bytes, before + single);
});

gpuTest("csbBothWays() multiplies as two plans of their own do", async (gpu) => {
  await using both = await csbBothWays({ a: MATRIX, n: 12 }, gpu);
  await using forward = await csb.plan({ a: MATRIX, n: 12 }, gpu);
  await using backward = await csb.plan({ a: transposeCsr(MATRIX), n: 12 }, gpu);
  const b = randomDense(333, 12, 1);
  const d = randomDense(200, 12, 2);
  assert.deepEqual(await both.forward.multiply(b), await forward.multiply(b));
  assert.deepEqual(await both.backward.multiply(d), await backward.multiply(d));
});

gpuTest("csb refuses a matrix whose blocks are mostly empty, and says why", (gpu) => {
  const lonely = randomCsr({ rows: 10_000, cols: 10_000, density: 1e-6, seed: 1 });
  const support = csb.supports({ a: lonely, n: 4 }, gpu);
  assert.ok(!support.ok);
  assert.match(support.reason, /pointers outweigh/);
});
