import { type Csr, type Dense, randomSource } from "@spmm/formats";
import { MismatchError, roundToStorage, type SpmmProblem } from "@spmm/spmm";

/** As in `reference`: twice the unit roundoffs, and what may be flushed to zero. */
const EPSILON = { f32: 2 ** -23, f16: 2 ** -10 };
const TINY = { f32: 2 ** -126, f16: 2 ** -24 };

/** What every row of a right C must sum to under random signs, and how far it may be off. */
export interface Projection {
  /**
   * Checks a result.
   *
   * @throws {MismatchError} If a row is off.
   */
  check(result: Dense): void;
}

/**
 * Freivalds' check: C·x against A·(B·x) for a vector x of random signs, in f64. It sees every
 * element of C at the cost of O(nnz + k·n + m·n), where the whole reference costs O(nnz·n). The
 * bound of a row is the sum of its elements' bounds in `reference`, so no right result fails; a
 * wrong one passes where its errors cancel under the signs, or together stay under that bound.
 *
 * @param problem Without an activation.
 * @param a op(A) by rows.
 * @param b k×n.
 * @param seed Draws the signs.
 */
export function projection(problem: SpmmProblem, a: Csr, b: Dense, seed: number): Projection {
  const { n, storage = "f32", epilogue } = problem;
  const random = randomSource(seed);
  const signs = Float64Array.from({ length: n }, () => random.below(2) === 0 ? 1 : -1);
  const right = projected(roundToStorage(b.data, storage), n, signs);
  const values = roundToStorage(a.values, storage);
  const signSum = signs.reduce((sum, sign) => sum + sign, 0);
  const wanted = new Float64Array(a.rows);
  const bound = new Float64Array(a.rows);
  for (let row = 0; row < a.rows; row++) {
    const bias = epilogue?.bias?.[row] ?? 0;
    let sum = bias * signSum;
    let magnitude = Math.abs(bias) * n;
    for (let at = a.rowOffsets[row]; at < a.rowOffsets[row + 1]; at++) {
      const col = a.colIndices[at];
      sum += values[at] * right.sums[col];
      magnitude += Math.abs(values[at]) * right.magnitudes[col];
    }
    const terms = a.rowOffsets[row + 1] - a.rowOffsets[row] + 4;
    wanted[row] = sum;
    bound[row] = terms * (EPSILON.f32 * magnitude + n * TINY.f32);
  }
  return { check: (result) => checkRows(result, signs, wanted, bound, storage) };
}

interface Projected {
  /** Each row's elements, summed under the signs. */
  readonly sums: Float64Array;
  /** Each row's magnitudes, summed. */
  readonly magnitudes: Float64Array;
}

function projected(data: ArrayLike<number>, cols: number, signs: Float64Array): Projected {
  const rows = cols === 0 ? 0 : data.length / cols;
  const sums = new Float64Array(rows);
  const magnitudes = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) {
      const element = data[row * cols + col];
      sums[row] += signs[col] * element;
      magnitudes[row] += Math.abs(element);
    }
  }
  return { sums, magnitudes };
}

function checkRows(
  result: Dense,
  signs: Float64Array,
  wanted: Float64Array,
  bound: Float64Array,
  storage: "f32" | "f16",
): void {
  const { sums, magnitudes } = projected(result.data, result.cols, signs);
  for (let row = 0; row < sums.length; row++) {
    const rounding = storage === "f32"
      ? 0
      : EPSILON.f16 * (magnitudes[row] + bound[row]) + result.cols * TINY.f16;
    const limit = bound[row] + rounding;
    const error = Math.abs(sums[row] - wanted[row]);
    if (error <= limit || !Number.isFinite(wanted[row])) continue;
    throw new MismatchError(
      `Cannot accept the result: row ${row} under random signs must sum to ${
        wanted[row]
      } within ${limit}: received ${sums[row]}`,
    );
  }
}
