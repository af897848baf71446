import { ShapeError } from "@spmm/spmm";

/**
 * Equal parts of a merge path. Part p begins at row end `rows[p]` and non-zero `nonZeros[p]`, and
 * ends where part p + 1 begins.
 */
export interface MergePathPartition {
  /** Row ends before each part: the row that the part begins in; `parts + 1` of them. */
  readonly rows: Uint32Array<ArrayBufferLike>;
  /** Non-zeros before each part; `parts + 1` of them. */
  readonly nonZeros: Uint32Array<ArrayBufferLike>;
}

/**
 * Cuts the merge path of a CSR matrix into parts of equal length, up to one step.
 *
 * The path merges the ends of the rows with the non-zeros in the order in which a walk over the
 * matrix meets them: a row end comes before non-zero i where the row ends at or before i. Its
 * length is rows + non-zeros, so a part never has more of either than its share: long rows are
 * split over parts, and runs of empty rows are work like any other. Where the path crosses the
 * diagonal at which a part begins is found by binary search: O(parts · log rows).
 *
 * @param rowOffsets Where each row begins among the non-zeros, and where the last ends: rows + 1
 * entries from 0, never falling, at least one.
 * @param parts How many parts, from 1; more parts than steps leave some parts empty.
 * @throws {ShapeError} If `parts` is no positive integer.
 *
 * @see Merrill, Garland, "Merge-based parallel sparse matrix-vector multiplication", SC 2016, §III;
 * Yang, Buluç, Owens, Euro-Par 2018, §4.2.
 *
 * @example Two rows of one and five non-zeros, in two parts
 * ```ts
 * import { mergePathPartition } from "@spmm/merge";
 * import assert from "node:assert/strict";
 *
 * const { rows, nonZeros } = mergePathPartition(new Uint32Array([0, 1, 6]), 2);
 * assert.deepEqual([...rows], [0, 1, 2]); // one row end in either part …
 * assert.deepEqual([...nonZeros], [0, 3, 6]); // … and three non-zeros: row 1 is cut after its second
 * ```
 */
export function mergePathPartition(rowOffsets: Uint32Array, parts: number): MergePathPartition {
  if (!Number.isSafeInteger(parts) || parts < 1) {
    throw new ShapeError(
      `Cannot partition a merge path: parts must be a positive integer: received ${parts}`,
    );
  }
  const steps = rowOffsets.length - 1 + rowOffsets[rowOffsets.length - 1];
  const share = Math.floor(steps / parts);
  const longer = steps % parts;
  const rows = new Uint32Array(parts + 1);
  const nonZeros = new Uint32Array(parts + 1);
  for (let part = 0; part <= parts; part++) {
    const diagonal = part * share + Math.min(part, longer);
    rows[part] = rowEndsBefore(rowOffsets, diagonal);
    nonZeros[part] = diagonal - rows[part];
  }
  return { rows, nonZeros };
}

/** Row ends among the first `diagonal` steps of the path. */
function rowEndsBefore(rowOffsets: Uint32Array, diagonal: number): number {
  const rows = rowOffsets.length - 1;
  let low = Math.max(0, diagonal - rowOffsets[rows]);
  let high = Math.min(diagonal, rows);
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    // The end of row `middle` comes after `middle` other row ends and its offset's non-zeros.
    if (middle + rowOffsets[middle + 1] < diagonal) low = middle + 1;
    else high = middle;
  }
  return low;
}
