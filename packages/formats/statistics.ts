import { unfit } from "./checks.ts";
import { isBlockSize } from "./csb.ts";
import type { Csr } from "./csr.ts";
import { indexBits } from "./radix_sort.ts";

/** How the entries are spread over the rows of a matrix. */
export interface RowStatistics {
  /** Stored entries, explicit zeros included. */
  readonly nnz: number;
  /** Entries per element, 0 to 1; 0 for a matrix without elements. */
  readonly density: number;
  /** Mean entries per row. */
  readonly mean: number;
  /** Standard deviation of the entries per row. */
  readonly deviation: number;
  /** Deviation over mean, 0 where the mean is 0: the evenness that DLMC's own statistics give. */
  readonly variation: number;
  /** Entries of the shortest row. */
  readonly min: number;
  /** Entries of the longest row. */
  readonly max: number;
  /** Rows without entries. */
  readonly empty: number;
  /** Longest row over mean, 0 where the mean is 0: by how much a row per worker is out of balance. */
  readonly imbalance: number;
}

/**
 * The entries of every row; O(rows).
 *
 * @param a The matrix.
 *
 * @example Three rows
 * ```ts
 * import { randomCsr, rowLengths } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 3, cols: 8, rowLengths: [8, 0, 2], seed: 1 });
 * assert.deepEqual([...rowLengths(a)], [8, 0, 2]);
 * ```
 */
export function rowLengths(a: Csr): Uint32Array<ArrayBuffer> {
  const lengths = new Uint32Array(a.rows);
  for (let row = 0; row < a.rows; row++) lengths[row] = a.rowOffsets[row + 1] - a.rowOffsets[row];
  return lengths;
}

/**
 * The entries of every column: the rows of the transpose, without making it; O(nnz + cols).
 *
 * @param a The matrix.
 *
 * @example Two columns
 * ```ts
 * import { columnLengths, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([5, 0, 7, 9])));
 * assert.deepEqual([...columnLengths(a)], [2, 1]);
 * ```
 */
export function columnLengths(a: Csr): Uint32Array<ArrayBuffer> {
  const lengths = new Uint32Array(a.cols);
  for (const column of a.colIndices) lengths[column]++;
  return lengths;
}

/**
 * Rows by decreasing length, rows of one length in the order in which they stand. A counting sort:
 * O(rows + longest row).
 *
 * @param lengths Entries of each row.
 *
 * @example Rows of one, three and two entries
 * ```ts
 * import { orderByLength } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...orderByLength(Uint32Array.of(1, 3, 2, 3))], [1, 3, 2, 0]);
 * ```
 */
export function orderByLength(lengths: Uint32Array): Uint32Array<ArrayBuffer> {
  // By index here and below: a plan counts rows once, before loops over iterators are compiled away.
  const rows = lengths.length;
  let longest = 0;
  for (let row = 0; row < rows; row++) {
    if (lengths[row] > longest) longest = lengths[row];
  }
  // Where the next row goes, by how much shorter it is than the longest.
  const next = new Uint32Array(longest + 2);
  for (let row = 0; row < rows; row++) next[longest - lengths[row] + 1]++;
  for (let shorter = 0; shorter <= longest; shorter++) next[shorter + 1] += next[shorter];
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[next[longest - lengths[row]]++] = row;
  return order;
}

/**
 * How evenly the entries are spread over the rows: what a choice of kernel goes by; O(rows).
 *
 * @param a The matrix.
 *
 * @example One row has everything
 * ```ts
 * import { randomCsr, rowStatistics } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const { empty, imbalance } = rowStatistics(
 *   randomCsr({ rows: 4, cols: 8, rowLengths: [0, 8, 0, 0], seed: 1 }),
 * );
 * assert.deepEqual({ empty, imbalance }, { empty: 3, imbalance: 4 });
 * ```
 */
export function rowStatistics(a: Csr): RowStatistics {
  return lengthStatistics(rowLengths(a), a.cols);
}

/**
 * As {@linkcode rowStatistics}, of the transpose, which is not made; O(nnz + cols).
 *
 * @param a The matrix.
 *
 * @example One column has everything
 * ```ts
 * import { columnStatistics, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([5, 0, 7, 0])));
 * assert.equal(columnStatistics(a).imbalance, 2);
 * ```
 */
export function columnStatistics(a: Csr): RowStatistics {
  return lengthStatistics(columnLengths(a), a.rows);
}

function lengthStatistics(lengths: Uint32Array, across: number): RowStatistics {
  const rows = lengths.length;
  let nnz = 0;
  for (let row = 0; row < rows; row++) nnz += lengths[row];
  const mean = ratio(nnz, rows);
  let squares = 0;
  let min = rows === 0 ? 0 : Infinity;
  let max = 0;
  let empty = 0;
  for (let row = 0; row < rows; row++) {
    const length = lengths[row];
    const off = length - mean;
    squares += off * off;
    if (length < min) min = length;
    if (length > max) max = length;
    if (length === 0) empty += 1;
  }
  const deviation = Math.sqrt(ratio(squares, rows));
  return {
    nnz,
    density: ratio(mean, across),
    mean,
    deviation,
    variation: ratio(deviation, mean),
    min,
    max,
    empty,
    imbalance: ratio(max, mean),
  };
}

/** How the entries are spread over square blocks. */
export interface BlockStatistics {
  /** Blocks that cover the matrix. */
  readonly blocks: number;
  /** Blocks with an entry. */
  readonly occupied: number;
  /** Mean entries of an occupied block; 0 where there is none. */
  readonly mean: number;
  /** Entries of the fullest block. */
  readonly max: number;
  /** Fullest block row over mean block row, 0 where there are no entries. */
  readonly blockRowImbalance: number;
}

/**
 * How full β×β blocks would be; O(nnz + blocks).
 *
 * @param a The matrix.
 * @param blockSize β, a power of two from 1 to 65536.
 * @throws {FormatError} If β is not.
 *
 * @example One of two blocks
 * ```ts
 * import { blockStatistics, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 4, new Float32Array([1, 2, 0, 0, 0, 0, 0, 0])));
 * const { blocks, occupied, mean } = blockStatistics(a, 2);
 * assert.deepEqual({ blocks, occupied, mean }, { blocks: 2, occupied: 1, mean: 2 });
 * ```
 */
export function blockStatistics(a: Csr, blockSize: number): BlockStatistics {
  if (!isBlockSize(blockSize)) {
    throw unfit("csb", "option", "β must be a power of two from 1 to 65536", blockSize);
  }
  const bits = indexBits(blockSize);
  const blockRows = Math.ceil(a.rows / blockSize);
  const blockCols = Math.ceil(a.cols / blockSize);
  let occupied = 0;
  let max = 0;
  let fullestRow = 0;
  for (let blockRow = 0; blockRow < blockRows; blockRow++) {
    const begin = a.rowOffsets[blockRow * blockSize];
    const end = a.rowOffsets[Math.min(a.rows, (blockRow + 1) * blockSize)];
    const counts = new Uint32Array(blockCols);
    for (let entry = begin; entry < end; entry++) {
      const count = ++counts[a.colIndices[entry] >>> bits];
      if (count === 1) occupied++;
      max = Math.max(max, count);
    }
    fullestRow = Math.max(fullestRow, end - begin);
  }
  return {
    blocks: blockRows * blockCols,
    occupied,
    mean: ratio(a.values.length, occupied),
    max,
    blockRowImbalance: ratio(fullestRow, ratio(a.values.length, blockRows)),
  };
}

/** A quotient, 0 where there is nothing to divide by. */
function ratio(dividend: number, divisor: number): number {
  return divisor === 0 ? 0 : dividend / divisor;
}
