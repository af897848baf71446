import { knobsOfHalves } from "./halves_knobs.ts";
import { powerOfTwoTo } from "./lanes.ts";
import type { GpuLimits } from "./limits.ts";
import {
  AHEAD_OF_FEW_FROM,
  type BInBrief,
  bytesOf,
  fillWaves,
  isLongestLong,
  knobsOfManyLong,
  knobsOfManyRows,
  NEAREST_BYTES,
} from "./many_rows_knobs.ts";
import {
  evenLanes,
  LARGE_WORKGROUP,
  LARGE_WORKGROUPS,
  mostWithSums,
  type QuadsKnobs,
  SMALL_WORKGROUP,
  SMALLEST_WORKGROUP,
  TWO_EACH,
  WARP,
  WAVE,
} from "./quads_knobs.ts";
import { QUAD } from "./row_quads.ts";
import {
  evenSlices,
  FEW_LANES,
  MANY_SLICES,
  mostSlices,
  NON_ZEROS_PER_SLICE,
  staysNear,
} from "./row_slices.ts";
import { areAlike, isSkewed, type RowsInBrief } from "./rows_in_brief.ts";
import type { WideIo } from "./wide_io.ts";

/**
 * Knobs for a product; the constants are fitted to an H200, to pruned layers of 256 to 2048 rows, to
 * random matrices of 320 to 4096 and, in f32, to matrices of up to 33 288 rows.
 *
 * @param rows The rows of op(A).
 * @param b The rows and columns of B.
 * @param limits What the device allows.
 */
export function chooseQuadsKnobs(
  rows: RowsInBrief,
  b: BInBrief,
  limits: GpuLimits,
): QuadsKnobs {
  const wanted = b.columns > 4
    ? knobsOfManyLong(rows, b) ?? knobsOfHalves(rows, b)
    : knobsOfManyRows(rows, b) ?? oneWave(rows, b) ?? many(rows, b);
  const { lanes } = wanted;
  const most = mostWithSums(wanted, b, limits);
  const slices = Math.min(wanted.slices, Math.floor(most / lanes));
  const together = lanes * slices;
  const groups = Math.min(Math.round(wanted.threads / together), Math.floor(most / together));
  return { ...wanted, slices, threads: together * Math.max(1, groups) };
}

/** Multiplications per row of C from which rows read enough of B to meet in a large workgroup. */
const ONE_WAVE_FROM = 20_000;
/** Fewer slices leave a row to one warp for too long, */
const FEWEST_OF_ONE_WAVE = 2;
/** more leave each too little of a row to keep two vectors of columns busy. */
const MOST_OF_ONE_WAVE = 16;
/** Slices from which a tile is half a warp's columns wide, */
const SLICES_OF_NARROW_TILES = 4;
/** as it is where C is wide and rows have fewer non-zeros than this; */
const NARROW_TILES_TO = 128;
/** but long rows find enough of a wide tile of so few bytes near. */
const NEAR_TILE_BYTES = 4 * NEAREST_BYTES;
/** Non-zeros of a row from which two quads at once pay beside loading ahead. */
const TWO_QUADS_FROM = 192;

/**
 * Where few slices fill the GPU exactly once: all of the product is under way together in large
 * workgroups, and each has its share of long rows. A narrow tile has twice the rows in a workgroup,
 * which meet in B: less of it crosses from the second-level cache.
 */
function oneWave(brief: RowsInBrief, b: BInBrief): QuadsKnobs | undefined {
  const { rows, mean } = brief;
  const vectorsPerLane = 2;
  const isNarrow = areTilesNarrow(brief, b);
  const lanes = evenLanes({ lanes: isNarrow ? WARP / 2 : WARP, vectorsPerLane }, b);
  const tiles = Math.ceil(b.vectors / (lanes * vectorsPerLane));
  const filling = Math.floor(WAVE * WARP / (rows * tiles * lanes));
  // A workgroup more than there is room for would come after all others.
  const together = Math.ceil(rows * tiles / (tiles === 1 ? 2 : 1) / LARGE_WORKGROUPS);
  const fitting = Math.floor(LARGE_WORKGROUP / (lanes * together));
  // One of many less leaves the others the registers to load ahead.
  const slices = Math.min(filling >= MANY_SLICES ? filling - 1 : filling, fitting);
  const isOneWave = b.vectors >= TWO_EACH && slices >= FEWEST_OF_ONE_WAVE &&
    slices <= MOST_OF_ONE_WAVE && mean * b.vectors * b.columns >= ONE_WAVE_FROM &&
    !isSkewed(brief);
  const areTwo = !isNarrow && (mean >= TWO_QUADS_FROM || tiles === 1);
  return isOneWave
    ? {
      ...{ lanes, vectorsPerLane, slices, threads: lanes * slices * together },
      ...{ quadsAtOnce: areTwo ? 2 : 1, ahead: true, order: "to and fro" },
    }
    : undefined;
}

/** Whether tiles are half a warp's columns wide, with twice the rows in a workgroup. */
function areTilesNarrow({ rows, mean }: RowsInBrief, b: BInBrief): boolean {
  const ofWide = Math.floor(WAVE / (rows * b.vectors / TWO_EACH));
  if (b.vectors * b.columns < WIDE) return ofWide >= SLICES_OF_NARROW_TILES;
  return mean >= LONG_ROW && bytesOf(b, TWO_EACH) <= NEAR_TILE_BYTES
    ? ofWide >= MANY_SLICES
    : ofWide >= SLICES_OF_NARROW_TILES || mean < NARROW_TILES_TO;
}

/** Columns from which C is wide. */
const WIDE = 512;
/** Non-zeros of a row from which a lane takes two vectors also of fewer columns. */
const LONG_ROW = 96;
/** Non-zeros of rows alike up to which single vectors leave more warps for what waits for B, */
const SHORT_ROW = 32;
/** and from which two vectors pay for fewer columns where warps abound. */
const MIDDLE_ROW = 40;
/** Warps that two vectors a lane must leave. */
const ENOUGH_WARPS = 2048;

/** Where workgroups follow each other: the longest rows first, small ones fill in behind them. */
function many(brief: RowsInBrief, b: BInBrief): QuadsKnobs {
  return areTwoWorth(brief, b) ? manyOfTwoVectors(brief, b) : manyOfOneVector(brief, b);
}

/** Whether two vectors a lane, and half the warps, do the work sooner. */
function areTwoWorth(brief: RowsInBrief, b: BInBrief): boolean {
  const { rows, mean } = brief;
  const { vectors, columns } = b;
  const warps = rows * vectors / TWO_EACH;
  if (areAlike(brief) && mean >= MIDDLE_ROW && vectors >= TWO_EACH && warps > WAVE / 2) return true;
  const areWaiting = areAlike(brief) && mean >= AHEAD_OF_FEW_FROM && mean < SHORT_ROW &&
    bytesOf(b, WARP) > NEAREST_BYTES;
  const isWide = vectors * columns >= WIDE ? !areWaiting : mean >= LONG_ROW && vectors > TWO_EACH;
  return isWide && warps >= (areEarly(brief) ? 2 * ENOUGH_WARPS : ENOUGH_WARPS);
}

/** Warps up to which slices are added to two vectors a lane, by the square root of what is missing. */
const WANTED_OF_TWO = 2 * WAVE;
/** Multiplications per row of C from which a large workgroup pays for several slices. */
const LARGE_ROW = 20_000;

/** Times as long as all others that the longest rows may take, as they begin first. */
const LATER_END = 1.25;

/**
 * A row is a single slice's where warps abound: it has loads enough on their way, and no sums to add.
 * Large workgroups that would leave much of their last wave empty make way for small ones.
 */
function manyOfTwoVectors(
  brief: RowsInBrief,
  { vectors, columns }: Pick<WideIo, "vectors" | "columns">,
): QuadsKnobs {
  const { rows, mean } = brief;
  const vectorsPerLane = 2;
  const warps = rows * vectors / TWO_EACH;
  const missing = 2 ** Math.round(Math.log2(WANTED_OF_TWO / warps) / 2);
  const regular = Math.min(missing, powerOfTwoTo(mean / NON_ZEROS_PER_SLICE));
  const slices = Math.max(1, regular, evenSlices(brief, warps, LATER_END));
  const isEven = !isSkewed(brief) && mean * vectors * columns >= LARGE_ROW;
  const isLarge = slices === 1 || isEven;
  const lanes = evenLanes({ lanes: WARP, vectorsPerLane }, { vectors });
  const layout = { lanes, vectorsPerLane, quadsAtOnce: 1, ahead: true } as const;
  if (isLarge && !isSkewed(brief) && !fillWaves(warps * slices / WAVE)) {
    const least = mean >= AHEAD_OF_FEW_FROM ? 2 : 1;
    const threads = SMALLEST_WORKGROUP;
    return { ...layout, slices: Math.max(least, slices), threads, order: "tile by tile" };
  }
  const threads = isLarge ? LARGE_WORKGROUP : Math.max(SMALL_WORKGROUP, slices * WARP);
  return { ...layout, slices, threads, order: "row by row" };
}

/**
 * Warps up to which slices are added to single vectors, by the square root of what is missing: each
 * brings more loads on their way, and more sums to be added in the end.
 */
const WANTED_OF_ONE = 8 * WAVE;
/** Times as many where the longest row takes the time. */
const MORE_OF_SKEWED = 4 / 3;
/** Even where warps abound, two slices of single vectors halve the time that a row takes. */
const FEWEST_OF_ONE = 2;

/** Multiplications per row of C from which a large workgroup pays where others follow it. */
const LARGE_ROW_OF_ONE = 65_536;

/** Whether long rows among others are loaded ahead, by workgroups small enough to begin early. */
function areEarly(rows: RowsInBrief): boolean {
  return isSkewed(rows) && !isLongestLong(rows) && rows.mean >= AHEAD_OF_FEW_FROM;
}

/** Single vectors leave registers to more warps, which are under way in place of further quads. */
function manyOfOneVector(brief: RowsInBrief, b: BInBrief): QuadsKnobs {
  const { vectors } = b;
  const lanes = evenLanes({ lanes: Math.min(WARP, vectors), vectorsPerLane: 1 }, { vectors });
  const warps = brief.rows * vectors / WARP;
  if (vectors <= WARP && !isSkewed(brief) && staysNear(brief, b)) {
    return knobsOfOneVector(brief, b, { lanes, slices: slicesOfNear(brief, lanes, warps) });
  }
  const slices = slicesOfOneVector(brief, lanes, warps);
  const fitting = slicesOfAlike(brief, warps);
  const areMore = slices > fitting || warps * slices > WAVE;
  return areMore && areAlike(brief) && brief.mean >= AHEAD_OF_FEW_FROM && lanes > WARP / 2
    ? knobsOfAlike(lanes, Math.min(slices, fitting))
    : knobsOfOneVector(brief, b, { lanes, slices });
}

function knobsOfOneVector(
  brief: RowsInBrief,
  { vectors, columns }: BInBrief,
  { lanes, slices }: Pick<QuadsKnobs, "lanes" | "slices">,
): QuadsKnobs {
  const { rows, mean } = brief;
  const warps = rows * vectors / WARP;
  const areUneven = isSkewed(brief);
  const shared = slices * lanes;
  const areTogether = warps * slices <= 2 * WAVE;
  const isUnevenAhead = areEarly(brief) || (areTogether && areUneven);
  const threads = isUnevenAhead || (areTogether && vectors <= WARP)
    ? SMALLEST_WORKGROUP
    : !areTogether && mean * vectors * columns >= LARGE_ROW_OF_ONE
    ? LARGE_WORKGROUP
    : SMALL_WORKGROUP;
  return {
    ...{ lanes, vectorsPerLane: 1, slices, threads: Math.max(threads, shared) },
    quadsAtOnce: lanes <= FEW_LANES && isLongestLong(brief) ? 2 : 1,
    ahead: warps * slices <= WAVE || isUnevenAhead ||
      (shared >= SMALL_WORKGROUP && threads < LARGE_WORKGROUP),
    order: areTogether ? "to and fro" : areUneven ? "row by row" : "tile by tile",
  };
}

/**
 * Waves of warps that are under way at once with the registers to load ahead, and fewer of rows shorter
 * than middle ones.
 */
const WAVES_OF_ALIKE = 1.3;
const WAVES_OF_SHORT = 1.15;

/** Slices of rows alike that are all under way at once; two in any case. */
function slicesOfAlike({ mean }: RowsInBrief, warps: number): number {
  const waves = mean >= MIDDLE_ROW ? WAVES_OF_ALIKE : WAVES_OF_SHORT;
  return Math.max(FEWEST_OF_ONE, Math.round(waves * WAVE / warps));
}

/** Rows alike are loaded ahead, by workgroups that hardly hold more than one. */
function knobsOfAlike(lanes: number, slices: number): QuadsKnobs {
  const threads = slices > FEWEST_OF_ONE ? slices * lanes : SMALLEST_WORKGROUP;
  const layout = { lanes, vectorsPerLane: 1, slices, threads } as const;
  return { ...layout, quadsAtOnce: 1, ahead: true, order: "tile by tile" };
}

/** One wave is enough where what rows read of B is soon there, for the longest of them, too. */
function slicesOfNear(brief: RowsInBrief, lanes: number, warps: number): number {
  const filling = powerOfTwoTo(WAVE / warps);
  return Math.min(Math.max(FEWEST_OF_ONE, filling), mostSlices(brief, lanes));
}

/** Slices by what is missing to many warps, and so many that the longest row does not end too late. */
function slicesOfOneVector(brief: RowsInBrief, lanes: number, warps: number): number {
  const areUneven = isSkewed(brief);
  const hasWholeWarps = lanes > WARP / 2;
  const missing = Math.sqrt((areUneven ? MORE_OF_SKEWED : 1) * WANTED_OF_ONE / warps);
  const nonEmpty = brief.mean / (areUneven ? 1 : NON_ZEROS_PER_SLICE);
  // Whole warps fill the GPU twice, as long as each slice has two quads.
  const twice = hasWholeWarps ? Math.floor(Math.min(2 * WAVE / warps, brief.mean / QUAD / 2)) : 1;
  // Of tiles a little wider than a warp, three leave fewer warps that are mostly idle than four.
  const added = lanes > WARP && !areUneven && missing < 4
    ? Math.round(missing)
    : 2 ** Math.round(Math.log2(missing));
  const most = mostSlices(brief, lanes);
  const regular = Math.min(
    Math.max(FEWEST_OF_ONE, Math.min(added, powerOfTwoTo(nonEmpty)), twice),
    most,
    Math.max(1, Math.floor(nonEmpty)),
  );
  return Math.max(regular, Math.min(evenSlices(brief, warps), most));
}
