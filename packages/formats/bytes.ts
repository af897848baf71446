import type { SparseMatrix } from "./convert.ts";

/** Bytes of a matrix by what they are for. */
export interface MatrixBytes {
  /** What tells where an entry is: rows, columns, packed indices, occupancy. */
  readonly indices: number;
  /** What tells where a row, column, block or slice begins, and in which order rows come. */
  readonly pointers: number;
  /** The values, padding and filling included. */
  readonly values: number;
  /** The sum. */
  readonly total: number;
}

/**
 * The bytes that the arrays of a matrix take.
 *
 * @param a The matrix, in any format.
 *
 * @example CSR takes 8 bytes per non-zero and 4 per row
 * ```ts
 * import { bytesOf, randomCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 9, cols: 7, rowLengths: [7, 0, 1, 2, 0, 0, 3, 1, 1], seed: 1 });
 * assert.deepEqual(bytesOf(a), { indices: 60, pointers: 40, values: 60, total: 160 });
 * ```
 */
export function bytesOf(a: SparseMatrix): MatrixBytes {
  const indices = sum(indexArrays(a));
  const pointers = sum(pointerArrays(a));
  const values = a.values.byteLength;
  return { indices, pointers, values, total: indices + pointers + values };
}

function sum(arrays: readonly Uint32Array[]): number {
  return arrays.reduce((bytes, array) => bytes + array.byteLength, 0);
}

function indexArrays(a: SparseMatrix): readonly Uint32Array[] {
  switch (a.format) {
    case "coo":
      return [a.rowIndices, a.colIndices];
    case "csr":
    case "sell":
      return [a.colIndices];
    case "csc":
      return [a.rowIndices];
    case "csb":
      return [a.indices];
    case "bsr":
      return [a.blockColumns, a.occupancy];
  }
}

function pointerArrays(a: SparseMatrix): readonly Uint32Array[] {
  switch (a.format) {
    case "coo":
      return [];
    case "csr":
      return [a.rowOffsets];
    case "csc":
      return [a.colOffsets];
    case "csb":
      return [a.blockPointers];
    case "sell":
      return [a.sliceOffsets, a.rowOrder, a.rowLengths];
    case "bsr":
      return [a.blockOffsets];
  }
}
