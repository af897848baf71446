import {
  cannot,
  checkCount,
  checkLength,
  checkOffsets,
  checkSegments,
  checkShape,
} from "./checks.ts";
import { type Dense, dense } from "./dense.ts";
import { prefixSum } from "./prefix_sum.ts";

/**
 * Compressed sparse rows, the hub of the formats: every other format converts from and to it.
 *
 * ```text
 *        . a .      rowOffsets  0   1     3  (rows + 1 of them)
 *        b . c      colIndices  1   0 2      (row 0 | row 1)
 *                   values      a   b c
 * ```
 *
 * Invariants, held by every function here and checked by {@linkcode checkCsr}:
 * - `rowOffsets` has `rows + 1` entries, starts at 0, never falls and ends at the number of non-zeros;
 * - `colIndices` and `values` have one entry per non-zero;
 * - within a row, columns are below `cols` and strictly ascending, so no entry stands twice.
 *
 * An explicit zero is an entry like any other.
 */
export interface Csr {
  /** Tells this format from the others. */
  readonly format: "csr";
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Where each row begins among the entries, and where the last ends. */
  readonly rowOffsets: Uint32Array<ArrayBufferLike>;
  /** The column of each entry. */
  readonly colIndices: Uint32Array<ArrayBufferLike>;
  /** The value of each entry. */
  readonly values: Float32Array<ArrayBufferLike>;
}

/**
 * Checks the invariants of {@linkcode Csr}; O(nnz + rows).
 *
 * @param a The matrix to check.
 * @throws {FormatError} At the first invariant that is broken, naming row and entry.
 *
 * @example Columns out of order
 * ```ts
 * import { checkCsr, type Csr, FormatError } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a: Csr = {
 *   format: "csr",
 *   rows: 1,
 *   cols: 3,
 *   rowOffsets: new Uint32Array([0, 2]),
 *   colIndices: new Uint32Array([2, 0]),
 *   values: new Float32Array([0.5, -1]),
 * };
 * assert.throws(() => checkCsr(a), FormatError);
 * ```
 */
export function checkCsr(a: Csr): void {
  checkShape("csr", a.rows, a.cols);
  checkCount("csr", "non-zeros", a.values.length);
  checkLength("csr", "colIndices", a.colIndices.length, a.values.length);
  checkOffsets("csr", "rowOffsets", a.rowOffsets, a.rows, a.values.length);
  checkSegments("csr", "row", a.rowOffsets, a.colIndices, a.cols);
}

/**
 * Keeps the elements that are not zero, of either sign; O(rows · cols).
 *
 * @param b The dense matrix; f16 elements widen exactly.
 *
 * @example Two of four
 * ```ts
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([0, 7, 0, -2])));
 * assert.deepEqual([...a.rowOffsets], [0, 1, 2]);
 * assert.deepEqual([...a.colIndices], [1, 1]);
 * ```
 */
export function csrFromDense(b: Dense): Csr {
  const rowOffsets = new Uint32Array(b.rows + 1);
  for (let row = 0; row < b.rows; row++) {
    for (let col = 0; col < b.cols; col++) {
      if (b.data[row * b.cols + col] !== 0) rowOffsets[row + 1]++;
    }
  }
  prefixSum("csr", rowOffsets);
  const colIndices = new Uint32Array(rowOffsets[b.rows]);
  const values = new Float32Array(rowOffsets[b.rows]);
  let at = 0;
  for (let i = 0; i < b.data.length; i++) {
    if (b.data[i] === 0) continue;
    colIndices[at] = i % b.cols;
    values[at++] = b.data[i];
  }
  return { format: "csr", rows: b.rows, cols: b.cols, rowOffsets, colIndices, values };
}

/**
 * Writes the matrix out in full, in f32; O(rows · cols).
 *
 * @param a The matrix.
 *
 * @example Back to dense
 * ```ts
 * import { csrFromDense, dense, denseFromCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const b = dense(2, 2, new Float32Array([0, 7, 0, -2]));
 * assert.deepEqual(denseFromCsr(csrFromDense(b)), b);
 * ```
 */
export function denseFromCsr(a: Csr): Dense {
  const b = dense(a.rows, a.cols);
  for (let row = 0; row < a.rows; row++) {
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      b.data[row * a.cols + a.colIndices[entry]] = a.values[entry];
    }
  }
  return b;
}

/**
 * The transpose, as CSR; O(nnz + rows + cols), by counting sort on columns.
 *
 * @param a The matrix.
 *
 * @example Twice is the identity
 * ```ts
 * import { csrFromDense, dense, transposeCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 3, new Float32Array([1, 0, 2, 0, 3, 0])));
 * assert.deepEqual([...transposeCsr(a).values], [1, 3, 2]);
 * assert.deepEqual(transposeCsr(transposeCsr(a)), a);
 * ```
 */
export function transposeCsr(a: Csr): Csr {
  const rowOffsets = new Uint32Array(a.cols + 1);
  for (const column of a.colIndices) rowOffsets[column + 1]++;
  prefixSum("csr", rowOffsets);
  const next = rowOffsets.slice(0, a.cols);
  const colIndices = new Uint32Array(a.values.length);
  const values = new Float32Array(a.values.length);
  for (let row = 0; row < a.rows; row++) {
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      const at = next[a.colIndices[entry]]++;
      colIndices[at] = row;
      values[at] = a.values[entry];
    }
  }
  return { format: "csr", rows: a.cols, cols: a.rows, rowOffsets, colIndices, values };
}

/**
 * The rows from `begin` up to `end`, as a matrix of their own: what is handed to one dispatch
 * where the whole does not fit. Columns and values are views of `a`; O(end − begin).
 *
 * @param a The matrix.
 * @param begin The first row.
 * @param end The row after the last, from `begin` to `a.rows`.
 * @throws {FormatError} If there are no such rows.
 *
 * @example The second row
 * ```ts
 * import { csrFromDense, dense, sliceRows } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([1, 2, 0, 3])));
 * assert.deepEqual(sliceRows(a, 1, 2), csrFromDense(dense(1, 2, new Float32Array([0, 3]))));
 * ```
 */
export function sliceRows(a: Csr, begin: number, end: number): Csr {
  if (!Number.isInteger(begin) || !Number.isInteger(end) || begin < 0 || end < begin) {
    const rule = "begin and end must be rows in order";
    throw cannot("slice rows", "csr", "range", rule, `${begin} to ${end}`);
  }
  if (end > a.rows) {
    throw cannot("slice rows", "csr", "range", `end must be at most ${a.rows}`, end);
  }
  const first = a.rowOffsets[begin];
  const last = a.rowOffsets[end];
  return {
    format: "csr",
    rows: end - begin,
    cols: a.cols,
    rowOffsets: a.rowOffsets.slice(begin, end + 1).map((offset) => offset - first),
    colIndices: a.colIndices.subarray(first, last),
    values: a.values.subarray(first, last),
  };
}

/**
 * Some rows of a matrix, in any order, as a matrix of their own; O(rows + their non-zeros).
 *
 * @param a The matrix.
 * @param rows Which rows; each below `a.rows`, none needs to be there once only.
 *
 * @example The last row, then the first
 * ```ts
 * import { csrFromDense, dense, takeRows } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(3, 1, new Float32Array([1, 2, 3])));
 * assert.deepEqual([...takeRows(a, Uint32Array.of(2, 0)).values], [3, 1]);
 * ```
 */
export function takeRows(a: Csr, rows: Uint32Array): Csr {
  const rowOffsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, i) => {
    rowOffsets[i + 1] = rowOffsets[i] + a.rowOffsets[row + 1] - a.rowOffsets[row];
  });
  const colIndices = new Uint32Array(rowOffsets[rows.length]);
  const values = new Float32Array(rowOffsets[rows.length]);
  rows.forEach((row, i) => {
    const [begin, end] = [a.rowOffsets[row], a.rowOffsets[row + 1]];
    colIndices.set(a.colIndices.subarray(begin, end), rowOffsets[i]);
    values.set(a.values.subarray(begin, end), rowOffsets[i]);
  });
  return { format: "csr", rows: rows.length, cols: a.cols, rowOffsets, colIndices, values };
}
