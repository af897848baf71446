import { type Csr, transposeCsr } from "@spmm/formats";
import type { Epilogue } from "./epilogue.ts";
import { ShapeError } from "./errors.ts";

/**
 * What A's values, B and C are stored as. Sums are always kept in f32; `f16` halves the bytes
 * moved and rounds A and B once on the way in and C once on the way out.
 */
export type Storage = "f32" | "f16";

/**
 * One multiplication to be planned: C = epilogue(op(A)·B), with B and C row-major.
 *
 * op(A) is A (M×K) or, with `transpose`, Aᵀ. B has as many rows as op(A) has columns, and `n`
 * columns.
 */
export interface SpmmProblem {
  /** The sparse factor; it must not change while plans made of it are in use. */
  readonly a: Csr;
  /** Columns of B and of C. */
  readonly n: number;
  /** Multiply by Aᵀ instead of A; false where absent. */
  readonly transpose?: boolean;
  /** What is fused after the product; nothing where absent. */
  readonly epilogue?: Epilogue;
  /** f32 where absent. */
  readonly storage?: Storage;
  /**
   * The order in which a row-based kernel takes the rows of op(A): a permutation of them. Load
   * balance as data (row swizzle, Gale et al. 2020 §5.2): it changes when a row is worked on,
   * never the result. Kernels that do not go row by row ignore it.
   */
  readonly rowOrder?: Uint32Array<ArrayBufferLike>;
}

/** The three extents of a product: C is m×n, op(A) is m×k, B is k×n. */
export interface Extents {
  /** Rows of C and of op(A). */
  readonly m: number;
  /** Columns of C and of B. */
  readonly n: number;
  /** Columns of op(A), rows of B. */
  readonly k: number;
}

/**
 * The extents of C = op(A)·B.
 *
 * @param problem The problem; with `transpose`, m is A's columns and k its rows.
 *
 * @example Transposed, rows and columns of A change places
 * ```ts
 * import { extents } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(1, 2, new Float32Array([5, 7])));
 * assert.deepEqual(extents({ a, n: 9 }), { m: 1, n: 9, k: 2 });
 * assert.deepEqual(extents({ a, n: 9, transpose: true }), { m: 2, n: 9, k: 1 });
 * ```
 */
export function extents({ a, n, transpose }: SpmmProblem): Extents {
  return transpose ? { m: a.cols, n, k: a.rows } : { m: a.rows, n, k: a.cols };
}

/**
 * op(A) by rows: A itself, or its transpose made anew in O(nnz + k). Kernels whose format serves
 * one direction only multiply this; a plan holds it beside nothing else, so it costs inspection
 * time rather than a second copy.
 *
 * @example By its columns
 * ```ts
 * import { operand } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(1, 2, new Float32Array([5, 7])));
 * assert.equal(operand({ a, n: 9 }), a);
 * assert.deepEqual([...operand({ a, n: 9, transpose: true }).rowOffsets], [0, 1, 2]);
 * ```
 */
export function operand({ a, transpose }: SpmmProblem): Csr {
  return transpose ? transposeCsr(a) : a;
}

/**
 * Operations of a problem: a multiply and an add per non-zero and column, as the field counts.
 *
 * @example Two non-zeros, nine columns
 * ```ts
 * import { flops } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(1, 2, new Float32Array([5, 7])));
 * assert.equal(flops({ a, n: 9 }), 36);
 * ```
 */
export function flops({ a, n }: SpmmProblem): number {
  return 2 * a.colIndices.length * n;
}

/**
 * Checks that the parts of a problem fit together. A's own invariants are not looked at here:
 * that is `checkCsr`, for input from outside.
 *
 * @param problem The problem to check; O(m) where it has a row order, O(1) otherwise.
 * @throws {ShapeError} If n is no column count, or the bias or the row order does not fit op(A).
 *
 * @example A bias that is too short
 * ```ts
 * import { checkProblem, ShapeError } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([1, 0, 0, 2])));
 * const epilogue = { bias: new Float32Array(1) };
 * assert.throws(() => checkProblem({ a, n: 4, epilogue }), ShapeError);
 * ```
 */
export function checkProblem(problem: SpmmProblem): void {
  const { m } = extents(problem);
  const { n, epilogue, rowOrder } = problem;
  if (!Number.isSafeInteger(n) || n < 0) {
    throw new ShapeError(`Cannot plan SpMM: n must be a non-negative integer: received ${n}`);
  }
  if (epilogue?.bias !== undefined && epilogue.bias.length !== m) {
    throw new ShapeError(
      `Cannot plan SpMM: the bias needs one number per row of C, ${m}: received ${epilogue.bias.length}`,
    );
  }
  if (epilogue?.activation?.kind === "clipped-relu" && !(epilogue.activation.ceiling >= 0)) {
    throw new ShapeError(
      `Cannot plan SpMM: the ceiling of a clipped ReLU must be a number from 0: received ${epilogue.activation.ceiling}`,
    );
  }
  if (rowOrder !== undefined) checkRowOrder(rowOrder, m);
}

function checkRowOrder(rowOrder: Uint32Array, m: number): void {
  const seen = new Uint8Array(m);
  for (let i = 0; i < rowOrder.length; i++) {
    const row = rowOrder[i];
    if (row >= m || seen[row] === 1) throw notAPermutation(`row ${row}`, m);
    seen[row] = 1;
  }
  if (rowOrder.length !== m) throw notAPermutation(`${rowOrder.length} rows`, m);
}

function notAPermutation(received: string, m: number): ShapeError {
  return new ShapeError(
    `Cannot plan SpMM: the row order must name each of the ${m} rows of C once: received ${received}`,
  );
}
