import { broken, checkCount, checkLength, checkShape } from "./checks.ts";
import type { Csr } from "./csr.ts";

/**
 * Coordinates: a list of entries, the form in which matrices are read and put together.
 *
 * ```text
 *        . a .      rowIndices  0 1 1
 *        b . c      colIndices  1 2 0      any order
 *                   values      a c b
 * ```
 *
 * Invariants, checked by {@linkcode checkCoo}:
 * - `rowIndices`, `colIndices` and `values` have one element per entry;
 * - row indices are below `rows`, column indices below `cols`.
 *
 * Entries stand in any order, and a position may stand more than once: `csrFromCoo` puts them in
 * order and decides about duplicates.
 */
export interface Coo {
  /** Tells this format from the others. */
  readonly format: "coo";
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** The row of each entry. */
  readonly rowIndices: Uint32Array<ArrayBufferLike>;
  /** The column of each entry. */
  readonly colIndices: Uint32Array<ArrayBufferLike>;
  /** The value of each entry. */
  readonly values: Float32Array<ArrayBufferLike>;
}

/**
 * Checks the invariants of {@linkcode Coo}; O(nnz).
 *
 * @param a The matrix to check.
 * @throws {FormatError} At the first invariant that is broken, naming the entry.
 *
 * @example A column that is not there
 * ```ts
 * import { checkCoo, type Coo, FormatError } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a: Coo = {
 *   format: "coo",
 *   rows: 1,
 *   cols: 2,
 *   rowIndices: new Uint32Array([0]),
 *   colIndices: new Uint32Array([2]),
 *   values: new Float32Array([0.5]),
 * };
 * assert.throws(() => checkCoo(a), FormatError);
 * ```
 */
export function checkCoo(a: Coo): void {
  checkShape("coo", a.rows, a.cols);
  checkCount("coo", "entries", a.values.length);
  checkLength("coo", "rowIndices", a.rowIndices.length, a.values.length);
  checkLength("coo", "colIndices", a.colIndices.length, a.values.length);
  checkIndices("row", a.rowIndices, a.rows);
  checkIndices("column", a.colIndices, a.cols);
}

function checkIndices(what: string, indices: Uint32Array, bound: number): void {
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] >= bound) {
      const rule = `the ${what} of entry ${i} must be below ${bound}`;
      throw broken("coo", "range", rule, indices[i], { entry: i });
    }
  }
}

/**
 * Writes out the row of every entry; O(nnz + rows). Entries come row by row, columns ascending.
 *
 * @param a The matrix; its columns and values are shared, not copied.
 *
 * @example Every entry names its row
 * ```ts
 * import { cooFromCsr, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([0, 3, 4, 5])));
 * assert.deepEqual([...cooFromCsr(a).rowIndices], [0, 1, 1]);
 * ```
 */
export function cooFromCsr(a: Csr): Coo {
  const rowIndices = new Uint32Array(a.values.length);
  for (let row = 0; row < a.rows; row++) {
    rowIndices.fill(row, a.rowOffsets[row], a.rowOffsets[row + 1]);
  }
  const { rows, cols, colIndices, values } = a;
  return { format: "coo", rows, cols, rowIndices, colIndices, values };
}
