import { SchedulerError } from "./errors.ts";

/** Inputs from `first` to the one before `end`. */
export interface InputRange {
  /** The first of them. */
  readonly first: number;
  /** The one after the last. */
  readonly end: number;
}

/** How many inputs ranges hold together. */
export function countInputs(ranges: Iterable<InputRange>): number {
  let count = 0;
  for (const { first, end } of ranges) count += end - first;
  return count;
}

/**
 * What of [0, inputs) no range covers, ascending; ranges may come in any order and overlap.
 * O(ranges · log ranges).
 */
export function missingRanges(inputs: number, done: Iterable<InputRange>): InputRange[] {
  const missing: InputRange[] = [];
  let at = 0;
  for (const { first, end } of [...done].sort((a, b) => a.first - b.first)) {
    if (first > at) missing.push({ first: at, end: Math.min(first, inputs) });
    at = Math.max(at, end);
    if (at >= inputs) break;
  }
  if (at < inputs) missing.push({ first: at, end: inputs });
  return missing;
}

/** What ranges have in common with one range, in their order. */
export function clipRanges(ranges: Iterable<InputRange>, within: InputRange): InputRange[] {
  return [...ranges]
    .map(({ first, end }) => ({
      first: Math.max(first, within.first),
      end: Math.min(end, within.end),
    }))
    .filter(({ first, end }) => first < end);
}

/**
 * Cuts ranges, taken as one row of inputs, into pieces of given sizes, each a list of ranges.
 *
 * @param ranges The inputs.
 * @param sizes How many inputs each piece gets; together as many as there are.
 */
export function cutRanges(
  ranges: readonly InputRange[],
  sizes: readonly number[],
): InputRange[][] {
  const rest = ranges.map((range) => ({ ...range }));
  return sizes.map((size) => {
    const piece: InputRange[] = [];
    for (let wanted = size; wanted > 0 && rest.length > 0;) {
      const [{ first, end }] = rest;
      const cut = Math.min(end, first + wanted);
      piece.push({ first, end: cut });
      wanted -= cut - first;
      if (cut === end) rest.shift();
      else rest[0] = { first: cut, end };
    }
    return piece;
  });
}

/**
 * The share of one of several independent runs: what a pod of an indexed Job or a task of a job
 * array works on. Shares differ by one input at most; O(1).
 *
 * @param inputs Inputs of the whole job.
 * @param index Which share, from 0.
 * @param count How many shares there are.
 * @throws {SchedulerError} If there is no such share.
 *
 * @example Ten inputs for four pods
 * ```ts
 * import { shareOf } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(shareOf(10, 0, 4), { first: 0, end: 3 });
 * assert.deepEqual(shareOf(10, 3, 4), { first: 8, end: 10 });
 * ```
 */
export function shareOf(inputs: number, index: number, count: number): InputRange {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(count) || index < 0 || index >= count) {
    throw new SchedulerError(
      `Cannot share inputs out: a share must be one of 0 to ${count - 1}: received ${index}`,
    );
  }
  const size = Math.floor(inputs / count);
  const longer = inputs % count;
  const first = index * size + Math.min(index, longer);
  return { first, end: first + size + (index < longer ? 1 : 0) };
}
