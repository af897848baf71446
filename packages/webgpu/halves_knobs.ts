import { powerOfTwoTo } from "./lanes.ts";
import { type BInBrief, FULL_TILE, isLongestLong } from "./many_rows_knobs.ts";
import {
  evenLanes,
  fullPart,
  LARGE_WORKGROUP,
  LARGE_WORKGROUPS,
  type QuadsKnobs,
  SMALL_WORKGROUP,
  SMALLEST_WORKGROUP,
  WARP,
  WAVE,
} from "./quads_knobs.ts";
import { QUAD } from "./row_quads.ts";
import {
  evenSlices,
  MANY_SLICES,
  mostSlices,
  NON_ZEROS_PER_SLICE,
  staysNear,
} from "./row_slices.ts";
import { isSkewed, type RowsInBrief } from "./rows_in_brief.ts";

/** Multiplications per row of C from which rows of halves in a single wave count as long, */
const LONG_ROW_OF_HALVES = 30_000;
/** and from which they do where workgroups follow each other. */
const LONG_ROW_OF_MANY_HALVES = 80_000;
const MIDDLE_WORKGROUP = 512;
/** Slices of halves up to which large workgroups pay. */
const SLICES_OF_LARGE = 4;
/** Slices of a skewed row from which the longest is shared out well enough to have others beside it. */
const SLICES_OF_SHARED = 4;

function areShared(rows: RowsInBrief, slices: number): boolean {
  return isSkewed(rows) && slices >= SLICES_OF_SHARED;
}

/** Rows up to which each may have a workgroup of its own, and wait for no other row's slices. */
const ROWS_ALONE = 1024;

/** Eight columns a lane take the registers of two vectors of four: slices fill the GPU once. */
export function knobsOfHalves(brief: RowsInBrief, b: BInBrief): QuadsKnobs {
  const { rows, mean } = brief;
  const { vectors, columns } = b;
  const vectorsPerLane = 1;
  const lanes = Math.min(WARP, vectors);
  const warps = rows * vectors / WARP;
  const areUneven = isSkewed(brief);
  const nonEmpty = mean / (areUneven ? NON_ZEROS_PER_SLICE : QUAD);
  const most = Math.min(mostSlices(brief, lanes), powerOfTwoTo(nonEmpty));
  const filling = Math.max(1, Math.min(slicesThatFill(warps), most));
  const perRow = mean * vectors * columns;
  const ofLongest = isLongestLong(brief)
    ? Math.min(evenSlices(brief, warps), mostSlices(brief, lanes))
    : 1;
  const isOneWave = warps <= WAVE && fillLarge(warps, filling) && filling <= SLICES_OF_LARGE &&
    perRow >= LONG_ROW_OF_HALVES &&
    ofLongest <= filling;
  const regular = areUneven && filling < MANY_SLICES && !isOneWave ? 2 * filling : filling;
  const slices = Math.max(regular, ofLongest);
  const areMany = slices >= MANY_SLICES;
  const threads = isOneWave
    ? LARGE_WORKGROUP
    : areMany && rows <= ROWS_ALONE
    ? WARP
    : !areMany && !areShared(brief, slices) && perRow >= LONG_ROW_OF_MANY_HALVES
    ? MIDDLE_WORKGROUP
    : SMALLEST_WORKGROUP;
  const quadsAtOnce = quadsOfHalves(brief, slices, lanes);
  return {
    ...{ lanes: evenLanes({ lanes, vectorsPerLane }, { vectors }), vectorsPerLane, slices },
    ...{ threads: Math.max(threads, slices * lanes), quadsAtOnce },
    ahead: quadsAtOnce === 1 || !staysNear(brief, b),
    order: isOneWave || areMany ? "to and fro" : "row by row",
  };
}

/** Two as long as two fill two waves better than one fills one. */
function slicesThatFill(warps: number): number {
  return warps < FULL_TILE ? Math.max(2, Math.floor(WAVE / warps)) : 1;
}

/** Part of the GPU that large workgroups must fill in each wave, */
const FULL_OF_HALVES = 0.85;

/** where each of them has a multiprocessor to itself. */
function fillLarge(warps: number, slices: number): boolean {
  const together = Math.floor(LARGE_WORKGROUP / WARP / slices);
  return fullPart(warps / together / LARGE_WORKGROUPS) >= FULL_OF_HALVES;
}

/** Non-zeros that each slice must have for two quads under way: where slices are many or rows skewed, */
const TWO_QUADS_OF_MANY = 24;
/** and where they are few, of rows alike. */
const TWO_QUADS_OF_FEW = 16;

/** Two where slices are long, those of the longest row if it takes the time; a large row has no room. */
function quadsOfHalves(brief: RowsInBrief, slices: number, lanes: number): 1 | 2 {
  const areUneven = isSkewed(brief);
  const each = (areUneven ? brief.longest : brief.mean) / slices;
  const least = areUneven || slices >= MANY_SLICES ? TWO_QUADS_OF_MANY : TWO_QUADS_OF_FEW;
  return each < least || slices * lanes > SMALL_WORKGROUP ? 1 : 2;
}
