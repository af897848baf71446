import { columnLengths, type Csb, csbGrid, type Csr, rowLengths } from "@spmm/formats";
import { quadOffsetsOf } from "@spmm/webgpu";

/**
 * The lines of blocks a direction walks: block rows for A·B, block columns for Aᵀ·B. The block at
 * step i of a line is `line * lineStride + i * stepStride` in the encoding, whichever it is.
 */
export interface BlockLines {
  /** Lines, each β rows of C. */
  readonly lines: number;
  /** Blocks along a line, each β rows of B. */
  readonly steps: number;
  readonly lineStride: number;
  readonly stepStride: number;
}

/** The lines of an encoding in a direction; no array is looked at, let alone converted. */
export function blockLines(a: Csb, transpose: boolean): BlockLines {
  const { blockRows, blockCols } = csbGrid(a);
  return transpose
    ? { lines: blockCols, steps: blockRows, lineStride: 1, stepStride: blockCols }
    : { lines: blockRows, steps: blockCols, lineStride: blockCols, stepStride: 1 };
}

/** Where the entries of blocks stand in the rows of op(A), for one direction. */
export interface BlockRanks {
  /** Entries of each row of op(A). */
  readonly lengths: Uint32Array;
  /**
   * For row r of the rows that a block has, at `block * β + r`: how many entries of that row lie in
   * blocks before it. As narrow as the longest row allows.
   */
  readonly ranks: Uint8Array | Uint16Array | Uint32Array;
}

/**
 * Counts what stands before each block in its rows; O(nnz + blocks · β).
 *
 * @param a The matrix.
 * @param blocks Its blocks; only their grid is looked at.
 * @param transpose Whether the rows of op(A) are the columns of A.
 */
export function blockRanks(a: Csr, blocks: Csb, transpose: boolean): BlockRanks {
  const beta = blocks.blockSize;
  const counts = entriesByBlock(a, blocks, transpose);
  const { lines, steps, lineStride, stepStride } = blockLines(blocks, transpose);
  const totals = new Uint32Array(lines * beta);
  for (let line = 0; line < lines; line++) {
    const total = totals.subarray(line * beta, (line + 1) * beta);
    for (let step = 0; step < steps; step++) {
      const first = (line * lineStride + step * stepStride) * beta;
      for (let row = 0; row < beta; row++) {
        const count = counts[first + row];
        counts[first + row] = total[row];
        total[row] += count;
      }
    }
  }
  const lengths = totals.subarray(0, transpose ? a.cols : a.rows);
  return { lengths, ranks: narrowed(counts, lengths) };
}

/** Ranks in no more bytes than the longest row takes. */
function narrowed(ranks: Uint32Array, lengths: Uint32Array): BlockRanks["ranks"] {
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (longest < 1 << 8) return Uint8Array.from(ranks);
  return longest < 1 << 16 ? Uint16Array.from(ranks) : ranks;
}

function entriesByBlock(a: Csr, blocks: Csb, transpose: boolean): Uint32Array {
  const beta = blocks.blockSize;
  const { blockRows, blockCols } = csbGrid(blocks);
  const bits = Math.log2(beta);
  const counts = new Uint32Array(blockRows * blockCols * beta);
  for (let row = 0; row < a.rows; row++) {
    const first = (row >>> bits) * blockCols;
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      const column = a.colIndices[entry];
      const block = first + (column >>> bits);
      counts[block * beta + ((transpose ? column : row) & (beta - 1))]++;
    }
  }
  return counts;
}

/** Quads that the rows of A, or of Aᵀ, are unpacked to; O(rows) or O(nnz + columns). */
export function unpackedQuads(a: Csr, transpose: boolean): number {
  const lengths = transpose ? columnLengths(a) : rowLengths(a);
  return quadOffsetsOf(lengths)[lengths.length];
}
