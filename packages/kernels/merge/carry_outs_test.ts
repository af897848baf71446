import assert from "node:assert/strict";
import fc from "fast-check";
import { type CarryOuts, carryOuts } from "./carry_outs.ts";
import { mergePathPartition } from "./merge_path.ts";
import { anyRowOffsets, FIXED, rowOffsetsOf } from "./test_paths.ts";

/** Non-zeros `begin` to `end` of a row, and the carry-out they go to unless the row is whole. */
interface Piece {
  readonly row: number;
  readonly begin: number;
  readonly end: number;
  readonly carry?: number;
}

/** What the first phase stores, by a walk over each part as the paper puts it. */
function firstPhase(rowOffsets: Uint32Array, parts: number, carry: CarryOuts): Piece[] {
  const { rows, nonZeros } = mergePathPartition(rowOffsets, parts);
  const pieces: Piece[] = [];
  for (let part = 0; part < parts; part++) {
    let next = carry.firstOfPart[part];
    let begin = nonZeros[part];
    for (let row = rows[part]; row < rows[part + 1]; row++) {
      const end = rowOffsets[row + 1];
      pieces.push({ row, begin, end, ...(rowOffsets[row] < begin && { carry: next++ }) });
      begin = end;
    }
    const end = nonZeros[part + 1];
    if (begin < end) pieces.push({ row: rows[part + 1], begin, end, carry: next++ });
    assert.equal(next, carry.firstOfPart[part + 1]);
  }
  return pieces;
}

const anyParts = fc.integer({ min: 1, max: 80 });

Deno.test("every non-zero is multiplied once and every row is stored once", () => {
  fc.assert(
    fc.property(anyRowOffsets, anyParts, (rowOffsets, parts) => {
      const carry = carryOuts(rowOffsets, mergePathPartition(rowOffsets, parts));
      const pieces = firstPhase(rowOffsets, parts, carry);
      const ends = pieces.map(({ end }) => end);
      assert.deepEqual(pieces.map(({ begin }) => begin), [0, ...ends].slice(0, ends.length));
      assert.equal(ends.at(-1) ?? 0, rowOffsets.at(-1));
      const whole = pieces.filter((piece) => piece.carry === undefined).map(({ row }) => row);
      const stored = [...whole, ...carry.cutRows].sort((a, b) => a - b);
      assert.deepEqual(stored, Array.from({ length: rowOffsets.length - 1 }, (_, row) => row));
    }),
    FIXED,
  );
});

Deno.test("the carry-outs of a cut row are its pieces, side by side and in order", () => {
  fc.assert(
    fc.property(anyRowOffsets, anyParts, (rowOffsets, parts) => {
      const carry = carryOuts(rowOffsets, mergePathPartition(rowOffsets, parts));
      const cut = firstPhase(rowOffsets, parts, carry).filter((piece) => piece.carry !== undefined);
      assert.deepEqual(cut.map((piece) => piece.carry), cut.map((_, i) => i));
      assert.equal(cut.length, carry.count);
      carry.cutRows.forEach((row, i) => {
        const own = cut.slice(carry.firstOfRow[i], carry.firstOfRow[i + 1]);
        assert.ok(own.length >= 2 && own.every((piece) => piece.row === row));
        assert.equal(own[0].begin, rowOffsets[row]);
        assert.equal(own.at(-1)?.end, rowOffsets[row + 1]);
      });
    }),
    FIXED,
  );
});

Deno.test("a part leaves two carry-outs at most", () => {
  fc.assert(
    fc.property(anyRowOffsets, anyParts, (rowOffsets, parts) => {
      const { count } = carryOuts(rowOffsets, mergePathPartition(rowOffsets, parts));
      assert.ok(count <= 2 * parts);
    }),
    FIXED,
  );
});

Deno.test("a row over three parts leaves three carry-outs, its neighbours none", () => {
  const rowOffsets = rowOffsetsOf(2, 9, 0);
  const carry = carryOuts(rowOffsets, mergePathPartition(rowOffsets, 3));
  assert.deepEqual([...carry.cutRows], [1]);
  assert.deepEqual([...carry.firstOfRow], [0, 3]);
  assert.deepEqual([...carry.firstOfPart], [0, 1, 2, 3]);
});
