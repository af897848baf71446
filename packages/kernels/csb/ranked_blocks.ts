import {
  columnLengths,
  csbGrid,
  type CsbShape,
  type Csr,
  type DenseData,
  rowLengths,
} from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import { quadOffsetsOf, storedValues } from "@spmm/webgpu";

/**
 * Compressed sparse blocks whose entries know their place in either direction. An entry is a half
 * for its row and a half for its column, each an index within the block and a rank: how many entries
 * of that row, or column, of the whole matrix come before it.
 *
 * ```text
 *   a . | b .        blocks of 2×2, row by row         row half       column half
 *   . . | c .        a  (0,0)                          0, rank 0      0, rank 0
 *   ----+----        b  (0,0) of the next block        0, rank 1      0, rank 0
 *   d e | . f        c  (1,0)                          1, rank 0      0, rank 1
 *   . . | . .        d  (0,0)                          0, rank 0      0, rank 1 (after a)
 * ```
 *
 * Whichever half becomes rows of C, the place of an entry is where its row begins plus its rank: no
 * search, no counting, no order in which entries must be taken. Halves of 16 bits do where no row or
 * column has more entries than the bits above the index count; else they have 32.
 */
export interface RankedBlocks extends CsbShape {
  /** Where the entries of each block begin, block row by block row, and where the last end. */
  readonly blockPointers: Uint32Array;
  /** Entries, row by row within a block: the row half in the low bits, or in the first word. */
  readonly entries: Uint32Array;
  /** Words of an entry: 1 where halves of 16 bits do, or 2. */
  readonly entryWords: 1 | 2;
  /** Their values, as the device stores them. */
  readonly values: DenseData;
}

/**
 * Encodes a problem's A; O(nnz + blocks + columns). Rows of A are read in order, so ranks in a row
 * are what CSR has, and those in columns are counted along the way.
 */
export function rankedBlocks(problem: SpmmProblem, blockSize: number): RankedBlocks {
  const { a } = problem;
  const { rows, cols } = a;
  const shape = { rows, cols, blockSize };
  const entryWords = halfBits(a, blockSize) <= 16 ? 1 : 2;
  const blockPointers = blockPointersOf(a, shape);
  const entries = new Uint32Array(entryWords * a.values.length);
  const stored = storedValues(a.values, problem);
  const values = stored.slice();
  const next = blockPointers.slice();
  const inColumn = new Uint32Array(cols);
  const { blockCols } = csbGrid(shape);
  const bits = Math.log2(blockSize);
  const mask = blockSize - 1;
  for (let row = 0; row < rows; row++) {
    const begin = a.rowOffsets[row];
    const end = a.rowOffsets[row + 1];
    const firstBlock = (row >>> bits) * blockCols;
    for (let entry = begin; entry < end; entry++) {
      const column = a.colIndices[entry];
      const at = next[firstBlock + (column >>> bits)]++;
      const rowHalf = row & mask | entry - begin << bits;
      const columnHalf = column & mask | inColumn[column]++ << bits;
      if (entryWords === 1) entries[at] = rowHalf | columnHalf << 16;
      else {
        entries[2 * at] = rowHalf;
        entries[2 * at + 1] = columnHalf;
      }
      values[at] = stored[entry];
    }
  }
  return { ...shape, blockPointers, entries, entryWords, values };
}

/** Bits of a half: of an index, and of the largest rank. */
function halfBits(a: Csr, blockSize: number): number {
  const longest = (lengths: Uint32Array) => lengths.reduce((most, one) => Math.max(most, one), 1);
  const most = Math.max(longest(rowLengths(a)), longest(columnLengths(a)));
  return Math.log2(blockSize) + Math.ceil(Math.log2(most));
}

/** Where the entries of each block begin, and where the last end; O(nnz + blocks). */
export function blockPointersOf(a: Csr, shape: CsbShape): Uint32Array {
  const { blockRows, blockCols } = csbGrid(shape);
  const bits = Math.log2(shape.blockSize);
  const pointers = new Uint32Array(blockRows * blockCols + 1);
  for (let row = 0; row < a.rows; row++) {
    const after = (row >>> bits) * blockCols + 1;
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      pointers[after + (a.colIndices[entry] >>> bits)]++;
    }
  }
  for (let block = 1; block < pointers.length; block++) pointers[block] += pointers[block - 1];
  return pointers;
}

/** The rows of op(A), as far as their lengths tell. */
export interface RowPlaces {
  /** Non-zeros of each row. */
  readonly lengths: Uint32Array;
  /** Where the quads of each row begin, and where the last end. */
  readonly quadOffsets: Uint32Array;
}

/** Where the rows of A, or of Aᵀ, have their quads; O(rows) or O(nnz + columns). */
export function rowPlaces(a: Csr, transpose: boolean): RowPlaces {
  const lengths = transpose ? columnLengths(a) : rowLengths(a);
  return { lengths, quadOffsets: quadOffsetsOf(lengths) };
}
