/** What the layout of a product is chosen by. */
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

/** Times the mean that the longest row has where it, and not the rest, takes the time. */
const SKEWED = 4;

/** Whether the longest row, and not the rest, takes the time. */
export function isSkewed({ mean, longest }: RowsInBrief): boolean {
  return longest >= SKEWED * mean;
}

/** Times the mean that the longest row of rows alike has at most. */
const ALIKE = 2;

/** Whether no row takes much longer than others. */
export function areAlike({ mean, longest }: RowsInBrief): boolean {
  return longest <= ALIKE * mean;
}
