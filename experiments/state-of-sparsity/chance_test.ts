import { blockStatistics, csrFromDense, dense, randomCsr, transposeCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { columnLengths, occupiedByChance, occupiedByLengths, variationByChance } from "./chance.ts";
import { rowStatistics } from "@spmm/formats";

Deno.test("random positions fill the blocks that chance says, and lengths say no more", () => {
  const a = randomCsr({ rows: 510, cols: 398, density: 0.05, seed: 1 });
  const { occupied, blocks } = blockStatistics(a, 4);
  assert.ok(Math.abs(occupied / blocks - occupiedByChance(a, 4)) < 0.02);
  assert.ok(Math.abs(occupied / blocks - occupiedByLengths(a, 4)) < 0.02);
});

Deno.test("where a third of the rows is empty, lengths explain the empty blocks and chance does not", () => {
  const rowLengths = Uint32Array.from({ length: 510 }, (_, row) => row < 170 ? 0 : 40);
  const a = randomCsr({ rows: 510, cols: 398, rowLengths, seed: 2 });
  const { occupied, blocks } = blockStatistics(a, 4);
  assert.ok(occupied / blocks < 0.9 * occupiedByChance(a, 4));
  assert.ok(Math.abs(occupied / blocks - occupiedByLengths(a, 4)) < 0.02);
});

Deno.test("a block that the edge cuts has fewer elements to be filled", () => {
  const a = csrFromDense(dense(1, 2, new Float32Array([7, 0])));
  assert.equal(occupiedByChance(a, 4), 0.75);
  assert.equal(occupiedByChance(a, 1), 0.5);
  assert.equal(occupiedByLengths(a, 1), 0.5);
});

Deno.test("random rows vary as chance says", () => {
  const random = randomCsr({ rows: 512, cols: 512, density: 0.1, seed: 3 });
  const { variation } = rowStatistics(transposeCsr(random));
  assert.ok(Math.abs(variation / variationByChance(0.1, 512) - 1) < 0.15);
});

Deno.test("column lengths are the row lengths of the transpose", () => {
  const a = csrFromDense(dense(2, 3, new Float32Array([1, 0, 2, 0, 0, 3])));
  assert.deepEqual([...columnLengths(a)], [1, 0, 2]);
});
