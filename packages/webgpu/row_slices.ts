import { powerOfTwoTo } from "./lanes.ts";
import { type BInBrief, bytesOf, isLongestLong, NEAREST_BYTES } from "./many_rows_knobs.ts";
import { MULTIPROCESSORS, WAVE } from "./quads_knobs.ts";
import { QUAD } from "./row_quads.ts";
import type { RowsInBrief } from "./rows_in_brief.ts";

/** Slices that count as many. */
export const MANY_SLICES = 8;
/** Non-zeros a slice should have on average, at the least. */
export const NON_ZEROS_PER_SLICE = 2;

/** Threads that share a row at most, */
const THREADS_PER_ROW = 512;
/** and the longest one, if it takes the time and has so few lanes that adding slices takes it, too. */
const THREADS_PER_LONGEST = 256;
export const FEW_LANES = 8;

/** Slices at most: of the longest row, where adding them takes the time, or of any. */
export function mostSlices(brief: RowsInBrief, lanes: number): number {
  const isShort = lanes > FEW_LANES || !isLongestLong(brief);
  return powerOfTwoTo((isShort ? THREADS_PER_ROW : THREADS_PER_LONGEST) / lanes);
}

/** Quads that a slice of the longest row may take one after the other, however little there is. */
const FEW_QUADS = 8;

/**
 * Slices of which the longest row has hardly more quads than all rows leave each warp of a full GPU,
 * or so many times as many.
 */
export function evenSlices({ mean, longest }: RowsInBrief, warps: number, times = 1): number {
  const each = Math.max(FEW_QUADS, times * mean / QUAD * warps / WAVE);
  return 2 ** Math.max(0, Math.round(Math.log2(longest / QUAD / each)));
}

/** Times that a multiprocessor reads a row of B from which most reads find it there. */
const READS_OF_NEAR = 2;

/**
 * Whether a first-level cache holds all of B, and what reads it finds most of it there: two quads under
 * way are then enough, and loading further ones ahead is only more to do.
 */
export function staysNear({ rows, mean }: RowsInBrief, b: BInBrief): boolean {
  return bytesOf(b, b.vectors) <= NEAREST_BYTES &&
    rows * mean >= READS_OF_NEAR * MULTIPROCESSORS * b.k;
}
