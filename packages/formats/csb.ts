import { readBits, wordCount } from "./bit_stream.ts";
import { broken, cannot, checkCount, checkLength, checkOffsets, checkShape } from "./checks.ts";
import { mortonCode } from "./morton.ts";
import { indexBits } from "./radix_sort.ts";

/**
 * Compressed sparse blocks (Buluç, Fineman, Frigo, Gilbert, Leiserson, SPAA 2009 §3): β×β blocks,
 * row by row, and within a block indices of lg β bits for the row and as many for the column. It
 * has no major direction: A·B walks block rows, Aᵀ·B walks block columns, and both read the same
 * arrays equally fast.
 *
 * ```text
 *        β = 2      block pointers  0   2 2   3   (blocks row by row, one more than blocks)
 *      a . | . .
 *      b . | c .    entry           a     b       c
 *      ----+----    in-block        0,0   1,0     1,0
 *      . . | . .    packed          00    10      10   (row bits above column bits)
 *      . d | . .
 *                   Z-Morton order in a block:  0 1
 *                                               2 3, in every quadrant and every quarter of it
 * ```
 *
 * Invariants, checked by {@linkcode checkCsb}:
 * - `blockSize` is a power of two, from 1 to 65536;
 * - `blockPointers` has one element per block and one more (blocks that stick out at the right and
 *   at the bottom count in full), starts at 0, never falls and ends at the number of non-zeros;
 * - entry i of `indices` takes the bits from i·w up to (i + 1)·w of the stream, w = 2·lg β, low bits
 *   of a word first, and reads `row << lg β | column`; bits past the last entry are 0;
 * - the entries of a block lie within the matrix and strictly ascend in `order`.
 */
export interface Csb {
  /** Tells this format from the others. */
  readonly format: "csb";
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** β, the rows and the columns of a block. */
  readonly blockSize: number;
  /**
   * How entries follow each other in a block: along the Z-Morton curve, or row by row. In either,
   * the columns of a row and the rows of a column ascend.
   */
  readonly order: CsbOrder;
  /** Where each block begins among the entries, and where the last ends. */
  readonly blockPointers: Uint32Array<ArrayBufferLike>;
  /** The rows and columns within blocks, packed. */
  readonly indices: Uint32Array<ArrayBufferLike>;
  /** The value of each entry. */
  readonly values: Float32Array<ArrayBufferLike>;
}

/** Orders of the entries in a block of {@linkcode Csb}. */
export type CsbOrder = "morton" | "row";

/** What determines the blocks of {@linkcode Csb}. */
export type CsbShape = Pick<Csb, "rows" | "cols" | "blockSize">;

/** The largest β: row and column in a block fit 16 bits each. */
export const MAX_BLOCK_SIZE = 65_536;

/** The rows and columns of blocks. */
export interface CsbGrid {
  /** Blocks above each other, ⌈rows / β⌉. */
  readonly blockRows: number;
  /** Blocks beside each other, ⌈cols / β⌉. */
  readonly blockCols: number;
}

/**
 * How many blocks there are; block (i, j) has the number `i * blockCols + j`.
 *
 * @param a The matrix, or its shape and block size.
 *
 * @example A matrix that three blocks cover
 * ```ts
 * import { csbGrid } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(csbGrid({ rows: 4, cols: 9, blockSize: 4 }), { blockRows: 1, blockCols: 3 });
 * ```
 */
export function csbGrid({ rows, cols, blockSize }: CsbShape): CsbGrid {
  return { blockRows: Math.ceil(rows / blockSize), blockCols: Math.ceil(cols / blockSize) };
}

/**
 * Bits of a packed index: lg β for the row and lg β for the column.
 *
 * @param blockSize β.
 *
 * @example Blocks of 256 take 16 bits
 * ```ts
 * import { csbIndexBits } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * assert.equal(csbIndexBits(256), 16);
 * ```
 */
export function csbIndexBits(blockSize: number): number {
  return 2 * indexBits(blockSize);
}

/** The part of the matrix that a block covers, cut off at the matrix's edges. */
export interface CsbBlockExtent {
  /** The first row. */
  readonly rowBegin: number;
  /** The row after the last. */
  readonly rowEnd: number;
  /** The first column. */
  readonly colBegin: number;
  /** The column after the last. */
  readonly colEnd: number;
}

/**
 * The rows and columns of a block.
 *
 * @param a The matrix, or its shape and block size.
 * @param block The block's number.
 *
 * @example The last block sticks out
 * ```ts
 * import { csbBlockExtent } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const extent = csbBlockExtent({ rows: 4, cols: 9, blockSize: 4 }, 2);
 * assert.deepEqual(extent, { rowBegin: 0, rowEnd: 4, colBegin: 8, colEnd: 9 });
 * ```
 */
export function csbBlockExtent(a: CsbShape, block: number): CsbBlockExtent {
  const { blockCols } = csbGrid(a);
  const rowBegin = Math.floor(block / blockCols) * a.blockSize;
  const colBegin = (block % blockCols) * a.blockSize;
  return {
    rowBegin,
    rowEnd: Math.min(a.rows, rowBegin + a.blockSize),
    colBegin,
    colEnd: Math.min(a.cols, colBegin + a.blockSize),
  };
}

/**
 * The packed index of an entry, `row << lg β | column` within its block: what a kernel reads.
 *
 * @param a The matrix.
 * @param entry The entry's number.
 *
 * @example Row 1, column 0 of a block of 2
 * ```ts
 * import { csbFromCsr, csbLocalIndex, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([0, 0, 5, 0])));
 * assert.equal(csbLocalIndex(csbFromCsr(a, { blockSize: 2 }), 0), 0b10);
 * ```
 */
export function csbLocalIndex(a: Csb, entry: number): number {
  return readBits(a.indices, csbIndexBits(a.blockSize), entry);
}

/** An entry with its place in the matrix. */
export interface CsbEntry {
  /** The row in the matrix. */
  readonly row: number;
  /** The column in the matrix. */
  readonly col: number;
  /** The value. */
  readonly value: number;
}

/**
 * An entry with its place in the matrix; O(lg blocks), to find the block.
 *
 * @param a The matrix.
 * @param entry The entry's number.
 * @throws {FormatError} If there is no such entry.
 *
 * @example The only entry
 * ```ts
 * import { csbEntry, csbFromCsr, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csbFromCsr(csrFromDense(dense(1, 3, new Float32Array([0, 0, 5]))), { blockSize: 2 });
 * assert.deepEqual(csbEntry(a, 0), { row: 0, col: 2, value: 5 });
 * ```
 */
export function csbEntry(a: Csb, entry: number): CsbEntry {
  if (!Number.isInteger(entry) || entry < 0 || entry >= a.values.length) {
    const rule = `there are ${a.values.length} entries, numbered from 0`;
    throw cannot("read a CSB entry", "csb", "range", rule, entry);
  }
  return placed(a, csbBlockExtent(a, blockOf(a, entry)), entry);
}

/**
 * The entries of a block in the order they are stored.
 *
 * @param a The matrix.
 * @param block The block's number.
 *
 * @example A full block along the Z
 * ```ts
 * import { csbBlockEntries, csbFromCsr, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([1, 2, 3, 4])));
 * const entries = [...csbBlockEntries(csbFromCsr(a, { blockSize: 2 }), 0)];
 * assert.deepEqual(entries.map(({ value }) => value), [1, 2, 3, 4]);
 * ```
 */
export function* csbBlockEntries(a: Csb, block: number): Generator<CsbEntry, void, undefined> {
  const extent = csbBlockExtent(a, block);
  for (let entry = a.blockPointers[block]; entry < a.blockPointers[block + 1]; entry++) {
    yield placed(a, extent, entry);
  }
}

function placed(a: Csb, { rowBegin, colBegin }: CsbBlockExtent, entry: number): CsbEntry {
  const index = csbLocalIndex(a, entry);
  return {
    row: rowBegin + (index >>> indexBits(a.blockSize)),
    col: colBegin + (index & (a.blockSize - 1)),
    value: a.values[entry],
  };
}

/** The last block that begins at or before the entry. */
function blockOf({ blockPointers }: Csb, entry: number): number {
  let block = 0;
  let beyond = blockPointers.length - 1;
  while (beyond - block > 1) {
    const middle = Math.floor((block + beyond) / 2);
    if (blockPointers[middle] <= entry) block = middle;
    else beyond = middle;
  }
  return block;
}

/**
 * Checks the invariants of {@linkcode Csb}; O(nnz + blocks).
 *
 * @param a The matrix to check.
 * @throws {FormatError} At the first invariant that is broken, naming block and entry.
 *
 * @example A block size that is no power of two
 * ```ts
 * import { checkCsb, csbFromCsr, csrFromDense, dense, FormatError } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csbFromCsr(csrFromDense(dense(2, 2)), { blockSize: 2 });
 * assert.throws(() => checkCsb({ ...a, blockSize: 3 }), FormatError);
 * ```
 */
export function checkCsb(a: Csb): void {
  checkShape("csb", a.rows, a.cols);
  checkCount("csb", "non-zeros", a.values.length);
  if (!isBlockSize(a.blockSize)) {
    throw broken("csb", "option", "β must be a power of two from 1 to 65536", a.blockSize);
  }
  if (a.order !== "morton" && a.order !== "row") {
    throw broken("csb", "option", "order must be morton or row", String(a.order));
  }
  const { blockRows, blockCols } = csbGrid(a);
  const words = wordCount(a.values.length, csbIndexBits(a.blockSize));
  checkLength("csb", "indices", a.indices.length, words);
  checkOffsets("csb", "blockPointers", a.blockPointers, blockRows * blockCols, a.values.length);
  for (let block = 0; block < blockRows * blockCols; block++) checkBlock(a, block);
  checkTail(a);
}

/** Whether β is a power of two that indices can be packed for. */
export function isBlockSize(blockSize: number): boolean {
  return Number.isInteger(blockSize) && blockSize >= 1 && blockSize <= MAX_BLOCK_SIZE &&
    (blockSize & (blockSize - 1)) === 0;
}

function checkBlock(a: Csb, block: number): void {
  const extent = csbBlockExtent(a, block);
  let last = -1;
  for (let entry = a.blockPointers[block]; entry < a.blockPointers[block + 1]; entry++) {
    const { row, col } = placed(a, extent, entry);
    const where = { block, entry };
    if (row >= extent.rowEnd || col >= extent.colEnd) {
      const rule = `entries of block ${block} must be within ${extent.rowEnd}x${extent.colEnd}`;
      throw broken("csb", "range", rule, `(${row}, ${col})`, where);
    }
    const index = csbLocalIndex(a, entry);
    const rank = a.order === "row"
      ? index
      : mortonCode(row - extent.rowBegin, col - extent.colBegin);
    if (rank <= last) {
      const rule = `entries of block ${block} must strictly ascend in ${a.order} order`;
      throw broken(
        "csb",
        rank === last ? "duplicate" : "order",
        rule,
        `${rank} after ${last}`,
        where,
      );
    }
    last = rank;
  }
}

function checkTail(a: Csb): void {
  const bits = (a.values.length * csbIndexBits(a.blockSize)) % 32;
  if (bits !== 0 && a.indices[a.indices.length - 1] >>> bits !== 0) {
    throw broken("csb", "padding", "bits past the last entry must be 0", "others");
  }
}
