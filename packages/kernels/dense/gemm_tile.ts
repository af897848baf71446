import type { GpuLimits } from "@spmm/webgpu";

/**
 * How a workgroup's share of C is cut:
 *
 * ```text
 *                     columns
 *               ┌───────────────┐
 *        depth  │   tile of B   │       A and B pass through workgroup memory,
 *               └───────────────┘       depth columns and rows of k at a time
 *       ┌─────┐ ┌───────────────┐
 *  rows │tile │ │  ▒▒ block of  │       each thread keeps a block of C in registers
 *       │of A │ │  ▒▒ a thread  │
 *       └─────┘ └───────────────┘
 * ```
 *
 * All are powers of two. Columns are counted in fours, as the vectors in which rows of C are
 * stored; where C has one or two columns, a vector holds as many and the tile is that much narrower.
 */
export interface GemmTile {
  /** Rows of C per workgroup: a multiple of `threadRows`. */
  readonly rows: number;
  /** Columns of C per workgroup: a multiple of `threadColumns`. */
  readonly columns: number;
  /** Columns of op(A) and rows of B in workgroup memory at a time: a multiple of `slices`. */
  readonly depth: number;
  /** Rows of C per thread, at least 4. With 8×8 on-chip reads keep up with the arithmetic. */
  readonly threadRows: number;
  /** Columns of C per thread, at least 4. */
  readonly threadColumns: number;
  /** Groups of threads that share the depth of a tile and add their sums in the end. */
  readonly slices: number;
  /** Tiles in workgroup memory at a time: with two a step takes one barrier, with one it takes two. */
  readonly buffers: 1 | 2;
}

/** Columns of a vector of C, B, and rows of a vector of A. */
export const VECTOR = 4;

/** Threads of one slice of a workgroup: each has its own block of the tile of C. */
export function sliceThreadsOf({ rows, columns, threadRows, threadColumns }: GemmTile): number {
  return rows * columns / (threadRows * threadColumns);
}

/** Threads of a workgroup. */
export function threadsOf(tile: GemmTile): number {
  return sliceThreadsOf(tile) * tile.slices;
}

/**
 * Bytes of workgroup memory: tiles of A and B, in f32 whatever the storage; and where slices add
 * their sums, as many of them as there are slices, of every thread.
 */
export function workgroupBytesOf(tile: GemmTile): number {
  const { rows, columns, depth, slices, buffers } = tile;
  const tiles = (rows + columns) * depth * buffers;
  const sums = slices === 1 ? 0 : slices * threadsOf(tile) * VECTOR;
  return (tiles + sums) * Float32Array.BYTES_PER_ELEMENT;
}

/** Tiles of a C of so many rows and vectors of columns. */
export function tilesOf(
  { rows, columns }: Pick<GemmTile, "rows" | "columns">,
  m: number,
  vectors: number,
): number {
  return Math.ceil(m / rows) * Math.ceil(vectors * VECTOR / columns);
}

/** Whether a workgroup of these tiles may run on a device. */
export function fits(tile: GemmTile, limits: GpuLimits): boolean {
  const threads = threadsOf(tile);
  return workgroupBytesOf(tile) <= limits.maxComputeWorkgroupStorageSize &&
    threads <= limits.maxComputeInvocationsPerWorkgroup &&
    threads <= limits.maxComputeWorkgroupSizeX;
}
