import {
  blockStatistics,
  bsrFromCsr,
  bytesOf,
  csbFromCsr,
  type Csr,
  rowStatistics,
  sellFromCsr,
  type SparseMatrix,
  transposeCsr,
} from "@spmm/formats";
import type { NamedMatrix } from "@spmm/datasets";
import { occupiedByChance, occupiedByLengths, variationByChance } from "./chance.ts";

/** What is looked at in a matrix. What a matrix without entries does not have is absent. */
export interface MatrixFacts {
  /** Tells it from what is known of many matrices. */
  readonly kind: "matrix";
  /** `file` or `generated`. */
  readonly source: NamedMatrix["origin"];
  /** Its name, which tells it from all others. */
  readonly matrix: string;
  /** The network. */
  readonly model: string;
  /** How it was pruned. */
  readonly method: string;
  /** The sparsity aimed at over the whole network. */
  readonly aim: number;
  readonly rows: number;
  readonly cols: number;
  readonly nonZeros: number;
  /** Zeros over elements. */
  readonly sparsity: number;
  readonly meanRowLength: number;
  /** Rows and columns without entries. */
  readonly emptyRows: number;
  readonly emptyCols: number;
  /** Deviation over mean of the row lengths, of the column lengths. */
  readonly rowVariation?: number;
  readonly colVariation?: number;
  /** What random positions would have. */
  readonly rowVariationByChance?: number;
  readonly colVariationByChance?: number;
  /** Share of 4×4 blocks with an entry: as it is, by density alone, by row and column lengths. */
  readonly occupied4?: number;
  readonly occupied4ByChance?: number;
  readonly occupied4ByLengths?: number;
  /** Mean entries of a 4×4 block that has any. */
  readonly mean4?: number;
  /** The same of 32×32 blocks. */
  readonly occupied32?: number;
  readonly occupied32ByChance?: number;
  readonly occupied32ByLengths?: number;
  readonly mean32?: number;
  /** Bytes over entries, by format; values are f32. */
  readonly csrBytes?: number;
  readonly csb32Bytes?: number;
  readonly csbRuleBytes?: number;
  readonly sellBytes?: number;
  readonly bsrBytes?: number;
}

/** The formats whose bytes are compared, as they are named in figures, and where they are kept. */
export const FORMATS_COMPARED = [
  ["CSR", "csrBytes"],
  ["CSB, β = 32", "csb32Bytes"],
  ["CSB, β by rule", "csbRuleBytes"],
  ["SELL-32-256", "sellBytes"],
  ["BSR 4×4", "bsrBytes"],
] as const satisfies readonly (readonly [string, keyof MatrixFacts])[];

/** Looks at a matrix; its name reads `<model>/<method>/<sparsity>/…`. */
export function matrixFacts({ name, origin, matrix: a }: NamedMatrix): MatrixFacts {
  const [model, method, aim] = name.split("/");
  const { nnz, density, mean, variation, empty } = rowStatistics(a);
  const columns = rowStatistics(transposeCsr(a));
  return {
    ...{ kind: "matrix", source: origin, matrix: name, model, method, aim: Number(aim) },
    ...{ rows: a.rows, cols: a.cols, nonZeros: nnz, sparsity: 1 - density },
    ...{ meanRowLength: mean, emptyRows: empty, emptyCols: columns.empty },
    ...(nnz > 0 && {
      rowVariation: variation,
      colVariation: columns.variation,
      rowVariationByChance: variationByChance(density, a.cols),
      colVariationByChance: variationByChance(density, a.rows),
      ...blockFacts(a),
      ...formatFacts(a),
    }),
  };
}

function blockFacts(a: Csr): Partial<MatrixFacts> {
  const [small, large] = [blockStatistics(a, 4), blockStatistics(a, 32)];
  return {
    occupied4: small.occupied / small.blocks,
    occupied4ByChance: occupiedByChance(a, 4),
    occupied4ByLengths: occupiedByLengths(a, 4),
    mean4: small.mean,
    occupied32: large.occupied / large.blocks,
    occupied32ByChance: occupiedByChance(a, 32),
    occupied32ByLengths: occupiedByLengths(a, 32),
    mean32: large.mean,
  };
}

function formatFacts(a: Csr): Partial<MatrixFacts> {
  const bytes = (encoded: SparseMatrix) => bytesOf(encoded).total / a.values.length;
  return {
    csrBytes: bytes(a),
    csb32Bytes: bytes(csbFromCsr(a, { blockSize: 32 })),
    csbRuleBytes: bytes(csbFromCsr(a)),
    sellBytes: bytes(sellFromCsr(a)),
    bsrBytes: bytes(bsrFromCsr(a)),
  };
}
