import {
  type Csr,
  csrFromCoo,
  powerLawRowLengths,
  randomCsr,
  randomDense,
  randomSource,
} from "@spmm/formats";
import type { NamedMatrix } from "./named_matrix.ts";
import { matrixLike } from "./stand_in.ts";

/**
 * A matrix whose entries lie within a band around the diagonal, as discretised equations have them:
 * everything within `halfBandwidth` of it. O(n · halfBandwidth).
 *
 * @param n Rows and columns.
 * @param halfBandwidth Diagonals on either side of the main one.
 * @param seed For the values.
 *
 * @example Tridiagonal
 * ```ts
 * import { bandedMatrix } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([...bandedMatrix(3, 1, 1).colIndices], [0, 1, 0, 1, 2, 1, 2]);
 * ```
 */
export function bandedMatrix(n: number, halfBandwidth: number, seed: number): Csr {
  const rowOffsets = new Uint32Array(n + 1);
  const columns: number[] = [];
  for (let row = 0; row < n; row++) {
    const last = Math.min(n - 1, row + halfBandwidth);
    for (let col = Math.max(0, row - halfBandwidth); col <= last; col++) columns.push(col);
    rowOffsets[row + 1] = columns.length;
  }
  const values = new Float32Array(randomDense(1, columns.length, seed).data);
  const colIndices = Uint32Array.from(columns);
  return { format: "csr", rows: n, cols: n, rowOffsets, colIndices, values };
}

/**
 * A graph with the skew of the web or of a social network: R-MAT (Chakrabarti, Zhan, Faloutsos, SDM
 * 2004) with the probabilities of Graph500, 0.57, 0.19, 0.19 and 0.05. Edges drawn twice become one
 * entry with the sum of their values. O(edges · scale).
 *
 * @param scale log2 of rows and columns.
 * @param edges How many edges to draw.
 * @param seed For edges and values.
 *
 * @example A few rows hold most of it
 * ```ts
 * import { rmatMatrix } from "@spmm/datasets";
 * import { rowStatistics } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const { nnz, imbalance } = rowStatistics(rmatMatrix(10, 8192, 1));
 * assert.ok(nnz <= 8192 && imbalance > 5);
 * ```
 */
export function rmatMatrix(scale: number, edges: number, seed: number): Csr {
  const random = randomSource(seed);
  const rowIndices = new Uint32Array(edges);
  const colIndices = new Uint32Array(edges);
  for (let edge = 0; edge < edges; edge++) {
    for (let level = 0; level < scale; level++) {
      const chance = random.unit();
      rowIndices[edge] = 2 * rowIndices[edge] + (chance < 0.76 ? 0 : 1);
      colIndices[edge] = 2 * colIndices[edge] +
        (chance < 0.57 || (chance >= 0.76 && chance < 0.95) ? 0 : 1);
    }
  }
  const values = new Float32Array(randomDense(1, edges, seed).data);
  const size = 2 ** scale;
  const coo = { format: "coo", rows: size, cols: size, rowIndices, colIndices, values } as const;
  return csrFromCoo(coo, { duplicates: "sum" });
}

/**
 * A matrix whose row lengths follow a power law, its columns drawn evenly: uneven load without the
 * clustering of {@linkcode rmatMatrix}.
 *
 * @param rows Number of rows.
 * @param cols Number of columns.
 * @param mean Mean row length aimed at.
 * @param seed For lengths, positions and values.
 *
 * @example Uneven rows
 * ```ts
 * import { powerLawMatrix } from "@spmm/datasets";
 * import { rowStatistics } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * assert.ok(rowStatistics(powerLawMatrix(512, 512, 16, 1)).imbalance > 10);
 * ```
 */
export function powerLawMatrix(rows: number, cols: number, mean: number, seed: number): Csr {
  const rowLengths = powerLawRowLengths({ rows, cols, mean, seed });
  return randomCsr({ rows, cols, rowLengths, seed });
}

// Shapes of the two networks of the collection: attention and feed-forward layers of the
// transformer, a 1×1 and a 3×3 convolution and a projection of ResNet-50.
const SHAPES = [[512, 512], [2048, 512], [512, 2048], [64, 256], [128, 1152], [1024, 512]] as const;
const SPARSITIES = [0.5, 0.7, 0.8, 0.9, 0.95, 0.98] as const;
// The median over the collection of how far deviations exceed those of random positions.
const OVERDISPERSION = 2;

/**
 * A small set after the fashion of the Deep Learning Matrix Collection, for where the collection
 * itself is not at hand: its common shapes and sparsities, and rows and columns twice as uneven as
 * random positions would make them, which is its median.
 *
 * @param seed For positions and values.
 *
 * @example Six matrices
 * ```ts
 * import { generateDlmcLike } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const set = generateDlmcLike(1);
 * assert.equal(set.length, 6);
 * assert.ok(set.every(({ name, origin }) => origin === "generated" && /^generated/.test(name)));
 * ```
 */
export function generateDlmcLike(seed: number): NamedMatrix[] {
  return SHAPES.map(([rows, cols], i) => {
    const sparsity = SPARSITIES[i];
    const unevenness = OVERDISPERSION * Math.sqrt(sparsity * (1 - sparsity));
    const statistics = {
      rows,
      cols,
      nnz: Math.round(rows * cols * (1 - sparsity)),
      rowDeviation: unevenness * Math.sqrt(cols),
      colDeviation: unevenness * Math.sqrt(rows),
    };
    const name = `generated/dlmc-like/${sparsity}/${rows}x${cols}`;
    return { name, origin: "generated", matrix: matrixLike(statistics, seed + i) };
  });
}
