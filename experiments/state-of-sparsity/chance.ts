import { type Csr, rowLengths } from "@spmm/formats";

/**
 * The share of b×b blocks that hold an entry where each element is one with the same chance d:
 * 1 − (1 − d)^(b²), with fewer elements in the blocks that the edges cut. O(blocks).
 */
export function occupiedByChance(a: Csr, blockSize: number): number {
  const density = a.values.length / (a.rows * a.cols);
  return meanOverBlocks(a, blockSize, () => density);
}

/**
 * The same where the chance of an element goes with the lengths of its rows and columns, but with
 * nothing else: what a matrix of the same row and column lengths would have. O(nnz + blocks).
 */
export function occupiedByLengths(a: Csr, blockSize: number): number {
  const rows = sumsOf(rowLengths(a), blockSize);
  const cols = sumsOf(columnLengths(a), blockSize);
  return meanOverBlocks(
    a,
    blockSize,
    (row, col, elements) => Math.min(1, rows[row] * cols[col] / (a.values.length * elements)),
  );
}

/** Deviation over mean of the row lengths where each element is an entry with the same chance. */
export function variationByChance(density: number, cols: number): number {
  return Math.sqrt((1 - density) / (density * cols));
}

/** The entries of every column; O(nnz). */
export function columnLengths({ cols, colIndices }: Csr): Uint32Array<ArrayBuffer> {
  const lengths = new Uint32Array(cols);
  for (const col of colIndices) lengths[col]++;
  return lengths;
}

function meanOverBlocks(
  { rows, cols }: Csr,
  blockSize: number,
  chance: (blockRow: number, blockCol: number, elements: number) => number,
): number {
  const [blockRows, blockCols] = [Math.ceil(rows / blockSize), Math.ceil(cols / blockSize)];
  let occupied = 0;
  for (let row = 0; row < blockRows; row++) {
    const height = Math.min(blockSize, rows - row * blockSize);
    for (let col = 0; col < blockCols; col++) {
      const elements = height * Math.min(blockSize, cols - col * blockSize);
      occupied += 1 - (1 - chance(row, col, elements)) ** elements;
    }
  }
  return occupied / (blockRows * blockCols);
}

function sumsOf(lengths: Uint32Array, blockSize: number): Float64Array {
  const sums = new Float64Array(Math.ceil(lengths.length / blockSize));
  lengths.forEach((length, i) => {
    sums[Math.floor(i / blockSize)] += length;
  });
  return sums;
}
