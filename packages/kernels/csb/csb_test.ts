import { type Csr, csrFromCoo, randomCsr, randomDense, transposeCsr } from "@spmm/formats";
import { conformanceCases } from "@spmm/spmm/conformance";
import {
  checkCases,
  checkProduct,
  gpuTest,
  LARGE_LIMITS,
  testGpuConformance,
  testShortColumns,
} from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { csb, csbBothWays, csbKernel } from "./csb.ts";
import { type CsbOptions, encode, inspect, refuses } from "./csb_design.ts";

testGpuConformance(csb);

const HARD = [
  "full",
  "one dense row",
  "one dense column",
  "power-law rows",
  "arrow",
  "wide",
  "1x1",
];

for (const blockSize of [32, 256]) {
  for (const unpackTo of ["workgroup", "scratch"] as const) {
    gpuTest(`blocks of ${blockSize} are unpacked alike, to ${unpackTo} memory`, async (gpu) => {
      const name = `csb, blocks of ${blockSize}, ${unpackTo}`;
      const kernel = csbKernel({ name, blockSize, unpackTo, unpackings: 2 });
      const hard = conformanceCases().filter(({ matrix }) => HARD.includes(matrix));
      await checkCases(kernel, gpu, hard.filter(({ problem }) => kernel.supports(problem, gpu).ok));
    });
  }
}

const MATRIX: Csr = randomCsr({ rows: 200, cols: 333, density: 0.1, seed: 7 });

/** A band of so many entries a row: they lie in blocks next to the diagonal. */
function band(size: number, width: number): Csr {
  const rowIndices = Uint32Array.from({ length: size * width }, (_, i) => Math.floor(i / width));
  const colIndices = rowIndices.map((row, i) => Math.min(row, size - width) + i % width);
  const values = Float32Array.from(rowIndices, (_, i) => 1 + i % 7);
  return csrFromCoo({ format: "coo", rows: size, cols: size, rowIndices, colIndices, values });
}

Deno.test("csb gathers rows where all of them are under way at once, else scatters them", () => {
  const designOf = (a: Csr, n: number, options: CsbOptions = {}) =>
    inspect({ a, n }, LARGE_LIMITS, encode({ a, n }, options), options);
  const chosen = (a: Csr, n: number, options: CsbOptions = {}) =>
    designOf(a, n, options).facts["unpackTo"];
  const layer = randomCsr({ rows: 512, cols: 512, density: 0.1, seed: 1 });
  const tall = randomCsr({ rows: 40_000, cols: 64, density: 0.1, seed: 1 });
  assert.equal(chosen(layer, 256), "workgroup");
  assert.equal(chosen(layer, 256, { unpackTo: "scratch" }), "scratch");
  assert.equal(chosen(tall, 256), "scratch");
  assert.equal(
    chosen(randomCsr({ rows: 64, cols: 40_000, density: 0.9, seed: 1 }), 256),
    "scratch",
  );
  const lengths = Array.from({ length: 512 }, (_, row) => row === 7 ? 4_000 : 2);
  const skewed = randomCsr({ rows: 512, cols: 4_000, rowLengths: lengths, seed: 1 });
  assert.equal(chosen(skewed, 256), "scratch");
  assert.equal(chosen(band(4_096, 64), 64), "scratch");
  assert.equal(designOf(layer, 256).passes.length, 1);
  assert.equal(designOf(layer, 256, { unpackings: 2, unpackTo: "scratch" }).passes.length, 3);
});

Deno.test("a tile a little wider than a warp has fewer slices, and workgroups no larger", () => {
  const layer = randomCsr({ rows: 512, cols: 512, density: 0.1, seed: 1 });
  const factsOf = (n: number) =>
    inspect({ a: layer, n }, LARGE_LIMITS, encode({ a: layer, n }, {}), {}).facts;
  const { lanes, slices, threads, rowsPerWorkgroup } = factsOf(257);
  assert.equal(lanes, 33);
  assert.equal(rowsPerWorkgroup, factsOf(256)["rowsPerWorkgroup"]);
  assert.ok(Number(slices) < Number(factsOf(256)["slices"]));
  assert.ok(Number(threads) <= Number(factsOf(256)["threads"]));
});

gpuTest("csb multiplies tiles a little wider than a warp", async (gpu) => {
  const a = randomCsr({ rows: 512, cols: 300, density: 0.1, seed: 3 });
  for (const transpose of [false, true]) {
    const plan = await csb.plan({ a, n: 257, transpose }, gpu);
    assert.equal(plan.describe().facts["lanes"], 33);
    await checkProduct(plan, randomDense(transpose ? 512 : 300, 257, 1));
    await plan[Symbol.asyncDispose]();
  }
});

testShortColumns(csb);

Deno.test("csb refuses workgroup memory where rows do not go into it", () => {
  const options = { unpackTo: "workgroup" } as const;
  const a = randomCsr({ rows: 64, cols: 40_000, density: 0.9, seed: 1 });
  assert.match(refuses({ a, n: 64 }, LARGE_LIMITS, options) ?? "", /workgroup memory/);
  assert.equal(refuses({ a: MATRIX, n: 64 }, LARGE_LIMITS, options), undefined);
});

gpuTest("csbBothWays() keeps one copy of the encoding for both directions", async (gpu) => {
  const before = gpu.memory.bytes;
  await using one = await csb.plan({ a: MATRIX, n: 8 }, gpu);
  const single = gpu.memory.bytes - before;
  {
    await using both = await csbBothWays({ a: MATRIX, n: 8 }, gpu);
    const added = gpu.memory.bytes - before - single;
    assert.ok(added < 1.2 * single, `${added} bytes for both, ${single} for one`);
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
  const lonely = randomCsr({ rows: 50_000, cols: 50_000, density: 1e-8, seed: 1 });
  const support = csb.supports({ a: lonely, n: 4 }, gpu);
  assert.ok(!support.ok);
  assert.match(support.reason, /outweigh the matrix/);
});
