import { ShapeError } from "@spmm/spmm";
import { isPowerOfTwo, powerOfTwoTo } from "./lanes.ts";
import type { GpuLimits } from "./limits.ts";
import { QUAD } from "./row_quads.ts";
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
   * Whether rows are dealt to workgroups like cards, to and fro, in place of so many in a row: of
   * rows by decreasing length each gets its share of long ones.
   */
  readonly dealt: boolean;
}

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
  const fits = [lanes, vectorsPerLane, threads].every((one) => Number.isInteger(one) && one > 0) &&
    isPowerOfTwo(slices) && threads % (lanes * slices) === 0 && [1, 2].includes(quadsAtOnce);
  if (!fits) {
    throw new ShapeError(
      "Cannot lay out rows of quads: lanes and vectorsPerLane must be positive integers, slices a " +
        "power of two, threads a multiple of lanes × slices and quadsAtOnce 1 or 2: received " +
        JSON.stringify(knobs),
    );
  }
  // Asked for more, a driver was seen not to come back.
  if (mostThreads(bytesPerThread(knobs, io), limits) < threads) {
    throw new ShapeError(
      `Cannot lay out rows of quads: the device takes ${limits.maxComputeInvocationsPerWorkgroup} ` +
        `threads and ${limits.maxComputeWorkgroupStorageSize} bytes of sums in a workgroup: ` +
        `received ${threads} threads of ${bytesPerThread(knobs, io)} bytes`,
    );
  }
  return knobs;
}

/** Bytes of sums that a thread of several slices leaves in workgroup memory. */
function bytesPerThread(
  { slices, vectorsPerLane }: Pick<QuadsKnobs, "slices" | "vectorsPerLane">,
  { columns }: Pick<WideIo, "columns">,
): number {
  return slices > 1 ? vectorsPerLane * columns * Float32Array.BYTES_PER_ELEMENT : 0;
}

/** What knobs are chosen by. */
export interface RowsInBrief {
  /** Rows of op(A). */
  readonly rows: number;
  /** Non-zeros of a row, on average. */
  readonly mean: number;
  /** Non-zeros of the longest row. */
  readonly longest: number;
}

/**
 * Rows in brief.
 *
 * @param lengths Non-zeros of each row; at least one row.
 *
 * @example Two rows
 * ```ts
 * import { rowsInBrief } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(rowsInBrief(Uint32Array.of(1, 4)), { rows: 2, mean: 2.5, longest: 4 });
 * ```
 */
export function rowsInBrief(lengths: Uint32Array): RowsInBrief {
  let nonZeros = 0;
  let longest = 0;
  for (let row = 0; row < lengths.length; row++) {
    const length = lengths[row];
    nonZeros += length;
    if (length > longest) longest = length;
  }
  return { rows: lengths.length, mean: nonZeros / lengths.length, longest };
}

/** Threads of a warp. */
export const WARP = 32;
/**
 * Warps that a large GPU has room for at once with the registers that these take: 32 on each of 132
 * multiprocessors.
 */
export const WAVE = 32 * 132;
const LARGE_WORKGROUP = 1024;
const SMALL_WORKGROUP = 256;
/** Threads that share a row at most. */
const THREADS_PER_ROW = 256;
/** Slices from which each begins and ends too often to have two quads under way. */
const SLICES_OF_SINGLE_QUADS = 8;
/** Non-zeros a slice should have on average. */
const NON_ZEROS_PER_SLICE = 2;

/**
 * Knobs for a product; the constants are fitted to an H200 and to pruned layers of 256 to 2048 rows.
 *
 * @param rows The rows of op(A).
 * @param io The columns.
 * @param limits What the device allows.
 */
export function chooseQuadsKnobs(
  rows: RowsInBrief,
  io: Pick<WideIo, "vectors" | "columns">,
  limits: GpuLimits,
): QuadsKnobs {
  const wanted = io.columns > 4 ? knobsOfHalves(rows, io) : oneWave(rows, io) ?? many(rows, io);
  const lanes = evenLanes(wanted, io);
  const most = mostThreads(bytesPerThread(wanted, io), limits);
  const slices = Math.min(wanted.slices, powerOfTwoTo(most / lanes));
  const together = lanes * slices;
  const groups = Math.min(Math.round(wanted.threads / together), Math.floor(most / together));
  return { ...wanted, lanes, slices, threads: together * Math.max(1, groups) };
}

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

/** Multiplications per row of C from which rows read enough of B to meet in a large workgroup. */
const ONE_WAVE_FROM = 20_000;
/** Times the mean that the longest row has where it, and not the rest, takes the time. */
const SKEWED = 4;
/** More slices leave each too little of a row to keep two vectors of columns busy. */
const SLICES_OF_ONE_WAVE = 16;
/** Slices from which a tile is half a warp's columns wide, */
const SLICES_OF_NARROW_TILES = 4;
/** as it is where C is wide and rows have fewer non-zeros than this. */
const NARROW_TILES_TO = 128;

/**
 * Where few slices fill the GPU exactly once: all of the product is under way together in large
 * workgroups, and each has its share of long rows. A narrow tile has twice the rows in a workgroup,
 * which meet in B: less of it crosses from the second-level cache.
 */
function oneWave(
  { rows, mean, longest }: RowsInBrief,
  { vectors, columns }: Pick<WideIo, "vectors" | "columns">,
): QuadsKnobs | undefined {
  const vectorsPerLane = 2;
  const warps = rows * vectors / (vectorsPerLane * WARP);
  const slices = powerOfTwoTo(WAVE / warps);
  const n = vectors * columns;
  const isOneWave = vectors >= vectorsPerLane * WARP && warps <= WAVE &&
    slices <= SLICES_OF_ONE_WAVE && mean * n >= ONE_WAVE_FROM && longest < SKEWED * mean;
  const isNarrow = slices >= SLICES_OF_NARROW_TILES || (mean < NARROW_TILES_TO && n >= WIDE);
  return isOneWave
    ? {
      ...{ lanes: isNarrow ? WARP / 2 : WARP, vectorsPerLane, slices, threads: LARGE_WORKGROUP },
      ...{ quadsAtOnce: slices >= SLICES_OF_SINGLE_QUADS ? 1 : 2, dealt: true },
    }
    : undefined;
}

/** Columns from which C is wide: a lane takes two vectors, where that leaves warps enough. */
const WIDE = 512;
const ENOUGH_WARPS = 2048;
/**
 * Slices are added by the square root of what is missing to so many warps: each brings more loads
 * on their way, and more sums to be added in the end.
 */
const WANTED_WARPS = 8 * WAVE;
/** Even where warps abound, two slices halve the time a row takes one after the other. */
const FEWEST_SLICES = 2;
/** Multiplications per row of C from which a large workgroup pays here. */
const LARGE_ROW = 65_536;

/** Quads that a slice of the longest row may take one after the other, however little there is. */
const FEW_QUADS = 7;

/** Where workgroups follow each other: the longest rows first, small ones fill in behind them. */
function many(
  brief: RowsInBrief,
  { vectors, columns }: Pick<WideIo, "vectors" | "columns">,
): QuadsKnobs {
  const { rows, mean } = brief;
  const lanes = Math.min(WARP, vectors);
  const warps = (vectorsPerLane: number): number => rows * vectors / (vectorsPerLane * WARP);
  const n = vectors * columns;
  const vectorsPerLane = n >= WIDE && warps(2) >= ENOUGH_WARPS ? 2 : 1;
  const missing = 2 ** Math.round(Math.log2(WANTED_WARPS / warps(vectorsPerLane)) / 2);
  const regular = Math.min(
    Math.max(FEWEST_SLICES, missing),
    powerOfTwoTo(THREADS_PER_ROW / lanes),
    powerOfTwoTo(mean / NON_ZEROS_PER_SLICE),
  );
  const even = evenSlices(brief, warps(vectorsPerLane));
  const slices = Math.max(regular, Math.min(even, powerOfTwoTo(LARGE_WORKGROUP / lanes)));
  const threads = mean * n >= LARGE_ROW ? LARGE_WORKGROUP : SMALL_WORKGROUP;
  return {
    ...{ lanes, vectorsPerLane, slices, threads: Math.max(threads, slices * lanes) },
    ...{ quadsAtOnce: 1, dealt: false },
  };
}

/** Slices of which the longest row has no more quads than all rows leave each warp of a full GPU. */
function evenSlices({ mean, longest }: RowsInBrief, warps: number): number {
  const each = Math.max(FEW_QUADS, mean / QUAD * warps / WAVE);
  return 2 ** Math.max(0, Math.round(Math.log2(longest / QUAD / each)));
}

/** As `ONE_WAVE_FROM`, of halves, which are half as much to read. */
const ONE_WAVE_OF_HALVES_FROM = 30_000;
/** Slices of halves up to which large workgroups pay. */
const SLICES_OF_LARGE = 4;
/** Non-zeros that each slice must have for two quads under way: where slices are many, and few. */
const TWO_QUADS_OF_MANY = 24;
const TWO_QUADS_OF_FEW = 3;

/** Eight columns a lane take the registers of two vectors of four: slices fill the GPU once. */
function knobsOfHalves(
  { rows, mean, longest }: RowsInBrief,
  { vectors, columns }: Pick<WideIo, "vectors" | "columns">,
): QuadsKnobs {
  const lanes = Math.min(WARP, vectors);
  const warps = rows * vectors / WARP;
  const most = powerOfTwoTo(Math.min(2 * THREADS_PER_ROW / lanes, mean / NON_ZEROS_PER_SLICE));
  const filling = Math.min(powerOfTwoTo(WAVE / warps), most);
  const isLarge = warps <= WAVE && filling <= SLICES_OF_LARGE &&
    mean * vectors * columns >= ONE_WAVE_OF_HALVES_FROM;
  const isSkewed = longest >= SKEWED * mean && filling < SLICES_OF_SINGLE_QUADS;
  const slices = isSkewed && !isLarge ? 2 * filling : filling;
  const least = slices >= SLICES_OF_SINGLE_QUADS ? TWO_QUADS_OF_MANY : TWO_QUADS_OF_FEW;
  return {
    ...{ lanes, vectorsPerLane: 1, slices },
    threads: isLarge ? LARGE_WORKGROUP : Math.max(SMALL_WORKGROUP, slices * lanes),
    quadsAtOnce: mean / slices < least ? 1 : 2,
    dealt: isLarge,
  };
}

/** Threads of a workgroup that the device takes, with so many bytes of sums each. */
function mostThreads(bytes: number, limits: GpuLimits): number {
  return Math.min(
    limits.maxComputeInvocationsPerWorkgroup,
    limits.maxComputeWorkgroupSizeX,
    Math.floor(limits.maxComputeWorkgroupStorageSize / Math.max(1, bytes)),
  );
}
