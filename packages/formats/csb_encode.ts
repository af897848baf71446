import { wordCount, writeBits } from "./bit_stream.ts";
import { U32_MAX, unfit } from "./checks.ts";
import {
  type Csb,
  csbGrid,
  csbIndexBits,
  type CsbOrder,
  type CsbShape,
  isBlockSize,
  MAX_BLOCK_SIZE,
} from "./csb.ts";
import type { Csr } from "./csr.ts";
import { mortonCode } from "./morton.ts";
import { prefixSum } from "./prefix_sum.ts";
import { indexBits, sortedOrder } from "./radix_sort.ts";

/** How {@linkcode csbFromCsr} lays out the blocks. */
export interface CsbOptions {
  /** β, a power of two from 1 to 65536; the least of {@linkcode csbBlockSizes} where absent. */
  readonly blockSize?: number;
  /** Order of the entries in a block; Z-Morton where absent. */
  readonly order?: CsbOrder;
}

/** The block sizes that the paper's rule allows. */
export interface CsbBlockSizes {
  /** ⌈lg √n⌉ bits for a row or a column in a block. */
  readonly least: number;
  /** Three bits more. */
  readonly most: number;
}

/**
 * The rule of Buluç et al. 2009 for β: ⌈lg √n⌉ ≤ lg β ≤ 3 + ⌈lg √n⌉. Of a matrix that is not
 * square, n is the longer side: then at the least β the blocks number about as many as the shorter
 * side is long, so that block pointers take no more memory than the offsets of CSR or of CSC would.
 *
 * The least is what {@linkcode csbFromCsr} takes: it leaves the most block rows and block columns
 * to share among threads and the fewest bits per index. Larger blocks pay where most blocks would
 * be empty.
 *
 * @param rows Number of rows.
 * @param cols Number of columns.
 *
 * @example A layer of ResNet-50
 * ```ts
 * import { csbBlockSizes } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(csbBlockSizes(512, 2048), { least: 64, most: 512 });
 * ```
 */
export function csbBlockSizes(rows: number, cols: number): CsbBlockSizes {
  const bits = Math.ceil(indexBits(Math.max(rows, cols)) / 2);
  return { least: 2 ** bits, most: Math.min(MAX_BLOCK_SIZE, 2 ** (bits + 3)) };
}

/**
 * Encodes as compressed sparse blocks; O(nnz + rows + blocks).
 *
 * @param a The matrix.
 * @param options Block size and order.
 * @throws {FormatError} If β is no power of two from 1 to 65536, or so small that block pointers
 * would not fit u32.
 *
 * @example β by the rule
 * ```ts
 * import { csbFromCsr, csrFromCsb, randomCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 100, cols: 200, density: 0.1, seed: 1 });
 * const blocks = csbFromCsr(a);
 * assert.equal(blocks.blockSize, 16);
 * assert.deepEqual(csrFromCsb(blocks), a);
 * ```
 */
export function csbFromCsr(a: Csr, options: CsbOptions = {}): Csb {
  const { blockSize = csbBlockSizes(a.rows, a.cols).least, order = "morton" } = options;
  const shape = { rows: a.rows, cols: a.cols, blockSize };
  const blockPointers = csbBlockPointers(a, blockSize);
  const { blockRows } = csbGrid(shape);
  const placed: PlacedEntries = {
    localIndices: new Uint32Array(a.values.length),
    values: new Float32Array(a.values.length),
  };
  placeEntries(a, { ...shape, order, blockPointers }, 0, blockRows, placed);
  const indices = new Uint32Array(wordCount(a.values.length, csbIndexBits(blockSize)));
  packIndices(placed.localIndices, blockSize, 0, a.values.length, indices);
  return { format: "csb", ...shape, order, blockPointers, indices, values: placed.values };
}

/**
 * Where the entries of each block begin, block row by block row, and where the last end: what an
 * encoding in blocks starts from; O(nnz + blocks).
 *
 * @param a The matrix.
 * @param blockSize β.
 * @throws {FormatError} If β is no power of two from 1 to 65536, or so small that block pointers
 * would not fit u32.
 *
 * @example Two blocks, side by side
 * ```ts
 * import { csbBlockPointers, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(1, 4, new Float32Array([5, 0, 7, 9])));
 * assert.deepEqual([...csbBlockPointers(a, 2)], [0, 1, 3]);
 * ```
 */
export function csbBlockPointers(a: Csr, blockSize: number): Uint32Array<ArrayBuffer> {
  const shape = { rows: a.rows, cols: a.cols, blockSize };
  const pointers = new Uint32Array(checkedBlockCount(shape) + 1);
  countEntries(a, shape, 0, csbGrid(shape).blockRows, pointers);
  prefixSum("csb", pointers);
  return pointers;
}

function checkedBlockCount(shape: CsbShape): number {
  if (!isBlockSize(shape.blockSize)) {
    throw unfit("csb", "option", "β must be a power of two from 1 to 65536", shape.blockSize);
  }
  const { blockRows, blockCols } = csbGrid(shape);
  if (blockRows * blockCols >= U32_MAX) {
    const rule = `β must be larger, so that there are fewer than ${U32_MAX} blocks`;
    throw unfit("csb", "option", rule, shape.blockSize);
  }
  return blockRows * blockCols;
}

/**
 * First phase: counts the entries of every block b of the block rows from `begin` up to `end` into
 * `counts[b + 1]`. Ranges touch different counts, so workers may share the array.
 */
export function countEntries(
  a: Csr,
  shape: CsbShape,
  begin: number,
  end: number,
  counts: Uint32Array,
): void {
  const { blockCols } = csbGrid(shape);
  const bits = indexBits(shape.blockSize);
  for (let row = begin * shape.blockSize; row < rowLimit(shape, end); row++) {
    const first = (row >>> bits) * blockCols + 1;
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      counts[first + (a.colIndices[entry] >>> bits)]++;
    }
  }
}

/** Entries in block order, their indices not yet packed. */
interface PlacedEntries {
  readonly localIndices: Uint32Array;
  readonly values: Float32Array;
}

/**
 * Second phase, once the counts are summed to block pointers: puts the entries of the block rows
 * from `begin` up to `end` in their places. Ranges write different parts of `placed`.
 */
export function placeEntries(
  a: Csr,
  layout: CsbShape & Pick<Csb, "order" | "blockPointers">,
  begin: number,
  end: number,
  placed: PlacedEntries,
): void {
  const { blockCols } = csbGrid(layout);
  const bits = indexBits(layout.blockSize);
  for (let blockRow = begin; blockRow < end; blockRow++) {
    const firstBlock = blockRow * blockCols;
    const next = layout.blockPointers.slice(firstBlock, firstBlock + blockCols);
    const { first, localIndices, order } = readBlockRow(a, layout, blockRow);
    for (const i of order) {
      const at = next[a.colIndices[first + i] >>> bits]++;
      placed.localIndices[at] = localIndices[i];
      placed.values[at] = a.values[first + i];
    }
  }
}

/**
 * Third phase: packs the indices of the entries from `begin` up to `end`. Ranges that begin at
 * multiples of 32 write different words.
 */
export function packIndices(
  localIndices: Uint32Array,
  blockSize: number,
  begin: number,
  end: number,
  words: Uint32Array,
): void {
  writeBits(words, csbIndexBits(blockSize), localIndices, begin, end);
}

interface BlockRow {
  /** The number of its first entry in CSR. */
  readonly first: number;
  readonly localIndices: Uint32Array;
  /** The order in which to hand its entries out to its blocks. */
  readonly order: Uint32Array;
}

/**
 * Sorting a whole block row at once by place on the curve leaves each of its blocks sorted, as the
 * entries are then handed out in that order; digits of 8 bits keep the counting passes, at most
 * four, within O(entries + β) of work.
 */
function readBlockRow(a: Csr, layout: CsbShape & Pick<Csb, "order">, blockRow: number): BlockRow {
  const firstRow = blockRow * layout.blockSize;
  const lastRow = rowLimit(layout, blockRow + 1);
  const first = a.rowOffsets[firstRow];
  const localIndices = new Uint32Array(a.rowOffsets[lastRow] - first);
  const ranks = new Uint32Array(localIndices.length);
  const bits = indexBits(layout.blockSize);
  for (let row = firstRow; row < lastRow; row++) {
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      const localColumn = a.colIndices[entry] & (layout.blockSize - 1);
      localIndices[entry - first] = ((row - firstRow) << bits) | localColumn;
      ranks[entry - first] = mortonCode(row - firstRow, localColumn);
    }
  }
  const rankBits = layout.order === "morton" ? 2 * bits : 0;
  return { first, localIndices, order: sortedOrder(ranks, rankBits, 8) };
}

function rowLimit({ rows, blockSize }: CsbShape, blockRow: number): number {
  return Math.min(rows, blockRow * blockSize);
}
