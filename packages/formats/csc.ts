import { checkCount, checkLength, checkOffsets, checkSegments, checkShape } from "./checks.ts";
import { type Csr, transposeCsr } from "./csr.ts";

/**
 * Compressed sparse columns: the CSR of the transpose.
 *
 * ```text
 *        . a .      colOffsets  0   1   2   3  (cols + 1 of them)
 *        b . c      rowIndices  1   0   1      (column 0 | column 1 | column 2)
 *                   values      b   a   c
 * ```
 *
 * Invariants, checked by {@linkcode checkCsc}:
 * - `colOffsets` has `cols + 1` entries, starts at 0, never falls and ends at the number of
 *   non-zeros;
 * - `rowIndices` and `values` have one element per non-zero;
 * - within a column, rows are below `rows` and strictly ascending.
 */
export interface Csc {
  /** Tells this format from the others. */
  readonly format: "csc";
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Where each column begins among the entries, and where the last ends. */
  readonly colOffsets: Uint32Array<ArrayBufferLike>;
  /** The row of each entry. */
  readonly rowIndices: Uint32Array<ArrayBufferLike>;
  /** The value of each entry. */
  readonly values: Float32Array<ArrayBufferLike>;
}

/**
 * Checks the invariants of {@linkcode Csc}; O(nnz + cols).
 *
 * @param a The matrix to check.
 * @throws {FormatError} At the first invariant that is broken, naming column and entry.
 *
 * @example Offsets that fall
 * ```ts
 * import { checkCsc, type Csc, FormatError } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a: Csc = {
 *   format: "csc",
 *   rows: 2,
 *   cols: 2,
 *   colOffsets: new Uint32Array([0, 2, 1]),
 *   rowIndices: new Uint32Array([0]),
 *   values: new Float32Array([0.5]),
 * };
 * assert.throws(() => checkCsc(a), FormatError);
 * ```
 */
export function checkCsc(a: Csc): void {
  checkShape("csc", a.rows, a.cols);
  checkCount("csc", "non-zeros", a.values.length);
  checkLength("csc", "rowIndices", a.rowIndices.length, a.values.length);
  checkOffsets("csc", "colOffsets", a.colOffsets, a.cols, a.values.length);
  checkSegments("csc", "column", a.colOffsets, a.rowIndices, a.rows);
}

/**
 * Groups the entries by column; O(nnz + cols).
 *
 * @param a The matrix.
 *
 * @example Column by column
 * ```ts
 * import { cscFromCsr, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([1, 2, 3, 0])));
 * assert.deepEqual([...cscFromCsr(a).values], [1, 3, 2]);
 * ```
 */
export function cscFromCsr(a: Csr): Csc {
  const { rowOffsets, colIndices, values } = transposeCsr(a);
  const { rows, cols } = a;
  return { format: "csc", rows, cols, colOffsets: rowOffsets, rowIndices: colIndices, values };
}

/**
 * Groups the entries by row; O(nnz + rows).
 *
 * @param a The matrix.
 *
 * @example There and back
 * ```ts
 * import { cscFromCsr, csrFromCsc, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([1, 2, 3, 0])));
 * assert.deepEqual(csrFromCsc(cscFromCsr(a)), a);
 * ```
 */
export function csrFromCsc(a: Csc): Csr {
  return transposeCsr({
    format: "csr",
    rows: a.cols,
    cols: a.rows,
    rowOffsets: a.colOffsets,
    colIndices: a.rowIndices,
    values: a.values,
  });
}
