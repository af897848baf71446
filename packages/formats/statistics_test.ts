import assert from "node:assert/strict";
import fc from "fast-check";
import { csbFromCsr } from "./csb_encode.ts";
import { transposeCsr } from "./csr.ts";
import { FormatError } from "./errors.ts";
import { randomCsr } from "./random.ts";
import { blockStatistics, columnStatistics, rowLengths, rowStatistics } from "./statistics.ts";
import { anyCsr, EXAMPLE_1, FIXED } from "./test_matrices.ts";

Deno.test("rowStatistics() describes the worked example", () => {
  const statistics = rowStatistics(EXAMPLE_1);
  assert.deepEqual([...rowLengths(EXAMPLE_1)], [1, 2, 2, 0, 2, 3]);
  assert.deepEqual(statistics, {
    nnz: 10,
    density: 10 / 6 / 6,
    mean: 10 / 6,
    deviation: Math.sqrt(22 / 6 - 100 / 36),
    variation: statistics.deviation / (10 / 6),
    min: 0,
    max: 3,
    empty: 1,
    imbalance: 3 / (10 / 6),
  });
});

Deno.test("matrices without rows, columns or entries have statistics of zero", () => {
  for (const [rows, cols] of [[0, 0], [0, 3], [3, 0], [3, 3]]) {
    const a = randomCsr({ rows, cols, density: 0, seed: 1 });
    const { nnz, empty, ...rest } = rowStatistics(a);
    assert.equal(nnz, 0);
    assert.equal(empty, rows);
    assert.ok(Object.values(rest).every((value) => value === 0));
    assert.equal(blockStatistics(a, 2).occupied, 0);
  }
});

Deno.test("blockStatistics() agrees with the blocks that csbFromCsr() makes", () => {
  fc.assert(
    fc.property(anyCsr, fc.constantFrom(1, 4, 16, 64, 128), (a, blockSize) => {
      const { blockPointers } = csbFromCsr(a, { blockSize });
      const counts = [...blockPointers.subarray(1)].map((end, block) => end - blockPointers[block]);
      const occupied = counts.filter((count) => count > 0);
      const statistics = blockStatistics(a, blockSize);
      assert.equal(statistics.blocks, counts.length);
      assert.equal(statistics.occupied, occupied.length);
      assert.equal(statistics.max, Math.max(0, ...counts));
      assert.equal(statistics.mean, occupied.length === 0 ? 0 : a.values.length / occupied.length);
    }),
    FIXED,
  );
});

Deno.test("blockStatistics() sees block rows that are out of balance", () => {
  const a = randomCsr({ rows: 4, cols: 10, rowLengths: [10, 10, 0, 0], seed: 1 });
  assert.equal(blockStatistics(a, 2).blockRowImbalance, 2);
  assert.throws(() => blockStatistics(a, 3), FormatError);
});

Deno.test("columnStatistics() are those of the transpose's rows", () => {
  for (const [rows, cols, density] of [[30, 70, 0.1], [70, 30, 0.4], [5, 0, 1], [0, 5, 1]]) {
    const a = randomCsr({ rows, cols, density, seed: 3 });
    assert.deepEqual(columnStatistics(a), rowStatistics(transposeCsr(a)));
  }
});
