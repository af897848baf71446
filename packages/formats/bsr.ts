import { readBits, wordCount } from "./bit_stream.ts";
import {
  broken,
  checkCount,
  checkLength,
  checkOffsets,
  checkOption,
  checkSegments,
  checkShape,
} from "./checks.ts";
import type { Csr } from "./csr.ts";
import { prefixSum } from "./prefix_sum.ts";

/**
 * Block sparse rows: CSR of dense r×c blocks, for matrices whose entries stand together. Whatever a
 * block lacks is filled with zeros; a bit per element tells entries from filling, so that explicit
 * zeros come back.
 *
 * ```text
 *        a b | . .      r = c = 2       blockOffsets  0   1     3    (block rows + 1)
 *        . c | . .                      blockColumns  0   0 1
 *        ----+----                      values        a b 0 c   d 0 0 0   0 e f g
 *        d . | . e                      occupancy     1 1 0 1   1 0 0 0   0 1 1 1
 *        . . | f g                      (each block row by row)
 * ```
 *
 * Invariants, checked by {@linkcode checkBsr}:
 * - `blockOffsets` has ⌈rows / r⌉ + 1 elements, starts at 0, never falls and ends at the number of
 *   blocks; `blockColumns` has one element per block, strictly ascending within a block row and
 *   below ⌈cols / c⌉;
 * - `values` has r·c elements per block, row by row; `occupancy` as many bits, low bits of a word
 *   first;
 * - every block has an entry, no entry lies outside the matrix, and values without their bit, like
 *   bits past the last block, are +0.
 */
export interface Bsr {
  /** Tells this format from the others. */
  readonly format: "bsr";
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** r, the rows of a block. */
  readonly blockHeight: number;
  /** c, the columns of a block. */
  readonly blockWidth: number;
  /** Where each block row begins among the blocks, and where the last ends. */
  readonly blockOffsets: Uint32Array<ArrayBufferLike>;
  /** The block column of each block. */
  readonly blockColumns: Uint32Array<ArrayBufferLike>;
  /** The elements of each block, filling included. */
  readonly values: Float32Array<ArrayBufferLike>;
  /** One bit per element: 1 for an entry, 0 for filling. */
  readonly occupancy: Uint32Array<ArrayBufferLike>;
}

/** The blocks that {@linkcode bsrFromCsr} cuts. */
export interface BsrOptions {
  /** r, from 1 to 1024; 4 where absent. */
  readonly blockHeight?: number;
  /** c, from 1 to 1024; r where absent. */
  readonly blockWidth?: number;
}

const MAX_BLOCK_SIDE = 1024;

/**
 * Encodes as block sparse rows; O(nnz + rows + cols/c + filling).
 *
 * @param a The matrix.
 * @param options The size of a block.
 * @throws {FormatError} If a side is out of range, or the filling overflows u32 offsets.
 *
 * @example One block, half full
 * ```ts
 * import { bsrFromCsr, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 4, new Float32Array([0, 0, 1, 0, 0, 0, 0, 2])));
 * const blocks = bsrFromCsr(a, { blockHeight: 2 });
 * assert.deepEqual([...blocks.blockColumns], [1]);
 * assert.deepEqual([...blocks.values], [1, 0, 0, 2]);
 * assert.equal(blocks.occupancy[0], 0b1001);
 * ```
 */
export function bsrFromCsr(a: Csr, options: BsrOptions = {}): Bsr {
  const { blockHeight = 4, blockWidth = blockHeight } = options;
  checkOption("bsr", "the height of a block", blockHeight, 1, MAX_BLOCK_SIDE);
  checkOption("bsr", "the width of a block", blockWidth, 1, MAX_BLOCK_SIDE);
  const { blockOffsets, blockColumns } = findBlocks(a, blockHeight, blockWidth);
  const area = blockHeight * blockWidth;
  checkCount("bsr", "elements of all blocks", blockColumns.length * area);
  const values = new Float32Array(blockColumns.length * area);
  const occupancy = new Uint32Array(wordCount(values.length, 1));
  const blockOf = new Uint32Array(Math.ceil(a.cols / blockWidth));
  for (let row = 0; row < a.rows; row++) {
    const blockRow = Math.floor(row / blockHeight);
    if (row % blockHeight === 0) {
      const end = blockOffsets[blockRow + 1];
      for (let block = blockOffsets[blockRow]; block < end; block++) {
        blockOf[blockColumns[block]] = block;
      }
    }
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      const column = a.colIndices[entry];
      const block = blockOf[Math.floor(column / blockWidth)];
      const at = block * area + (row % blockHeight) * blockWidth + column % blockWidth;
      values[at] = a.values[entry];
      occupancy[at >>> 5] |= 1 << (at & 31);
    }
  }
  const { rows, cols } = a;
  const shape = { rows, cols, blockHeight, blockWidth };
  return { format: "bsr", ...shape, blockOffsets, blockColumns, values, occupancy };
}

/** The blocks of every block row that hold an entry, from left to right. */
function findBlocks(
  a: Csr,
  blockHeight: number,
  blockWidth: number,
): Pick<Bsr, "blockOffsets" | "blockColumns"> {
  const blockRows = Math.ceil(a.rows / blockHeight);
  const blockOffsets = new Uint32Array(blockRows + 1);
  const found: Uint32Array[] = [];
  const lastSeen = new Uint32Array(Math.ceil(a.cols / blockWidth));
  for (let blockRow = 0; blockRow < blockRows; blockRow++) {
    const begin = a.rowOffsets[blockRow * blockHeight];
    const end = a.rowOffsets[Math.min(a.rows, (blockRow + 1) * blockHeight)];
    const columns: number[] = [];
    for (let entry = begin; entry < end; entry++) {
      const column = Math.floor(a.colIndices[entry] / blockWidth);
      if (lastSeen[column] === blockRow + 1) continue;
      lastSeen[column] = blockRow + 1;
      columns.push(column);
    }
    found.push(Uint32Array.from(columns).sort());
    blockOffsets[blockRow + 1] = columns.length;
  }
  prefixSum("bsr", blockOffsets);
  const blockColumns = new Uint32Array(blockOffsets[blockRows]);
  found.forEach((columns, blockRow) => blockColumns.set(columns, blockOffsets[blockRow]));
  return { blockOffsets, blockColumns };
}

/**
 * Decodes block sparse rows; O(elements of all blocks).
 *
 * @param a The matrix.
 *
 * @example There and back
 * ```ts
 * import { bsrFromCsr, csrFromBsr, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 3, new Float32Array([1, 0, 2, 0, 3, 0])));
 * assert.deepEqual(csrFromBsr(bsrFromCsr(a)), a);
 * ```
 */
export function csrFromBsr(a: Bsr): Csr {
  const rowOffsets = new Uint32Array(a.rows + 1);
  for (let row = 0; row < a.rows; row++) {
    forEachEntryOfRow(a, row, () => rowOffsets[row + 1]++);
  }
  prefixSum("csr", rowOffsets);
  const colIndices = new Uint32Array(rowOffsets[a.rows]);
  const values = new Float32Array(rowOffsets[a.rows]);
  let entry = 0;
  for (let row = 0; row < a.rows; row++) {
    forEachEntryOfRow(a, row, (column, at) => {
      colIndices[entry] = column;
      values[entry++] = a.values[at];
    });
  }
  return { format: "csr", rows: a.rows, cols: a.cols, rowOffsets, colIndices, values };
}

function forEachEntryOfRow(
  a: Bsr,
  row: number,
  visit: (column: number, at: number) => void,
): void {
  const blockRow = Math.floor(row / a.blockHeight);
  for (let block = a.blockOffsets[blockRow]; block < a.blockOffsets[blockRow + 1]; block++) {
    const first = (block * a.blockHeight + row % a.blockHeight) * a.blockWidth;
    for (let i = 0; i < a.blockWidth; i++) {
      if (isEntry(a, first + i)) visit(a.blockColumns[block] * a.blockWidth + i, first + i);
    }
  }
}

function isEntry({ occupancy }: Bsr, at: number): boolean {
  return readBits(occupancy, 1, at) === 1;
}

/**
 * Checks the invariants of {@linkcode Bsr}; O(elements of all blocks).
 *
 * @param a The matrix to check.
 * @throws {FormatError} At the first invariant that is broken, naming block and element.
 *
 * @example Filling that is not zero
 * ```ts
 * import { bsrFromCsr, checkBsr, csrFromDense, dense, FormatError } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = bsrFromCsr(csrFromDense(dense(1, 2, new Float32Array([5, 0]))), { blockHeight: 2 });
 * checkBsr(a);
 * assert.throws(() => checkBsr({ ...a, values: new Float32Array([5, 1, 0, 0]) }), FormatError);
 * ```
 */
export function checkBsr(a: Bsr): void {
  checkShape("bsr", a.rows, a.cols);
  checkCount("bsr", "elements", a.values.length);
  checkOption("bsr", "the height of a block", a.blockHeight, 1, MAX_BLOCK_SIDE);
  checkOption("bsr", "the width of a block", a.blockWidth, 1, MAX_BLOCK_SIDE);
  const blocks = a.blockColumns.length;
  const blockRows = Math.ceil(a.rows / a.blockHeight);
  checkOffsets("bsr", "blockOffsets", a.blockOffsets, blockRows, blocks);
  const blockCols = Math.ceil(a.cols / a.blockWidth);
  checkSegments("bsr", "block row", a.blockOffsets, a.blockColumns, blockCols);
  checkLength("bsr", "values", a.values.length, blocks * a.blockHeight * a.blockWidth);
  checkLength("bsr", "occupancy", a.occupancy.length, wordCount(a.values.length, 1));
  for (let blockRow = 0; blockRow < blockRows; blockRow++) {
    for (let block = a.blockOffsets[blockRow]; block < a.blockOffsets[blockRow + 1]; block++) {
      checkBlock(a, blockRow, block);
    }
  }
  for (let at = a.values.length; at < 32 * a.occupancy.length; at++) {
    if (isEntry(a, at)) {
      throw broken("bsr", "padding", "bits past the last block must be 0", 1, { element: at });
    }
  }
}

function checkBlock(a: Bsr, blockRow: number, block: number): void {
  const area = a.blockHeight * a.blockWidth;
  let entries = 0;
  for (let i = 0; i < area; i++) {
    const at = block * area + i;
    const row = blockRow * a.blockHeight + Math.floor(i / a.blockWidth);
    const column = a.blockColumns[block] * a.blockWidth + i % a.blockWidth;
    if (isEntry(a, at)) {
      entries++;
      if (row >= a.rows || column >= a.cols) {
        const rule = `entries must be within ${a.rows}x${a.cols}`;
        throw broken("bsr", "range", rule, `(${row}, ${column})`, { block, element: at });
      }
    } else if (!Object.is(a.values[at], 0)) {
      const rule = "values without an occupancy bit must be +0";
      throw broken("bsr", "padding", rule, a.values[at], { block, element: at });
    }
  }
  if (entries === 0) {
    throw broken("bsr", "padding", `block ${block} must hold an entry`, "none", { block });
  }
}
