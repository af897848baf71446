/**
 * Splits rows over parts so that each gets an equal share of the work, and stays the same for the
 * same matrix. A row weighs its non-zeros plus one, for storing its row of C, so that long runs of
 * empty rows are shared out too.
 *
 * ```text
 *   non-zeros a row   3 0 1 9 2 1   ->   parts 2:   rows 0..3 (weight 7)   rows 3..6 (weight 15)
 * ```
 *
 * A row is never cut, so each row of C is summed by one thread, in one order, however many threads
 * there are. O(parts · log rows).
 *
 * @param rowOffsets CSR row offsets, `rows + 1` of them (or block-row offsets of CSB, or the work before
 * each of some tasks).
 * @param parts How many parts; at least 1.
 * @returns `parts + 1` row numbers: part p is rows `bounds[p]..bounds[p + 1]`.
 *
 * @example Two parts of four equal rows
 * ```ts
 * import { splitByNonZeros } from "@spmm/wasm";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...splitByNonZeros(new Uint32Array([0, 2, 4, 6, 8]), 2)], [0, 2, 4]);
 * ```
 */
export function splitByNonZeros(
  rowOffsets: ArrayLike<number>,
  parts: number,
): Uint32Array<ArrayBuffer> {
  const rows = rowOffsets.length - 1;
  const total = weightBefore(rowOffsets, rows);
  const bounds = new Uint32Array(parts + 1);
  bounds[parts] = rows;
  for (let part = 1; part < parts; part += 1) {
    bounds[part] = nearestRow(rowOffsets, (total * part) / parts);
  }
  return bounds;
}

function weightBefore(rowOffsets: ArrayLike<number>, row: number): number {
  return rowOffsets[row] - rowOffsets[0] + row;
}

/** The row boundary whose weight is nearest to the target: the weights ascend strictly. */
function nearestRow(rowOffsets: ArrayLike<number>, target: number): number {
  let low = 0;
  let high = rowOffsets.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (weightBefore(rowOffsets, middle) < target) low = middle + 1;
    else high = middle;
  }
  const over = weightBefore(rowOffsets, low) - target;
  const under = low === 0 ? Infinity : target - weightBefore(rowOffsets, low - 1);
  return under < over ? low - 1 : low;
}
