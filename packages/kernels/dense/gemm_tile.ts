import type { GpuLimits } from "@spmm/webgpu";

/**
 * How a workgroup's share of C is cut:
 *
 * ```text
 *                     columns
 *               ┌───────────────┐
 *        depth  │   tile of B   │ │     A and B pass through workgroup memory,
 *               └───────────────┘─┘     depth columns and rows of k at a time
 *       ┌─────┐ ┌───────────────┐─┐
 *  rows │tile │ │  ▒▒ block of  │▪│     each thread keeps a block of C in registers,
 *       │of A │ │  ▒▒ a thread  │ │     and a few vectors of the margin
 *       └─────┘ └───────────────┘─┘
 * ```
 *
 * All but the margin are powers of two. Columns are counted in fours, as the vectors in which rows
 * of C are stored; where C has one or two columns, a vector holds as many and the tile is that much
 * narrower.
 */
export interface GemmTile {
  /** Rows of C per workgroup: a multiple of `threadRows`. */
  readonly rows: number;
  /** Columns of C per workgroup that its threads have in blocks: a multiple of `threadColumns`. */
  readonly columns: number;
  /**
   * Columns of C beside the blocks, of which each thread has a vector or a few: a multiple of 4, and
   * so many that all threads have equally many. 0 where the blocks are all.
   */
  readonly margin: number;
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

/** Columns of C per workgroup, the margin's among them. */
export function widthOf({ columns, margin }: Pick<GemmTile, "columns" | "margin">): number {
  return columns + margin;
}

/** Vectors of the margin that a thread has. */
export function marginSumsOf(tile: GemmTile): number {
  return tile.rows * tile.margin / VECTOR / sliceThreadsOf(tile);
}

/** Threads of one slice of a workgroup: each has its own block of the tile of C. */
export function sliceThreadsOf({ rows, columns, threadRows, threadColumns }: GemmTile): number {
  return rows * columns / (threadRows * threadColumns);
}

/** Threads of a workgroup. */
export function threadsOf(tile: GemmTile): number {
  return sliceThreadsOf(tile) * tile.slices;
}

/** Vectors of all slices and buffers of a tile of B at one depth of a slice. */
function breadthOf(tile: GemmTile): number {
  return tile.buffers * tile.slices * widthOf(tile) / VECTOR;
}

/** Where the sums are that threads hand in to be added to those of other slices. */
export interface HandedSums {
  /** An array of their own or, where a margin leaves no room for one, that of the tiles of B, */
  readonly array: "slice_sums" | "b_tile";
  /** which has so many vectors in a row. */
  readonly breadth: number;
  /** Slices beside each other in a row. */
  readonly slicesInRow: number;
  /** Rows that a slice takes, where it is more than one. */
  readonly rowsOfSlice: number;
  /** Rows that a sum of every thread takes. */
  readonly rows: number;
}

/** Where handed sums of a tile are. */
export function handedSumsOf(tile: GemmTile): HandedSums {
  const array = tile.margin === 0 ? "slice_sums" : "b_tile";
  const breadth = array === "b_tile" ? breadthOf(tile) : threadsOf(tile);
  const threads = sliceThreadsOf(tile);
  const slicesInRow = Math.max(1, Math.floor(breadth / threads));
  const rowsOfSlice = Math.ceil(threads / breadth);
  const rows = Math.ceil(tile.slices / slicesInRow) * rowsOfSlice;
  return { array, breadth, slicesInRow, rowsOfSlice, rows };
}

/** Rows of the tiles of B in workgroup memory, each of one depth of all slices and buffers. */
export function tileRowsOfB(tile: GemmTile): number {
  const { depth, slices } = tile;
  const { array, rows } = handedSumsOf(tile);
  return Math.max(depth / slices, slices > 1 && array === "b_tile" ? slices * rows : 0);
}

/**
 * Bytes of workgroup memory: tiles of A and B, in f32 whatever the storage; and where slices add
 * their sums in an array of their own, as many of them as there are slices, of every thread.
 */
export function workgroupBytesOf(tile: GemmTile): number {
  const { rows, depth, slices, buffers } = tile;
  const hasSums = slices > 1 && handedSumsOf(tile).array === "slice_sums";
  const elements = rows * depth * buffers + tileRowsOfB(tile) * breadthOf(tile) * VECTOR +
    (hasSums ? slices * threadsOf(tile) * VECTOR : 0);
  return elements * Float32Array.BYTES_PER_ELEMENT;
}

/** Tiles of a C of so many rows and vectors of columns. */
export function tilesOf(
  tile: Pick<GemmTile, "rows" | "columns" | "margin">,
  m: number,
  vectors: number,
): number {
  return Math.ceil(m / tile.rows) * Math.ceil(vectors * VECTOR / widthOf(tile));
}

/** Whether a workgroup of these tiles may run on a device. */
export function fits(tile: GemmTile, limits: GpuLimits): boolean {
  const threads = threadsOf(tile);
  return workgroupBytesOf(tile) <= limits.maxComputeWorkgroupStorageSize &&
    threads <= limits.maxComputeInvocationsPerWorkgroup &&
    threads <= limits.maxComputeWorkgroupSizeX;
}
