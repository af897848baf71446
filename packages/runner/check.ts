import { type Csr, type Dense, dense, randomSource, takeRows } from "@spmm/formats";
import {
  checkResult,
  type Expected,
  MismatchError,
  operand,
  reference,
  type SpmmProblem,
} from "@spmm/spmm";
import { type Projection, projection } from "./projection.ts";

/** Multiply-adds the f64 reference may take: some 50 ms of TypeScript. */
const REFERENCE_WORK = 1e7;
/** Draws the rows that are looked at and the projection; fixed, so that failures repeat. */
const SEED = 20_090_811;

/** What a right result looks like: see {@linkcode expectation}. */
export interface Expectation {
  /** Rows that are compared element by element, ascending. */
  readonly rows: Uint32Array;
  /** The f64 product of those rows. */
  readonly expected: Expected;
  /** A projection that sees every row, where not all rows are compared. */
  readonly projection?: Projection;
}

/**
 * Computes what a result will be checked against.
 *
 * A product of up to `work` multiply-adds is compared whole with the f64 reference. Of a larger one
 * the longest row, the first, the last and rows drawn at random are compared, and every row is
 * checked by Freivalds' projection (C·x = A·(B·x), IFIP 1977), unless an activation, which is not
 * linear, stands in the way.
 *
 * @param problem The problem.
 * @param b k×n on the host.
 * @param work Multiply-adds for the reference; 10⁷ where absent.
 *
 * @example A small product is compared whole
 * ```ts
 * import { expectation } from "@spmm/runner";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 9, cols: 7, density: 0.5, seed: 1 });
 * assert.equal(expectation({ a, n: 4 }, randomDense(7, 4, 2)).rows.length, 9);
 * assert.ok(expectation({ a, n: 4 }, randomDense(7, 4, 2), 20).projection);
 * ```
 */
export function expectation(
  problem: SpmmProblem,
  b: Dense,
  work: number = REFERENCE_WORK,
): Expectation {
  const a = operand(problem);
  const rows = rowsToCompare(a, work / Math.max(1, problem.n));
  const expected = reference(problemOfRows(problem, a, rows), b);
  const whole = rows.length === a.rows || problem.epilogue?.activation !== undefined;
  return { rows, expected, ...(!whole && { projection: projection(problem, a, b, SEED) }) };
}

/**
 * A result that agreed with its expectation. There is no other way to one than a check that passes,
 * and no {@linkcode Measurement} without one.
 *
 * @example A wrong result has none
 * ```ts
 * import { CheckedResult, expectation } from "@spmm/runner";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(1, 1, new Float32Array([3])));
 * const expected = expectation({ a, n: 1 }, dense(1, 1, new Float32Array([5])));
 * assert.throws(() => CheckedResult.of(dense(1, 1, new Float32Array([16])), expected));
 * ```
 */
export class CheckedResult {
  /** What makes it more than its fields: only this class can make one. */
  readonly #passed = true;

  private constructor(
    /** Rows compared element by element with the f64 reference. */
    readonly comparedRows: number,
    /** Rows of the result. */
    readonly rows: number,
    /** The largest error as a fraction of its bound, from 0 to 1. */
    readonly worst: number,
  ) {}

  /**
   * Checks a result.
   *
   * @param result The m×n result on the host.
   * @param expected What `expectation` gave.
   * @throws {MismatchError} If it is off.
   *
   * @example What passes
   * ```ts
   * import { CheckedResult, expectation } from "@spmm/runner";
   * import { csrFromDense, dense } from "@spmm/formats";
   * import assert from "node:assert/strict";
   *
   * const a = csrFromDense(dense(1, 1, new Float32Array([3])));
   * const expected = expectation({ a, n: 1 }, dense(1, 1, new Float32Array([5])));
   * const { passed } = CheckedResult.of(dense(1, 1, new Float32Array([15])), expected);
   * assert.ok(passed);
   * ```
   */
  static of(result: Dense, { rows, expected, projection }: Expectation): CheckedResult {
    if (result.cols !== expected.cols || rows.some((row) => row >= result.rows)) {
      throw new MismatchError(
        `Cannot accept the result: it must have ${expected.cols} columns and all rows: received ${result.rows}x${result.cols}`,
      );
    }
    const { worst } = checkResult(rowsOf(result, rows), expected);
    projection?.check(result);
    return new CheckedResult(rows.length, result.rows, worst);
  }

  /** Always true. */
  get passed(): true {
    return this.#passed;
  }
}

function rowsToCompare(a: Csr, budget: number): Uint32Array {
  if (a.values.length <= budget) return Uint32Array.from({ length: a.rows }, (_, row) => row);
  const length = (row: number) => a.rowOffsets[row + 1] - a.rowOffsets[row];
  let longest = 0;
  for (let row = 1; row < a.rows; row++) if (length(row) > length(longest)) longest = row;
  const rows = new Set([longest, 0, a.rows - 1]);
  const random = randomSource(SEED);
  let entries = [...rows].reduce((sum, row) => sum + length(row), 0);
  // Each draw costs at least one, so that empty rows end as well.
  for (let left = budget; entries < budget && left > 0; left--) {
    const row = random.below(a.rows);
    if (!rows.has(row)) entries += length(row);
    rows.add(row);
  }
  return Uint32Array.from(rows).sort();
}

/** The problem that computes some rows of C. */
function problemOfRows(problem: SpmmProblem, a: Csr, rows: Uint32Array): SpmmProblem {
  const { n, epilogue, storage } = problem;
  const bias = epilogue?.bias;
  return {
    a: takeRows(a, rows),
    n,
    ...(storage && { storage }),
    ...(epilogue && {
      epilogue: { ...epilogue, ...(bias && { bias: Float32Array.from(rows, (row) => bias[row]) }) },
    }),
  };
}

function rowsOf(matrix: Dense, rows: Uint32Array): Dense {
  if (rows.length === matrix.rows) return matrix;
  const data = matrix.data.slice(0, rows.length * matrix.cols);
  rows.forEach((row, i) => {
    const begin = row * matrix.cols;
    data.set(matrix.data.subarray(begin, begin + matrix.cols), i * matrix.cols);
  });
  return dense(rows.length, matrix.cols, data);
}
