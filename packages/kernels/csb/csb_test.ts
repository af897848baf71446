import {
  csbFromCsr,
  csbLocalIndex,
  type Csr,
  randomCsr,
  randomDense,
  transposeCsr,
} from "@spmm/formats";
import { conformanceCases } from "@spmm/spmm/conformance";
import { checkCases, gpuTest, testGpuConformance } from "@spmm/webgpu/conformance";
import fc from "fast-check";
import assert from "node:assert/strict";
import { blockRanks } from "./block_ranks.ts";
import { csb, csbBothWays, csbKernel } from "./csb.ts";

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
  gpuTest(`blocks of ${blockSize} are unpacked alike`, async (gpu) => {
    await checkCases(
      csbKernel({ name: `csb, blocks of ${blockSize}`, blockSize, unpackings: 2 }),
      gpu,
      conformanceCases().filter(({ matrix }) => HARD.includes(matrix)),
    );
  });
}

const MATRIX: Csr = randomCsr({ rows: 200, cols: 333, density: 0.1, seed: 7 });

Deno.test("blockRanks() counts the entries of a row in the blocks before, in either direction", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 150 }),
      fc.integer({ min: 1, max: 150 }),
      fc.constantFrom(32, 64),
      fc.boolean(),
      fc.integer(),
      (rows, cols, blockSize, transpose, seed) => {
        const a = randomCsr({ rows, cols, density: 0.2, seed });
        const op = transpose ? transposeCsr(a) : a;
        const { ranks, lengths } = blockRanks(a, csbFromCsr(a, { blockSize }), transpose);
        const blockCols = Math.ceil(cols / blockSize);
        for (let row = 0; row < op.rows; row++) {
          const columns = op.colIndices.subarray(op.rowOffsets[row], op.rowOffsets[row + 1]);
          assert.equal(lengths[row], columns.length);
          const line = Math.floor(row / blockSize);
          for (let step = 0; step * blockSize < op.cols; step++) {
            const block = transpose ? step * blockCols + line : line * blockCols + step;
            const before = columns.filter((column) => column < step * blockSize).length;
            assert.equal(ranks[block * blockSize + row % blockSize], before);
          }
        }
      },
    ),
    { seed: 13, numRuns: 50 },
  );
});

Deno.test("ranks take no more bytes than the longest row", () => {
  const a = randomCsr({ rows: 1, cols: 70_000, density: 1, seed: 1 });
  const blocks = csbFromCsr(a, { blockSize: 128 });
  assert.equal(csbLocalIndex(blocks, 5), 5);
  assert.equal(blockRanks(a, blocks, false).ranks.BYTES_PER_ELEMENT, 4);
  assert.equal(blockRanks(a, blocks, true).ranks.BYTES_PER_ELEMENT, 1);
  const long = randomCsr({ rows: 1, cols: 300, density: 1, seed: 1 });
  const ranks = blockRanks(long, csbFromCsr(long, { blockSize: 128 }), false).ranks;
  assert.equal(ranks.BYTES_PER_ELEMENT, 2);
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
  const lonely = randomCsr({ rows: 10_000, cols: 10_000, density: 1e-6, seed: 1 });
  const support = csb.supports({ a: lonely, n: 4 }, gpu);
  assert.ok(!support.ok);
  assert.match(support.reason, /outweighs/);
});
