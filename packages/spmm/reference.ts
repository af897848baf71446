import type { Dense } from "@spmm/formats";
import { applyEpilogue } from "./epilogue.ts";
import { ShapeError } from "./errors.ts";
import { extents, type SpmmProblem, type Storage } from "./problem.ts";
import { roundToStorage } from "./storage.ts";

/** Twice the unit roundoff of f32, the spacing of f32 at one. */
const EPSILON_F32 = 2 ** -23;
/** Twice the unit roundoff of f16. */
const EPSILON_F16 = 2 ** -10;
/** The smallest normal f32: a product or sum below it may be flushed to zero. */
const TINY_F32 = 2 ** -126;
/** The smallest subnormal f16. */
const TINY_F16 = 2 ** -24;

/** The f64 product of a problem with one B, and how far from it a right result may lie. */
export interface Expected {
  /** Rows of C. */
  readonly rows: number;
  /** Columns of C. */
  readonly cols: number;
  /** What the result is to be stored as. */
  readonly storage: Storage;
  /** epilogue(op(A)·B) in f64, row-major; A and B rounded to the storage first. */
  readonly c: Float64Array<ArrayBufferLike>;
  /** The largest |C − C₆₄| that passes, per element; infinite where C₆₄ is not finite. */
  readonly bound: Float64Array<ArrayBufferLike>;
}

/**
 * Multiplies in f64 and bounds, element by element, how far a kernel that sums in f32 may be off.
 *
 * A row of op(A) with z non-zeros costs z products, z sums and one more for the bias, in any order
 * and with or without fused multiply-adds. By Higham, *Accuracy and Stability of Numerical
 * Algorithms*, 2nd ed., SIAM 2002, §3.1 (eq. 3.3 to 3.5) such a sum is off by no more than
 * γ_(z+1)·(|op(A)|·|B| + |bias|) with γ_k = k·u / (1 − k·u). Tested is
 *
 * ```text
 * e = (z + 4) · (ε₃₂ · (|op(A)|·|B| + |bias|) + 2⁻¹²⁶)        ε₃₂ = 2⁻²³ = 2u
 * ```
 *
 * - ε₃₂ is twice the unit roundoff, so rounding need not be to nearest (WGSL leaves the direction
 *   open) and γ's denominator is covered;
 * - 2⁻¹²⁶ per operation lets results below the normal range be flushed to zero;
 * - ReLU and clipping are 1-Lipschitz: they never move two numbers further apart;
 * - the error of this f64 product itself, 2⁻²⁹ of e, is inside the slack of z + 4 over z + 1.
 *
 * With f16 storage A and B are rounded before the reference sees them, so only the rounding of C
 * is added: e + ε₁₆ · (|C₆₄| + e) + 2⁻²⁴, with ε₁₆ = 2⁻¹⁰ and the smallest subnormal for what
 * falls below the normal range. Bias and ceiling stay in f32.
 *
 * Numbers that are not finite are outside the contract: WGSL lets a shader assume there are none,
 * and a dense kernel multiplies the zeros that a sparse one skips. An element whose reference is
 * NaN or infinite has an infinite bound, and any result passes there.
 *
 * O(nnz·n) time, 24 bytes per element of C.
 *
 * @param problem The problem.
 * @param b k×n on the host, in any precision.
 * @throws {ShapeError} If b is not k×n.
 *
 * @example One row, two columns
 * ```ts
 * import { reference } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(1, 2, new Float32Array([2, -1])));
 * const b = dense(2, 2, new Float32Array([1, 2, 3, 4]));
 * const expected = reference({ a, n: 2, epilogue: { activation: { kind: "relu" } } }, b);
 * assert.deepEqual([...expected.c], [0, 0]);
 * assert.equal(expected.bound[0], (2 + 4) * 5 * 2 ** -23);
 * ```
 */
export function reference(problem: SpmmProblem, b: Dense): Expected {
  const { m, n, k } = extents(problem);
  if (b.rows !== k || b.cols !== n) {
    throw new ShapeError(
      `Cannot compute the reference: B must be ${k}x${n}: received ${b.rows}x${b.cols}`,
    );
  }
  const storage = problem.storage ?? "f32";
  const product = multiplyInF64(problem, b, storage);
  const { c, magnitude: bound, nonZeros } = product;
  for (let row = 0; row < m; row++) {
    const bias = Math.abs(problem.epilogue?.bias?.[row] ?? 0);
    for (let at = row * n; at < (row + 1) * n; at++) {
      c[at] = applyEpilogue(problem.epilogue, row, c[at]);
      bound[at] = errorBound(c[at], bound[at] + bias, nonZeros[row], storage);
    }
  }
  return { rows: m, cols: n, storage, c, bound };
}

function errorBound(wanted: number, magnitude: number, nonZeros: number, storage: Storage): number {
  if (!Number.isFinite(wanted)) return Infinity;
  const summing = (nonZeros + 4) * (EPSILON_F32 * magnitude + TINY_F32);
  if (storage === "f32") return summing;
  return summing + EPSILON_F16 * (Math.abs(wanted) + summing) + TINY_F16;
}

interface Product {
  /** op(A)·B. */
  readonly c: Float64Array;
  /** |op(A)|·|B|. */
  readonly magnitude: Float64Array;
  /** Non-zeros of each row of op(A). */
  readonly nonZeros: Uint32Array;
}

function multiplyInF64(problem: SpmmProblem, b: Dense, storage: Storage): Product {
  const { a, transpose } = problem;
  const { m, n } = extents(problem);
  const values = roundToStorage(a.values, storage);
  const right = roundToStorage(b.data, storage);
  const c = new Float64Array(m * n);
  const magnitude = new Float64Array(m * n);
  const nonZeros = new Uint32Array(m);
  for (let row = 0; row < a.rows; row++) {
    for (let at = a.rowOffsets[row]; at < a.rowOffsets[row + 1]; at++) {
      const col = a.colIndices[at];
      const [to, from] = transpose ? [col, row] : [row, col];
      nonZeros[to]++;
      for (let j = 0; j < n; j++) {
        const term = values[at] * right[from * n + j];
        c[to * n + j] += term;
        magnitude[to * n + j] += Math.abs(term);
      }
    }
  }
  return { c, magnitude, nonZeros };
}
