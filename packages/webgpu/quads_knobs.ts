import { ShapeError } from "@spmm/spmm";
import { type GpuLimits, mostThreads } from "./limits.ts";
import type { WideIo } from "./wide_io.ts";

/** How a workgroup is laid over rows of quads and columns. */
export interface QuadsKnobs {
  /** Threads beside each other in a row of C. */
  readonly lanes: number;
  /** Vectors of columns a thread keeps, `lanes` apart: each non-zero read serves all of them. */
  readonly vectorsPerLane: number;
  /** Groups of lanes that share a row, each with every `slices`-th of its quads. */
  readonly slices: number;
  /** Threads of a workgroup: a multiple of lanes × slices. */
  readonly threads: number;
  /** Quads a thread has on their way at once: 1 or 2. */
  readonly quadsAtOnce: number;
  /**
   * Whether the next quads are on their way while these are multiplied: long rows wait for one load
   * less a turn, for more registers, which keep some warps off.
   */
  readonly ahead: boolean;
  /** Which rows and columns are a workgroup's. */
  readonly order: TurnOrder;
}

/**
 * Which rows and columns are a workgroup's, of rows by decreasing length:
 *
 * - `to and fro`: rows are dealt like cards, so that each workgroup has its share of long ones; for
 *   workgroups that are all under way together.
 * - `tile by tile`: so many rows in a row, all rows of a column tile before the next tile.
 * - `row by row`: so many rows in a row, all column tiles of them before the next rows: so the longest
 *   rows of all tiles begin first, and what follows fills in behind them.
 */
export type TurnOrder = "to and fro" | "tile by tile" | "row by row";

/**
 * Knobs that were set by hand, if a workgroup can be laid out by them that the device takes.
 *
 * @throws {ShapeError} If not.
 */
export function checkedKnobs(
  knobs: QuadsKnobs,
  io: Pick<WideIo, "columns">,
  limits: GpuLimits,
): QuadsKnobs {
  const { lanes, vectorsPerLane, slices, threads, quadsAtOnce } = knobs;
  const fits = [lanes, vectorsPerLane, slices, threads].every(isPositiveInteger) &&
    threads % (lanes * slices) === 0 && [1, 2].includes(quadsAtOnce);
  if (!fits) {
    throw new ShapeError(
      "Cannot lay out rows of quads: lanes, vectorsPerLane and slices must be positive integers, " +
        "threads a multiple of lanes × slices and quadsAtOnce 1 or 2: received " +
        JSON.stringify(knobs),
    );
  }
  // Asked for more, a driver was seen not to come back.
  if (mostWithSums(knobs, io, limits) < threads) {
    throw new ShapeError(
      `Cannot lay out rows of quads: the device takes ${limits.maxComputeInvocationsPerWorkgroup} ` +
        `threads and ${limits.maxComputeWorkgroupStorageSize} bytes of sums in a workgroup: ` +
        `received ${threads} threads of ${bytesPerThread(knobs, io)} bytes`,
    );
  }
  return knobs;
}

function isPositiveInteger(one: number): boolean {
  return Number.isInteger(one) && one > 0;
}

/** Bytes of sums that a thread of several slices leaves in workgroup memory. */
function bytesPerThread(
  { slices, vectorsPerLane }: Pick<QuadsKnobs, "slices" | "vectorsPerLane">,
  { columns }: Pick<WideIo, "columns">,
): number {
  return slices > 1 ? vectorsPerLane * columns * Float32Array.BYTES_PER_ELEMENT : 0;
}

/** Threads of a warp. */
export const WARP = 32;
/** Multiprocessors of a large GPU. */
export const MULTIPROCESSORS = 132;
/**
 * Warps that a large GPU has room for at once with the registers that these take: 32 on each
 * multiprocessor.
 */
export const WAVE = 32 * MULTIPROCESSORS;
/** The part of so many waves, begun ones counted whole, that is full. */
export function fullPart(waves: number): number {
  return waves / Math.ceil(waves);
}

/** Threads of a large workgroup, */
export const LARGE_WORKGROUP = 1024;
/** and how many of them a large GPU has room for; */
export const LARGE_WORKGROUPS = WAVE * WARP / LARGE_WORKGROUP;
/** of one that leaves its place soon, */
export const SMALL_WORKGROUP = 256;
/** and of one whose rows hardly wait for each other's slices. */
export const SMALLEST_WORKGROUP = 128;
/** Vectors of columns of a warp whose lanes have two each. */
export const TWO_EACH = 2 * WARP;

/**
 * Lanes of tiles that are as wide as each other, and as many as come nearest to the lanes wanted: of
 * 65 vectors, 33 lanes with two vectors each, not a tile of 64 and another of a single vector.
 *
 * @param wanted The lanes wanted, and the vectors of columns of each.
 * @param io The columns.
 *
 * @example One tile of 33 lanes, and two of 25
 * ```ts
 * import { evenLanes } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.equal(evenLanes({ lanes: 32, vectorsPerLane: 2 }, { vectors: 65 }), 33);
 * assert.equal(evenLanes({ lanes: 32, vectorsPerLane: 1 }, { vectors: 50 }), 25);
 * ```
 */
export function evenLanes(
  { lanes, vectorsPerLane }: Pick<QuadsKnobs, "lanes" | "vectorsPerLane">,
  { vectors }: Pick<WideIo, "vectors">,
): number {
  const tiles = Math.max(1, Math.round(vectors / (lanes * vectorsPerLane)));
  return Math.ceil(vectors / (tiles * vectorsPerLane));
}

/** Threads of a workgroup that the device takes, with the sums that they leave in its memory. */
export function mostWithSums(
  knobs: Pick<QuadsKnobs, "slices" | "vectorsPerLane">,
  io: Pick<WideIo, "columns">,
  limits: GpuLimits,
): number {
  const bytes = Math.max(1, bytesPerThread(knobs, io));
  return Math.min(mostThreads(limits), Math.floor(limits.maxComputeWorkgroupStorageSize / bytes));
}
