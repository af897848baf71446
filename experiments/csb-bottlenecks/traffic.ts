import { bytesPerElement, extents, flops, type SpmmProblem } from "@spmm/spmm";

/** β of the kernel that walks: rows of a block. */
const BLOCK_ROWS = 32;

/**
 * Bytes that a multiplication by blocks walked in place moves beyond what memory must, at two
 * distances. They are computed from the matrix and the schedule, since WebGPU has no counters.
 */
export interface Traffic {
  /**
   * Between the shared cache and the multiprocessors, if a row of B is fetched once for a block row:
   * the encoding once per column tile, those rows of B, C, and partial sums out and in.
   */
  readonly cacheBytes: number;
  /** From the nearest memory to the registers: an element of B for every multiply-add. */
  readonly operandBytes: number;
}

/** What the kernel made of the problem, as its plan describes it. */
export interface Encoded {
  /** Bytes of the encoding. */
  readonly bytes: number;
  /** Column tiles. */
  readonly columnTiles: number;
  /** Bytes of partial sums. */
  readonly partialBytes: number;
}

/** The traffic of A·B; O(nnz + k). */
export function trafficOf(problem: SpmmProblem, encoded: Encoded): Traffic {
  const element = bytesPerElement(problem.storage ?? "f32");
  const { m, n } = extents(problem);
  return {
    cacheBytes: encoded.bytes * encoded.columnTiles +
      (rowsOfBByBlockRow(problem) + m) * n * element + 2 * encoded.partialBytes,
    operandBytes: flops(problem) / 2 * element,
  };
}

/** How many rows of B the block rows of A meet, each counted once for each that meets it. */
export function rowsOfBByBlockRow({ a }: Pick<SpmmProblem, "a">): number {
  const lastMet = new Int32Array(a.cols).fill(-1);
  let met = 0;
  for (let row = 0; row < a.rows; row++) {
    const blockRow = Math.floor(row / BLOCK_ROWS);
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      const col = a.colIndices[entry];
      if (lastMet[col] === blockRow) continue;
      lastMet[col] = blockRow;
      met += 1;
    }
  }
  return met;
}
