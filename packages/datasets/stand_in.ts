import { type Csr, randomDense, randomSource } from "@spmm/formats";
import { drawLengths, placeEntries } from "./lengths.ts";
import type { NamedMatrix } from "./named_matrix.ts";

/** What is published of a matrix, enough to make one like it. */
export interface MatrixStatistics {
  /** The name in its collection. */
  readonly name: string;
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Number of non-zeros. */
  readonly nnz: number;
  /** Standard deviation of the non-zeros per row. */
  readonly rowDeviation: number;
  /** Standard deviation of the non-zeros per column. */
  readonly colDeviation: number;
}

/**
 * A generated matrix in place of one that is not at hand: the same rows, columns and non-zeros, and
 * nearly the same deviations of row and column lengths. Which entries stand together is not in the
 * statistics, so measurements on it tell about load balance, not about locality; its name and its
 * origin say that it is a stand-in. O(rows · cols).
 *
 * @param statistics What is published of the matrix.
 * @param seed For positions and values.
 *
 * @example A matrix of ResNet-50 that is not here
 * ```ts
 * import { standIn } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const { name, origin, matrix } = standIn({
 *   name: "rn50/final_dense",
 *   rows: 100,
 *   cols: 64,
 *   nnz: 960,
 *   rowDeviation: 2.5,
 *   colDeviation: 4,
 * }, 1);
 * assert.equal(name, "stand-in for rn50/final_dense");
 * assert.equal(origin, "stand-in");
 * assert.equal(matrix.values.length, 960);
 * ```
 */
export function standIn(statistics: MatrixStatistics, seed: number): NamedMatrix {
  const name = `stand-in for ${statistics.name}`;
  return { name, origin: "stand-in", matrix: matrixLike(statistics, seed) };
}

/** A matrix with these statistics, under no name. */
export function matrixLike(statistics: Omit<MatrixStatistics, "name">, seed: number): Csr {
  const { rows, cols, nnz, rowDeviation, colDeviation } = statistics;
  const random = randomSource(seed);
  const rowLengths = drawLengths(
    { count: rows, total: nnz, deviation: rowDeviation, longest: cols },
    random,
  );
  const colLengths = drawLengths(
    { count: cols, total: nnz, deviation: colDeviation, longest: rows },
    random,
  );
  const { rowOffsets, colIndices } = placeEntries(rowLengths, colLengths, random.uint32());
  const values = new Float32Array(randomDense(1, nnz, random.uint32()).data);
  return { format: "csr", rows, cols, rowOffsets, colIndices, values };
}
