import type { GpuLimits } from "@spmm/webgpu";

/**
 * How a workgroup's share of C is cut:
 *
 * ```text
 *                     columns
 *               ┌───────────────┐
 *        depth  │   tile of B   │       B and A pass through workgroup memory,
 *               └───────────────┘       depth rows and columns of k at a time
 *       ┌─────┐ ┌───────────────┐
 *  rows │tile │ │  ▒▒ block of  │       each thread keeps a block of C in registers:
 *       │of A │ │  ▒▒ a thread  │       block² multiply-adds per 2·block numbers read
 *       └─────┘ └───────────────┘
 * ```
 */
export interface GemmTile {
  /** Rows of C per workgroup. */
  readonly rows: number;
  /** Columns of C per workgroup. */
  readonly columns: number;
  /** Columns of op(A) and rows of B in workgroup memory at a time. */
  readonly depth: number;
  /** Rows, and columns, of C per thread. */
  readonly block: 4 | 8;
}

/**
 * Tiles from large to small. A larger block reads less workgroup memory per multiply-add, a
 * smaller tile leaves less of a narrow C unused and gives more workgroups to run at once.
 */
const TILES: readonly GemmTile[] = [
  { rows: 128, columns: 128, depth: 16, block: 8 },
  { rows: 64, columns: 64, depth: 16, block: 4 },
  { rows: 32, columns: 32, depth: 16, block: 4 },
];

/** A large GPU has about so many multiprocessors; fewer workgroups leave some of them idle. */
const WORKGROUPS_WANTED = 128;

/** Threads of a workgroup. */
export function threadsOf({ rows, columns, block }: GemmTile): number {
  return rows * columns / block ** 2;
}

/** Bytes of workgroup memory: a tile of A and one of B, in f32 whatever the storage. */
export function workgroupBytesOf({ rows, columns, depth }: GemmTile): number {
  return (rows + columns) * depth * Float32Array.BYTES_PER_ELEMENT;
}

/** Workgroups for an m×n product. */
export function workgroupsOf({ rows, columns }: GemmTile, m: number, n: number): number {
  return Math.ceil(m / rows) * Math.ceil(n / columns);
}

/**
 * The largest tile that the device has room for and that makes enough workgroups to keep a large
 * GPU busy; the smallest where none does.
 */
export function chooseTile(m: number, n: number, limits: GpuLimits): GemmTile {
  const fitting = TILES.filter((tile) => fits(tile, limits));
  const busy = fitting.find((tile) => workgroupsOf(tile, m, n) >= WORKGROUPS_WANTED);
  return busy ?? fitting.at(-1) ?? TILES[TILES.length - 1];
}

function fits(tile: GemmTile, limits: GpuLimits): boolean {
  const threads = threadsOf(tile);
  return workgroupBytesOf(tile) <= limits.maxComputeWorkgroupStorageSize &&
    threads <= limits.maxComputeInvocationsPerWorkgroup &&
    threads <= limits.maxComputeWorkgroupSizeX;
}
