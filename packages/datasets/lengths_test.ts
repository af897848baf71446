import assert from "node:assert/strict";
import fc from "fast-check";
import { randomSource } from "@spmm/formats";
import { drawLengths, placeEntries } from "./lengths.ts";

const sum = (numbers: Uint32Array) => numbers.reduce((total, x) => total + x, 0);

const anyLengths = fc.record({
  count: fc.integer({ min: 1, max: 60 }),
  longest: fc.integer({ min: 1, max: 50 }),
  fill: fc.double({ min: 0, max: 1, noNaN: true }),
  spread: fc.double({ min: 0, max: 2, noNaN: true }),
  seed: fc.integer(),
}).map(({ fill, spread, ...rest }) => {
  const total = Math.floor(fill * rest.count * rest.longest);
  return { ...rest, total, deviation: spread * total / rest.count };
});

Deno.test("lengths have their exact sum and stay within bounds, whatever is asked", () => {
  fc.assert(
    fc.property(anyLengths, ({ seed, ...wanted }) => {
      const lengths = drawLengths(wanted, randomSource(seed));
      assert.equal(lengths.length, wanted.count);
      assert.equal(sum(lengths), wanted.total);
      assert.ok(lengths.every((length) => length <= wanted.longest));
    }),
    { seed: 1, numRuns: 200 },
  );
});

Deno.test("placed rows have exactly their lengths, each column at most once, ascending", () => {
  fc.assert(
    fc.property(anyLengths, fc.integer({ min: 1, max: 60 }), ({ seed, ...wanted }, spare) => {
      const random = randomSource(seed);
      const rows = drawLengths(wanted, random);
      const cols = wanted.longest + spare;
      const share = { count: cols, total: wanted.total, deviation: 1, longest: wanted.count };
      const columns = drawLengths(share, random);
      const { rowOffsets, colIndices } = placeEntries(rows, columns, seed);
      rows.forEach((length, row) => {
        const chosen = [...colIndices.subarray(rowOffsets[row], rowOffsets[row + 1])];
        assert.equal(chosen.length, length);
        assert.deepEqual(chosen, [...new Set(chosen)].sort((a, b) => a - b));
        assert.ok(chosen.every((column) => column < cols));
      });
    }),
    { seed: 2, numRuns: 200 },
  );
});

Deno.test("a full matrix is placed in full", () => {
  const { colIndices } = placeEntries(new Uint32Array([3, 3]), new Uint32Array([2, 2, 2]), 1);
  assert.deepEqual([...colIndices], [0, 1, 2, 0, 1, 2]);
});
