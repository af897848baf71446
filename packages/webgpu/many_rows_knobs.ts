import { evenLanes, LARGE_WORKGROUP, type QuadsKnobs, WARP, WAVE } from "./quads_knobs.ts";
import { QUAD } from "./row_quads.ts";
import { isSkewed, type RowsInBrief } from "./rows_in_brief.ts";
import type { WideIo } from "./wide_io.ts";

/** B as a product of rows of quads reads it. */
export interface BInBrief extends Pick<WideIo, "vectors" | "columns"> {
  /** Rows of B. */
  readonly k: number;
}

/** Warps of a column tile from which its rows alone nearly fill the GPU. */
const FULL_TILE = 3 * WAVE / 4;

/**
 * Knobs where the rows of one column tile fill the GPU, whose warps then follow each other: small
 * workgroups leave their place to the next as soon as they end, and a row need not be shared.
 * Undefined where rows are fewer.
 */
export function knobsOfManyRows(rows: RowsInBrief, b: BInBrief): QuadsKnobs | undefined {
  if (rows.rows * Math.min(WARP, b.vectors) / WARP < FULL_TILE) return undefined;
  const slices = slicesOfLongest(rows, b);
  return slices > 1 ? knobsOfLongest(rows, b, slices) : knobsOfAlike(rows, b);
}

/** Threads of a workgroup that leaves its place soon. */
const SMALL_WORKGROUP = 128;

/** Vectors of columns of a warp whose lanes have two each. */
const TWO_EACH = 2 * WARP;
/**
 * Bytes of B of such a tile up to which what a warp reads is often in its first-level cache, of
 * 256 KB: one read in twenty and more.
 */
const NEAR_BYTES = 20 * 2 ** 18;
/** Waves of warps from which the last leaves little of the GPU idle; a second slice fills up fewer. */
const FULL_WAVES = 2.75;
/** Non-zeros that each slice of two vectors must have, */
const SLICE_OF_TWO = 96;
/** Non-zeros of a row from which what is loaded ahead is of use before it ends. */
const AHEAD_FROM = 32;
/** Multiplications per row of C from which rows under way together had better read B together. */
const LARGE_ROW = 2 ** 15;

/**
 * Rows alike, tile by tile, so that only one tile of B is being read. Where it is near, two vectors a
 * lane, for half the reads of A; where most reads must wait, one, for more warps that wait at once.
 */
function knobsOfAlike({ rows, mean }: RowsInBrief, { k, vectors, columns }: BInBrief): QuadsKnobs {
  const bytes = k * TWO_EACH * columns * Float32Array.BYTES_PER_ELEMENT;
  const areTwo = vectors >= TWO_EACH && bytes <= NEAR_BYTES;
  const vectorsPerLane = areTwo ? 2 : 1;
  const waves = rows * vectors / (WARP * vectorsPerLane) / WAVE;
  const isShared = waves < FULL_WAVES && mean >= 2 * (areTwo ? SLICE_OF_TWO : QUAD);
  const isLarge = areTwo && mean * vectors * columns >= LARGE_ROW;
  return {
    lanes: evenLanes({ lanes: Math.min(WARP, vectors), vectorsPerLane }, { vectors }),
    ...{ vectorsPerLane, slices: isShared ? 2 : 1 },
    threads: isLarge ? LARGE_WORKGROUP : SMALL_WORKGROUP,
    ...{ quadsAtOnce: 1, ahead: mean >= AHEAD_FROM, order: "tile by tile" },
  };
}

/** Non-zeros of a row that take a slice long. */
const LONG_SLICE = 160;
/** Non-zeros of the longest row that take as long as a wave of warps more, which each add a sum. */
const NON_ZEROS_PER_WAVE = 10;
/** More slices would make the workgroup of a longest row wait for its last for too long. */
const MOST_SLICES = 16;

/**
 * Slices of every row where the longest takes the time: they divide what it takes, and multiply the
 * warps and the sums to be added, so that their best number goes by the square root.
 */
function slicesOfLongest(brief: RowsInBrief, { vectors }: BInBrief): number {
  const { rows, longest } = brief;
  if (!isSkewed(brief) || longest < LONG_SLICE) return 1;
  const waves = rows * vectors / WARP / WAVE;
  const best = Math.sqrt(longest / (NON_ZEROS_PER_WAVE * waves));
  return 2 ** Math.max(0, Math.min(Math.log2(MOST_SLICES), Math.round(Math.log2(best))));
}

/** Threads of a workgroup of a single row at most: beyond, its tiles are narrower. */
const MOST_OF_A_ROW = 256;
/** Slices up to which also the other rows have quads for pairs, */
const SLICES_OF_PAIRS = 8;
/** and waves of warps up to which it does not matter that they have none. */
const WAVES_OF_PAIRS = 2;

/** The longest rows of all tiles first; the others fill in behind them. */
function knobsOfLongest(
  { rows, longest }: RowsInBrief,
  { vectors }: BInBrief,
  slices: number,
): QuadsKnobs {
  const wanted = Math.min(WARP, vectors, MOST_OF_A_ROW / slices);
  const lanes = evenLanes({ lanes: wanted, vectorsPerLane: 1 }, { vectors });
  const isLong = longest / slices >= LONG_SLICE;
  const waves = rows * vectors / WARP / WAVE;
  const arePairs = isLong && (slices <= SLICES_OF_PAIRS || waves <= WAVES_OF_PAIRS);
  return {
    ...{ lanes, vectorsPerLane: 1, slices, threads: Math.max(SMALL_WORKGROUP, lanes * slices) },
    ...{ quadsAtOnce: arePairs ? 2 : 1, ahead: isLong, order: "row by row" },
  };
}
