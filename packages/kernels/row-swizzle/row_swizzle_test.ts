import assert from "node:assert/strict";
import { type Csr, randomCsr, transposeCsr } from "@spmm/formats";
import fc from "fast-check";
import { idleShare } from "./idle_share.ts";
import { rowSwizzle, swizzleOf } from "./row_swizzle.ts";

const FIXED: fc.Parameters<unknown> = { seed: 20_201_116, numRuns: 100 };

const anyCsr: fc.Arbitrary<Csr> = fc.array(
  fc.oneof(fc.constant(0), fc.nat({ max: 4 }), fc.nat({ max: 90 })),
  { maxLength: 80 },
).map((rowLengths) => randomCsr({ rows: rowLengths.length, cols: 90, rowLengths, seed: 1 }));

function lengthOf(a: Csr, row: number): number {
  return a.rowOffsets[row + 1] - a.rowOffsets[row];
}

Deno.test("a swizzle names every row once", () => {
  fc.assert(
    fc.property(anyCsr, (a) => {
      const sorted = rowSwizzle(a).toSorted();
      assert.deepEqual(sorted, Uint32Array.from({ length: a.rows }, (_, row) => row));
    }),
    FIXED,
  );
});

Deno.test("rows come by decreasing length, and rows of one length as they stand", () => {
  fc.assert(
    fc.property(anyCsr, (a) => {
      const order = rowSwizzle(a);
      for (let slot = 1; slot < order.length; slot++) {
        const [before, row] = [order[slot - 1], order[slot]];
        const shorter = lengthOf(a, before) - lengthOf(a, row);
        assert.ok(shorter > 0 || (shorter === 0 && before < row), `${before} before ${row}`);
      }
    }),
    FIXED,
  );
});

Deno.test("the swizzle of a transposed problem is that of the transpose", () => {
  fc.assert(
    fc.property(anyCsr, (a) => {
      assert.deepEqual(swizzleOf({ a, n: 1, transpose: true }), rowSwizzle(transposeCsr(a)));
      assert.deepEqual(swizzleOf({ a, n: 1 }), rowSwizzle(a));
    }),
    FIXED,
  );
});

Deno.test("no order leaves lanes less idle than the swizzle", () => {
  fc.assert(
    fc.property(
      anyCsr,
      fc.integer({ min: 1, max: 9 }),
      fc.infiniteStream(fc.nat()),
      (a, together, keys) => {
        const other = Array.from(rowSwizzle(a), (row) => ({ row, key: keys.next().value }));
        const shuffled = other.sort((x, y) => x.key - y.key).map(({ row }) => row);
        const best = idleShare(a.rowOffsets, rowSwizzle(a), together);
        assert.ok(best <= idleShare(a.rowOffsets, Uint32Array.from(shuffled), together) + 1e-12);
      },
    ),
    FIXED,
  );
});

Deno.test("lanes beside rows of one length are never idle, beside an empty matrix neither", () => {
  const alike = randomCsr({ rows: 8, cols: 9, rowLengths: Array(8).fill(3), seed: 1 });
  const empty = randomCsr({ rows: 8, cols: 9, density: 0, seed: 1 });
  for (const a of [alike, empty]) assert.equal(idleShare(a.rowOffsets, rowSwizzle(a), 4), 0);
});
