import {
  broken,
  checkCount,
  checkLength,
  checkOffsets,
  checkOption,
  checkShape,
} from "./checks.ts";
import type { Csr } from "./csr.ts";
import { prefixSum } from "./prefix_sum.ts";

/**
 * SELL-C-σ, sliced ELLPACK (Kreutzer, Hager, Wellein, Fehske, Bishop, SIAM J. Sci. Comput. 2014):
 * within windows of σ rows the rows are sorted by length, longest first; slices of C rows are padded
 * to their longest row and stored column by column, so that C lanes that walk C rows read side by
 * side.
 *
 * ```text
 *        . a . .      C = 2, σ = 4      slice 0   lane 0: b c d     slice 1   lane 0: a
 *        b . c d      rows sorted:                lane 1: e f *               lane 1: *
 *        . . . .      1 3 0 2
 *        e . f .                        stored    b e | c f | d *             a *      (* padding)
 *                     sliceOffsets  0 6 8         column by column in the slice
 * ```
 *
 * Invariants, checked by {@linkcode checkSell}:
 * - there are ⌈rows / C⌉ slices; `sliceOffsets` has one element more, starts at 0, and each slice
 *   takes C times the length of its longest row;
 * - `rowOrder` is a permutation of the rows that moves none out of its window of σ, and
 *   `rowLengths[p]` is the length of the row at position p; lengths never rise within a window;
 * - the j-th entry of the row at position p = s·C + lane is element `sliceOffsets[s] + j·C + lane`
 *   of `colIndices` and `values`, its columns strictly ascending and below `cols`;
 * - every other element is padding: column 0 and value +0.
 *
 * A kernel may multiply by the padding where B is finite, and must stop at `rowLengths` where it is
 * not known to be.
 */
export interface Sell {
  /** Tells this format from the others. */
  readonly format: "sell";
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** C, the rows of a slice. */
  readonly sliceHeight: number;
  /** σ, the rows that are sorted among themselves. */
  readonly sortWindow: number;
  /** Where each slice begins among the elements, and where the last ends. */
  readonly sliceOffsets: Uint32Array<ArrayBufferLike>;
  /** The row at each position. */
  readonly rowOrder: Uint32Array<ArrayBufferLike>;
  /** The length of the row at each position. */
  readonly rowLengths: Uint32Array<ArrayBufferLike>;
  /** The column of each element, padding included. */
  readonly colIndices: Uint32Array<ArrayBufferLike>;
  /** The value of each element, padding included. */
  readonly values: Float32Array<ArrayBufferLike>;
}

/** How {@linkcode sellFromCsr} cuts and sorts. */
export interface SellOptions {
  /** C, from 1 to 65536; 32, the lanes of a warp, where absent. */
  readonly sliceHeight?: number;
  /** σ, from 1 (rows keep their order); 8·C where absent. */
  readonly sortWindow?: number;
}

/**
 * Encodes as SELL-C-σ; O(elements + rows · lg σ).
 *
 * @param a The matrix.
 * @param options Slice height and sorting window.
 * @throws {FormatError} If C or σ is out of range, or the padding overflows u32 offsets.
 *
 * @example A short row beside a long one
 * ```ts
 * import { csrFromDense, dense, sellFromCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 3, new Float32Array([0, 7, 0, 1, 2, 3])));
 * const slices = sellFromCsr(a, { sliceHeight: 2 });
 * assert.deepEqual([...slices.rowOrder], [1, 0]);
 * assert.deepEqual([...slices.values], [1, 7, 2, 0, 3, 0]);
 * ```
 */
export function sellFromCsr(a: Csr, options: SellOptions = {}): Sell {
  const { sliceHeight = 32, sortWindow = 8 * sliceHeight } = options;
  checkOption("sell", "C, the slice height,", sliceHeight, 1, 65_536);
  checkOption("sell", "σ, the sorting window,", sortWindow, 1);
  const rowOrder = orderByLength(a, sortWindow);
  const rowLengths = rowOrder.map((row) => a.rowOffsets[row + 1] - a.rowOffsets[row]);
  const sliceOffsets = sliceOffsetsOf(rowLengths, sliceHeight);
  const elements = sliceOffsets[sliceOffsets.length - 1];
  const colIndices = new Uint32Array(elements);
  const values = new Float32Array(elements);
  rowOrder.forEach((row, position) => {
    let at = elementAt(sliceOffsets, sliceHeight, position);
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      colIndices[at] = a.colIndices[entry];
      values[at] = a.values[entry];
      at += sliceHeight;
    }
  });
  return {
    format: "sell",
    rows: a.rows,
    cols: a.cols,
    sliceHeight,
    sortWindow,
    sliceOffsets,
    rowOrder,
    rowLengths,
    colIndices,
    values,
  };
}

/** Longest first within each window; rows of one length keep their order. */
function orderByLength(a: Csr, sortWindow: number): Uint32Array<ArrayBuffer> {
  const order = new Uint32Array(a.rows).map((_, row) => row);
  const length = (row: number) => a.rowOffsets[row + 1] - a.rowOffsets[row];
  for (let begin = 0; begin < a.rows; begin += sortWindow) {
    order.subarray(begin, begin + sortWindow).sort((r, s) => length(s) - length(r) || r - s);
  }
  return order;
}

function sliceOffsetsOf(rowLengths: Uint32Array, sliceHeight: number): Uint32Array<ArrayBuffer> {
  const widths = new Uint32Array(Math.ceil(rowLengths.length / sliceHeight));
  rowLengths.forEach((length, position) => {
    const slice = Math.floor(position / sliceHeight);
    widths[slice] = Math.max(widths[slice], length);
  });
  const offsets = new Uint32Array(widths.length + 1);
  widths.forEach((width, slice) => {
    checkCount("sell", "elements of a slice", width * sliceHeight);
    offsets[slice + 1] = width * sliceHeight;
  });
  prefixSum("sell", offsets);
  return offsets;
}

/** Where the first entry of the row at a position stands. */
function elementAt(sliceOffsets: Uint32Array, sliceHeight: number, position: number): number {
  return sliceOffsets[Math.floor(position / sliceHeight)] + position % sliceHeight;
}

/**
 * Decodes SELL-C-σ; O(nnz + rows).
 *
 * @param a The matrix.
 *
 * @example There and back
 * ```ts
 * import { csrFromDense, csrFromSell, dense, sellFromCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 3, new Float32Array([1, 0, 2, 0, 3, 0])));
 * assert.deepEqual(csrFromSell(sellFromCsr(a, { sliceHeight: 4 })), a);
 * ```
 */
export function csrFromSell(a: Sell): Csr {
  const rowOffsets = new Uint32Array(a.rows + 1);
  a.rowOrder.forEach((row, position) => {
    rowOffsets[row + 1] = a.rowLengths[position];
  });
  prefixSum("csr", rowOffsets);
  const colIndices = new Uint32Array(rowOffsets[a.rows]);
  const values = new Float32Array(rowOffsets[a.rows]);
  a.rowOrder.forEach((row, position) => {
    let at = elementAt(a.sliceOffsets, a.sliceHeight, position);
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      colIndices[entry] = a.colIndices[at];
      values[entry] = a.values[at];
      at += a.sliceHeight;
    }
  });
  return { format: "csr", rows: a.rows, cols: a.cols, rowOffsets, colIndices, values };
}

/**
 * Checks the invariants of {@linkcode Sell}; O(elements + rows).
 *
 * @param a The matrix to check.
 * @throws {FormatError} At the first invariant that is broken, naming row and element.
 *
 * @example Padding that is not zero
 * ```ts
 * import { checkSell, csrFromDense, dense, FormatError, sellFromCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = sellFromCsr(csrFromDense(dense(1, 1, new Float32Array([5]))), { sliceHeight: 2 });
 * checkSell(a);
 * assert.throws(() => checkSell({ ...a, values: new Float32Array([5, 1]) }), FormatError);
 * ```
 */
export function checkSell(a: Sell): void {
  checkShape("sell", a.rows, a.cols);
  checkCount("sell", "elements", a.values.length);
  checkOption("sell", "C, the slice height,", a.sliceHeight, 1, 65_536);
  checkOption("sell", "σ, the sorting window,", a.sortWindow, 1);
  checkLength("sell", "rowOrder", a.rowOrder.length, a.rows);
  checkLength("sell", "rowLengths", a.rowLengths.length, a.rows);
  checkLength("sell", "colIndices", a.colIndices.length, a.values.length);
  const slices = Math.ceil(a.rows / a.sliceHeight);
  checkOffsets("sell", "sliceOffsets", a.sliceOffsets, slices, a.values.length);
  checkRowOrder(a);
  checkSliceWidths(a);
  for (let position = 0; position < slices * a.sliceHeight; position++) checkLane(a, position);
}

function checkRowOrder({ rows, rowOrder, rowLengths, sortWindow }: Sell): void {
  const seen = new Uint8Array(rows);
  rowOrder.forEach((row, position) => {
    const windowBegin = position - position % sortWindow;
    const windowEnd = Math.min(rows, windowBegin + sortWindow);
    if (row < windowBegin || row >= windowEnd || seen[row] === 1) {
      const rule =
        `position ${position} must hold a row from ${windowBegin} to ${windowEnd - 1}, ` +
        "each once";
      throw broken("sell", "permutation", rule, row, { position });
    }
    seen[row] = 1;
    if (position > windowBegin && rowLengths[position] > rowLengths[position - 1]) {
      const rule = `lengths must not rise within a window of ${sortWindow}`;
      throw broken("sell", "order", rule, `${rowLengths[position]} at ${position}`, { position });
    }
  });
}

function checkSliceWidths(a: Sell): void {
  sliceOffsetsOf(a.rowLengths, a.sliceHeight).forEach((offset, slice) => {
    if (offset !== a.sliceOffsets[slice]) {
      const rule = `slice ${slice} must begin at ${offset}, C times the longest rows before it`;
      throw broken("sell", "offsets", rule, a.sliceOffsets[slice], { slice });
    }
  });
}

/** Walks down one lane of a slice: the entries of its row, then padding. */
function checkLane(a: Sell, position: number): void {
  const end = a.sliceOffsets[Math.floor(position / a.sliceHeight) + 1];
  let last = -1;
  let left = position < a.rows ? a.rowLengths[position] : 0;
  for (let at = elementAt(a.sliceOffsets, a.sliceHeight, position); at < end; at += a.sliceHeight) {
    if (left-- > 0) last = checkedColumn(a, at, last);
    else checkPadding(a, at);
  }
}

function checkedColumn({ cols, colIndices }: Sell, at: number, last: number): number {
  const column = colIndices[at];
  if (column >= cols) {
    throw broken("sell", "range", `columns must be below ${cols}`, column, { element: at });
  }
  if (column <= last) {
    const fault = column === last ? "duplicate" : "order";
    const rule = "columns of a row must be strictly ascending";
    throw broken("sell", fault, rule, `${column} after ${last}`, { element: at });
  }
  return column;
}

function checkPadding({ colIndices, values }: Sell, at: number): void {
  if (colIndices[at] !== 0 || !Object.is(values[at], 0)) {
    const received = `column ${colIndices[at]}, value ${values[at]}`;
    throw broken("sell", "padding", "padding must be column 0, value +0", received, {
      element: at,
    });
  }
}
