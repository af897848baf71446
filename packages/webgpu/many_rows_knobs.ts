import {
  evenLanes,
  fullPart,
  LARGE_WORKGROUP,
  type QuadsKnobs,
  SMALLEST_WORKGROUP,
  TWO_EACH,
  WARP,
  WAVE,
} from "./quads_knobs.ts";
import { QUAD } from "./row_quads.ts";
import { isSkewed, type RowsInBrief } from "./rows_in_brief.ts";
import { VECTOR_BYTES, type WideIo } from "./wide_io.ts";

/** B as a product of rows of quads reads it. */
export interface BInBrief extends Pick<WideIo, "vectors" | "columns"> {
  /** Rows of B. */
  readonly k: number;
}

/** Warps of a column tile from which its rows, or two slices of each, fill the GPU. */
export const FULL_TILE = 2 * WAVE / 3;

/**
 * Knobs where the rows of one column tile fill the GPU, whose warps then follow each other: small
 * workgroups leave their place to the next as soon as they end, and a row need hardly be shared.
 * Undefined where rows are fewer.
 */
export function knobsOfManyRows(rows: RowsInBrief, b: BInBrief): QuadsKnobs | undefined {
  if (!areMany(rows, b)) return undefined;
  return knobsOfManyLong(rows, b) ??
    (isNear(rows, b) ? knobsOfNear(rows, b) : knobsOfFar(rows, b));
}

/** The same where the longest row takes the time; undefined where none does. */
export function knobsOfManyLong(rows: RowsInBrief, b: BInBrief): QuadsKnobs | undefined {
  if (!areMany(rows, b) || !isLongestLong(rows)) return undefined;
  const wanted = slicesOfLongest(rows, b);
  const slices = Math.min(MOST_SLICES, 2 ** Math.round(Math.log2(wanted)));
  return slices > 1 ? knobsOfLongest(rows, b, { slices, wanted }) : undefined;
}

/** Whether the longest row takes the time, and long enough for slices of it to add their sums. */
export function isLongestLong(rows: RowsInBrief): boolean {
  return isSkewed(rows) && rows.longest >= LONG_SLICE;
}

/** Whether the rows of one column tile fill the GPU. */
export function areMany({ rows }: RowsInBrief, { vectors }: Pick<BInBrief, "vectors">): boolean {
  return rows * Math.min(WARP, vectors) / WARP >= FULL_TILE;
}

/** Non-zeros of a row from which what is loaded ahead is of use before it ends: */
const AHEAD_FROM = 32;
/** of fewer where waves are few, among them those of fewer rows. */
export const AHEAD_OF_FEW_FROM = 16;

/** Times that the GPU is filled by warps of all rows. */
function wavesOf({ rows }: RowsInBrief, { vectors }: BInBrief, vectorsPerLane = 1): number {
  return rows * vectors / (WARP * vectorsPerLane) / WAVE;
}

/** Bytes of a tile of B so many vectors wide. */
export function bytesOf({ k }: BInBrief, vectors: number): number {
  return k * vectors * VECTOR_BYTES;
}

/** Bytes of a first-level cache. */
export const NEAREST_BYTES = 2 ** 18;
/**
 * Bytes of B of a tile of two vectors a lane up to which what a warp reads is often in its first-level
 * cache: one read in twenty and more.
 */
const NEAR_BYTES = 20 * NEAREST_BYTES;

/**
 * Whether two vectors a lane pay, for half the reads of A: most reads of B must not have to wait, nor
 * short rows, of few loads each, leave places empty.
 */
function isNear(rows: RowsInBrief, b: BInBrief): boolean {
  const isFull = wavesOf(rows, b, 2) >= 1 || rows.mean >= AHEAD_FROM;
  return b.vectors >= TWO_EACH && bytesOf(b, TWO_EACH) <= NEAR_BYTES && isFull;
}

/** Waves of warps from which the last leaves little of the GPU idle; a second slice fills up fewer. */
const FULL_WAVES = 2.75;
/** Non-zeros that each slice of two vectors must have. */
const SLICE_OF_TWO = 64;
/** Part of a wave up to which places stay empty for a second slice of shorter rows, */
const PART_OF_WAVE = 0.75;
/** which each must have so many non-zeros of. */
const SLICE_OF_PART = 20;
/** Multiplications per row of C from which rows under way together had better read B together, */
const LARGE_ROW = 2 ** 15;
/** in large workgroups, if the waves of them are so full. */
const FULL_OF_LARGE = 0.75;

/** Whether large workgroups leave little of their last wave empty. */
export function fillWaves(waves: number): boolean {
  return fullPart(waves) >= FULL_OF_LARGE;
}

/** Rows alike, tile by tile, so that only one tile of B is being read. */
function knobsOfNear(rows: RowsInBrief, b: BInBrief): QuadsKnobs {
  const { mean } = rows;
  const { vectors, columns } = b;
  const vectorsPerLane = 2;
  const each = wavesOf(rows, b, vectorsPerLane);
  const least = each <= PART_OF_WAVE ? SLICE_OF_PART : SLICE_OF_TWO;
  const slices = each < FULL_WAVES && mean >= 2 * least ? 2 : 1;
  const isLate = each < FULL_WAVES && bytesOf(b, WARP) > NEAREST_BYTES;
  const aheadFrom = isLate ? AHEAD_OF_FEW_FROM : AHEAD_FROM;
  const isLarge = mean * vectors * columns >= LARGE_ROW &&
    fillWaves(slices * each);
  return {
    lanes: evenLanes({ lanes: WARP, vectorsPerLane }, { vectors }),
    ...{ vectorsPerLane, slices, threads: isLarge ? LARGE_WORKGROUP : SMALLEST_WORKGROUP },
    ...{ quadsAtOnce: 1, ahead: mean >= aheadFrom, order: "tile by tile" },
  };
}

/**
 * Tile by tile too, but with a single vector a lane, for more warps that wait at once: a second slice
 * only where rows leave places empty, and loads ahead only where neither a second slice has loads on
 * their way nor the nearest cache holds the tile. Few waves that are loaded ahead go row by row.
 */
function knobsOfFar(rows: RowsInBrief, b: BInBrief): QuadsKnobs {
  const { mean } = rows;
  const { vectors } = b;
  const slices = wavesOf(rows, b) < 1 && mean >= 2 * QUAD ? 2 : 1;
  const areFew = wavesOf(rows, b) < FULL_WAVES;
  const areWaiting = slices === 1 && bytesOf(b, WARP) > NEAREST_BYTES / (areFew ? 2 : 1);
  const ahead = areWaiting && mean >= (areFew ? AHEAD_OF_FEW_FROM : AHEAD_FROM);
  return {
    lanes: evenLanes({ lanes: Math.min(WARP, vectors), vectorsPerLane: 1 }, { vectors }),
    ...{ vectorsPerLane: 1, slices, threads: SMALLEST_WORKGROUP, quadsAtOnce: 1, ahead },
    order: ahead && areFew ? "row by row" : "tile by tile",
  };
}

/** Non-zeros that take a row, or a slice of one, long. */
const LONG_SLICE = 160;
/** Non-zeros of the longest row that take as long as a wave of warps more, which each add a sum. */
const NON_ZEROS_PER_WAVE = 10;
/** More slices would make the workgroup of a longest row wait for its last for too long. */
const MOST_SLICES = 16;

/**
 * Slices of every row where the longest takes the time: they divide what it takes, and multiply the
 * warps and the sums to be added, so that their best number goes by the square root.
 */
function slicesOfLongest(rows: RowsInBrief, b: BInBrief): number {
  return Math.sqrt(rows.longest / (NON_ZEROS_PER_WAVE * wavesOf(rows, b)));
}

/** Threads of a workgroup of a single row at most: beyond, its tiles are narrower. */
const MOST_OF_A_ROW = 256;
/** Slices wanted for each there is, from which the longest row still takes the time, and loads ahead. */
const AHEAD_FROM_WANTED = 0.8;
/** Bytes of B that the nearer half of the second-level cache holds. */
const CACHED_BYTES = 25 * 2 ** 20;

/**
 * The longest rows of all tiles first; the others fill in behind them. Where slices are fewer than
 * wanted, pairs of quads make up for them; where they are more, the other rows take the time, and want
 * places rather than the registers to load ahead. Where B does not stay in cache, rows of a large
 * workgroup read it together.
 */
function knobsOfLongest(
  rows: RowsInBrief,
  b: BInBrief,
  { slices, wanted }: { readonly slices: number; readonly wanted: number },
): QuadsKnobs {
  const { vectors } = b;
  const most = Math.min(WARP, vectors, MOST_OF_A_ROW / slices);
  const lanes = evenLanes({ lanes: most, vectorsPerLane: 1 }, { vectors });
  const layout = { lanes, vectorsPerLane: 1, slices, order: "row by row" } as const;
  if (bytesOf(b, vectors) > CACHED_BYTES) {
    return { ...layout, threads: LARGE_WORKGROUP, quadsAtOnce: 1, ahead: false };
  }
  const arePairs = slices < wanted && rows.longest / slices >= LONG_SLICE;
  return {
    ...{ ...layout, threads: Math.max(SMALLEST_WORKGROUP, lanes * slices) },
    ...{ quadsAtOnce: arePairs ? 2 : 1, ahead: wanted / slices >= AHEAD_FROM_WANTED },
  };
}
