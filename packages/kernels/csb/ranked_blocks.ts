import {
  columnLengths,
  csbBlockPointers,
  csbGrid,
  type CsbShape,
  type Csr,
  type DenseData,
  rowLengths,
} from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import { quadOffsetsOf, rowsInBrief, storedValues } from "@spmm/webgpu";

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
  /** Entries of the fullest block. */
  readonly fullest: number;
  /** Entries of each row of A, and of each column. */
  readonly lengths: Lengths;
}

/** Entries of each row and of each column of a matrix. */
export interface Lengths {
  readonly rows: Uint32Array;
  readonly columns: Uint32Array;
}

/** Counts them; O(nnz + rows + columns). */
export function lengthsOf(a: Csr): Lengths {
  return { rows: rowLengths(a), columns: columnLengths(a) };
}

/**
 * Encodes a problem's A; O(nnz + blocks + columns). Rows of A are read in order, so ranks in a row
 * are what CSR has, and those in columns are counted along the way.
 *
 * @throws {FormatError} If β is no power of two.
 */
export function rankedBlocks(problem: SpmmProblem, blockSize: number): RankedBlocks {
  const { a } = problem;
  const { rows, cols } = a;
  const shape = { rows, cols, blockSize };
  const blockPointers = csbBlockPointers(a, blockSize);
  const lengths = lengthsOf(a);
  const entryWords = halfBits(lengths, blockSize) <= 16 ? 1 : 2;
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
  const fullest = fullestBlock(blockPointers);
  return { ...shape, blockPointers, entries, entryWords, values, fullest, lengths };
}

/** Bits of a half: of an index, and of the largest rank. */
function halfBits({ rows, columns }: Lengths, blockSize: number): number {
  const most = Math.max(1, rowsInBrief(rows).longest, rowsInBrief(columns).longest);
  return Math.log2(blockSize) + Math.ceil(Math.log2(most));
}

/** Entries of the block that has most. */
export function fullestBlock(blockPointers: Uint32Array): number {
  let most = 0;
  for (let block = 1; block < blockPointers.length; block++) {
    most = Math.max(most, blockPointers[block] - blockPointers[block - 1]);
  }
  return most;
}

/** The rows of op(A), as far as their lengths tell. */
export interface RowPlaces {
  /** Non-zeros of each row. */
  readonly lengths: Uint32Array;
  /** Where the quads of each row begin, and where the last end. */
  readonly quadOffsets: Uint32Array;
}

/** Where the rows of A, or of Aᵀ, have their quads; O(rows of op(A)). */
export function rowPlaces({ rows, columns }: Lengths, transpose: boolean): RowPlaces {
  const lengths = transpose ? columns : rows;
  return { lengths, quadOffsets: quadOffsetsOf(lengths) };
}
