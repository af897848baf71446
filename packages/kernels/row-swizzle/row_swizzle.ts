import { columnLengths, type Csr, orderByLength, rowLengths } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";

/**
 * The rows of a matrix by decreasing length, rows of one length in the order in which they stand.
 *
 * Taken in this order, the long rows start first and the short ones fill the gaps at the end; and
 * rows that are worked on side by side have about one length, so that none waits for another.
 * A counting sort: O(rows + longest row), and no row of A or C is moved.
 *
 * @param a The matrix; for Aᵀ·B, its transpose.
 * @returns A permutation of the rows, as `SpmmProblem.rowOrder` takes it.
 *
 * @see Gale, Zaharia, Young, Elsen, "Sparse GPU kernels for deep learning", SC 2020, §5.2.
 *
 * @example Rows of one, three and two non-zeros
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { rowSwizzle } from "@spmm/row-swizzle";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 4, cols: 8, rowLengths: [1, 3, 2, 3], seed: 1 });
 * assert.deepEqual([...rowSwizzle(a)], [1, 3, 2, 0]);
 * ```
 */
export function rowSwizzle(a: Csr): Uint32Array {
  return orderByLength(rowLengths(a));
}

/** The swizzle of op(A), without transposing A for it; O(m + nnz) where the problem transposes. */
export function swizzleOf({ a, transpose }: SpmmProblem): Uint32Array {
  return transpose ? orderByLength(columnLengths(a)) : rowSwizzle(a);
}
