import { codecOf, type SparseMatrix } from "./codecs.ts";

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
  const indices = sum(codecOf(a).indices(a));
  const pointers = sum(codecOf(a).pointers(a));
  const values = a.values.byteLength;
  return { indices, pointers, values, total: indices + pointers + values };
}

function sum(arrays: readonly Uint32Array[]): number {
  return arrays.reduce((bytes, array) => bytes + array.byteLength, 0);
}
