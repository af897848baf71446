import type { Csb } from "@spmm/formats";
import type { BlockLines } from "./block_lines.ts";

/** Steps `begin` to `end` of a line, the work of one workgroup and column tile. */
export interface Chunk {
  readonly line: number;
  readonly begin: number;
  readonly end: number;
  /** Where its partial sums go, or `WHOLE_LINE` where it writes C itself. */
  readonly slot: number;
  /** Its non-zeros: what it weighs. */
  readonly nonZeros: number;
}

/** A line that more than one chunk works on: its partial sums stand in slots `begin` to `end`. */
export interface CutLine {
  readonly line: number;
  readonly begin: number;
  readonly end: number;
}

/** The slot of a chunk that is its whole line. */
export const WHOLE_LINE = 0xffffffff;

/**
 * Cuts lines into chunks of about `nonZeros` non-zeros, at block boundaries, so that no workgroup
 * has much more to do than another: a line within the bound is one chunk, a heavier one several
 * (Buluç et al. 2009 §4, where block rows are cut into chunks). O(blocks).
 *
 * Heavier chunks come first, so that none of them starts last; equal ones keep their order.
 *
 * @param a The encoding; its pointers are all that is read.
 * @param lines The direction.
 * @param nonZeros Non-zeros a chunk may have, unless a single block has more.
 */
export function cutLines(
  a: Csb,
  lines: BlockLines,
  nonZeros: number,
): { readonly chunks: readonly Chunk[]; readonly cut: readonly CutLine[] } {
  const chunks: Chunk[] = [];
  const cut: CutLine[] = [];
  let slots = 0;
  for (let line = 0; line < lines.lines; line++) {
    const runs = runsOf(a, lines, line, nonZeros);
    if (runs.length > 1) cut.push({ line, begin: slots, end: slots + runs.length });
    for (const run of runs) {
      chunks.push({ line, ...run, slot: runs.length > 1 ? slots++ : WHOLE_LINE });
    }
  }
  chunks.sort((x, y) => y.nonZeros - x.nonZeros);
  return { chunks, cut };
}

type Run = Pick<Chunk, "begin" | "end" | "nonZeros">;

function runsOf(
  { blockPointers }: Csb,
  { steps, lineStride, stepStride }: BlockLines,
  line: number,
  most: number,
): Run[] {
  const runs: Run[] = [];
  let begin = 0;
  let nonZeros = 0;
  for (let step = 0; step < steps; step++) {
    const block = line * lineStride + step * stepStride;
    const entries = blockPointers[block + 1] - blockPointers[block];
    if (nonZeros > 0 && nonZeros + entries > most) {
      runs.push({ begin, end: step, nonZeros });
      begin = step;
      nonZeros = 0;
    }
    nonZeros += entries;
  }
  return [...runs, { begin, end: steps, nonZeros }];
}
