import { FormatError, randomCsr } from "@spmm/formats";
import fc from "fast-check";
import assert from "node:assert/strict";
import { lengthsOf, rankedBlocks, rowPlaces } from "./ranked_blocks.ts";

/** Row, column and value of every entry, by what its halves and its block say. */
function entriesOf(blocks: ReturnType<typeof rankedBlocks>) {
  const { blockSize, entryWords, entries, values, blockPointers, cols } = blocks;
  const blockCols = Math.ceil(cols / blockSize);
  return blockPointers.subarray(1).reduce<
    { row: number; rankInRow: number; column: number; rankInColumn: number; value: number }[]
  >((found, end, block) => {
    for (let at = blockPointers[block]; at < end; at++) {
      const [rowHalf, columnHalf] = entryWords === 1
        ? [entries[at] & 0xffff, entries[at] >>> 16]
        : [entries[2 * at], entries[2 * at + 1]];
      found.push({
        row: Math.floor(block / blockCols) * blockSize + rowHalf % blockSize,
        rankInRow: Math.floor(rowHalf / blockSize),
        column: block % blockCols * blockSize + columnHalf % blockSize,
        rankInColumn: Math.floor(columnHalf / blockSize),
        value: values[at],
      });
    }
    return found;
  }, []);
}

Deno.test("each entry knows its row, its column and its place in both", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 150 }),
      fc.integer({ min: 1, max: 150 }),
      fc.constantFrom(16, 32, 64),
      fc.integer(),
      (rows, cols, blockSize, seed) => {
        const a = randomCsr({ rows, cols, density: 0.2, seed });
        const found = entriesOf(rankedBlocks({ a, n: 4 }, blockSize));
        const byRow = found.toSorted((x, y) => x.row - y.row || x.rankInRow - y.rankInRow);
        assert.deepEqual(byRow.map(({ column }) => column), [...a.colIndices]);
        assert.deepEqual(byRow.map(({ value }) => value), [...a.values]);
        const places = byRow.map(({ row, rankInRow }) => a.rowOffsets[row] + rankInRow);
        assert.deepEqual(places, [...byRow.keys()]);
        for (const inColumn of Map.groupBy(byRow, ({ column }) => column).values()) {
          assert.deepEqual(inColumn.map(({ rankInColumn }) => rankInColumn), [...inColumn.keys()]);
        }
      },
    ),
    { seed: 13, numRuns: 50 },
  );
});

Deno.test("entries take two words where a row or a column is too long for half a word", () => {
  const words = (rows: number, cols: number) => {
    const a = randomCsr({ rows, cols, density: 1, seed: 1 });
    return rankedBlocks({ a, n: 4 }, 32).entryWords;
  };
  assert.deepEqual([words(2, 2048), words(2, 2049), words(2048, 2), words(2049, 2)], [1, 2, 1, 2]);
});

Deno.test("rowPlaces() tells of columns as of the rows of a transpose", () => {
  const a = randomCsr({ rows: 2, cols: 3, rowLengths: [3, 1], seed: 4 });
  assert.deepEqual([...rowPlaces(lengthsOf(a), false).lengths], [3, 1]);
  assert.equal(rowPlaces(lengthsOf(a), true).lengths.reduce((sum, length) => sum + length), 4);
  assert.deepEqual([...rowPlaces(lengthsOf(a), true).quadOffsets], [0, 1, 2, 3]);
});

Deno.test("blocks whose size is no power of two are refused", () => {
  const a = randomCsr({ rows: 40, cols: 40, density: 0.2, seed: 1 });
  assert.throws(() => rankedBlocks({ a, n: 4 }, 24), FormatError);
});
