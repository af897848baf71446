import assert from "node:assert/strict";
import { ShapeError } from "@spmm/spmm";
import fc from "fast-check";
import { mergePathPartition } from "./merge_path.ts";
import { anyRowOffsets, FIXED, rowOffsetsOf } from "./test_paths.ts";

/** The path step by step: true for a row end, false for a non-zero. */
function pathOf(rowOffsets: Uint32Array): boolean[] {
  const path: boolean[] = [];
  for (let row = 0; row + 1 < rowOffsets.length; row++) {
    for (let at = rowOffsets[row]; at < rowOffsets[row + 1]; at++) path.push(false);
    path.push(true);
  }
  return path;
}

Deno.test("every part begins where the walk over the matrix is at its diagonal", () => {
  fc.assert(
    fc.property(anyRowOffsets, fc.integer({ min: 1, max: 40 }), (rowOffsets, parts) => {
      const path = pathOf(rowOffsets);
      const { rows, nonZeros } = mergePathPartition(rowOffsets, parts);
      for (let part = 0; part <= parts; part++) {
        const walked = path.slice(0, rows[part] + nonZeros[part]);
        assert.equal(rows[part], walked.filter((isRowEnd) => isRowEnd).length);
      }
    }),
    FIXED,
  );
});

Deno.test("the parts cover every row end and every non-zero once, in order and in equal shares", () => {
  fc.assert(
    fc.property(anyRowOffsets, fc.integer({ min: 1, max: 40 }), (rowOffsets, parts) => {
      const { rows, nonZeros } = mergePathPartition(rowOffsets, parts);
      assert.equal(rows.length, parts + 1);
      assert.deepEqual([rows[0], nonZeros[0]], [0, 0]);
      assert.equal(rows[parts], rowOffsets.length - 1);
      assert.equal(nonZeros[parts], rowOffsets[rowOffsets.length - 1]);
      const share = (rows[parts] + nonZeros[parts]) / parts;
      for (let part = 0; part < parts; part++) {
        assert.ok(rows[part] <= rows[part + 1] && nonZeros[part] <= nonZeros[part + 1]);
        const steps = rows[part + 1] + nonZeros[part + 1] - rows[part] - nonZeros[part];
        assert.ok(Math.floor(share) <= steps && steps <= Math.ceil(share), `${steps} of ${share}`);
      }
    }),
    FIXED,
  );
});

Deno.test("empty rows are shared out like non-zeros", () => {
  const { rows } = mergePathPartition(rowOffsetsOf(0, 0, 0, 0, 0, 0, 0, 0), 4);
  assert.deepEqual([...rows], [0, 2, 4, 6, 8]);
});

Deno.test("one long row is shared by all parts", () => {
  const { rows, nonZeros } = mergePathPartition(rowOffsetsOf(99), 4);
  assert.deepEqual([...rows], [0, 0, 0, 0, 1]);
  assert.deepEqual([...nonZeros], [0, 25, 50, 75, 99]);
});

Deno.test("a matrix without rows has parts without steps", () => {
  const { rows, nonZeros } = mergePathPartition(rowOffsetsOf(), 2);
  assert.deepEqual([...rows, ...nonZeros], [0, 0, 0, 0, 0, 0]);
});

Deno.test("a number of parts that is none is refused", () => {
  for (const parts of [0, -1, 1.5, NaN, Infinity]) {
    assert.throws(() => mergePathPartition(rowOffsetsOf(3), parts), ShapeError);
  }
});
