import { MATRIX_EXTENT } from "@spmm/webgpu";

/**
 * WGSL that multiplies matrices of 16×16 of the tiles in workgroup memory. A matrix is named by where
 * in its tile it begins; all lie row by row.
 */
export interface MatrixUnits {
  /** Threads that do so together. */
  readonly threads: number;
  /** Declarations: the type `MatrixSum`, and what the statements below use. */
  readonly code: string;
  /** Loads a matrix of op(A). */
  loadA(name: string, at: string): string;
  /** Loads a matrix of B. */
  loadB(name: string, at: string): string;
  /** Adds a product of two that were loaded to a sum. */
  multiply(sum: string, a: string, b: string): string;
  /** Leaves a sum in `warp_sums`, row by row. */
  keep(sum: string, at: string): string;
}

/**
 * Units of the device, such as tensor cores, by Dawn's experimental subgroup matrices.
 *
 * @param threads Threads of a subgroup.
 */
export function subgroupMatrices(threads: number): MatrixUnits {
  const extents = `f16, ${MATRIX_EXTENT}, ${MATRIX_EXTENT}`;
  return {
    threads,
    code: /* wgsl */ `
alias MatrixOfA = subgroup_matrix_left<${extents}>;
alias MatrixOfB = subgroup_matrix_right<${extents}>;
alias MatrixSum = subgroup_matrix_result<f32, ${MATRIX_EXTENT}, ${MATRIX_EXTENT}>;
`,
    loadA: (name, at) =>
      `let ${name} = subgroupMatrixLoad<MatrixOfA, row_major>(&a_tile, ${at}, A_PITCH);`,
    loadB: (name, at) =>
      `let ${name} = subgroupMatrixLoad<MatrixOfB, row_major>(&b_tile, ${at}, B_PITCH);`,
    multiply: (sum, a, b) => `${sum} = subgroupMatrixMultiplyAccumulate(${a}, ${b}, ${sum});`,
    keep: (sum, at) =>
      `subgroupMatrixStore<row_major>(&warp_sums, ${at}, ${sum}, ${MATRIX_EXTENT / 4}u);`,
  };
}

/** Threads of a warp on most GPUs: one for half of each row of a matrix. */
const WARP = 32;

/**
 * The same without any units, a thread having half of a row of each matrix: for tests of all that is
 * around them, on any device that has f16.
 */
export const threadsInstead: MatrixUnits = {
  threads: WARP,
  code: /* wgsl */ `
alias MatrixSum = Columns;

fn multiplied(sum: MatrixSum, a_at: u32, b_at: u32, lane: u32) -> MatrixSum {
  var added = sum;
  let row = lane / 2u;
  for (var d = 0u; d < ${MATRIX_EXTENT}u; d++) {
    let octet = widened(a_tile[a_at + row * A_PITCH + d / 8u]);
    let value = octet[d % 8u / 4u][d % 4u];
    added = multiply_add(value, widened(b_tile[b_at + d * B_PITCH + lane % 2u]), added);
  }
  return added;
}
`,
  loadA: (name, at) => `let ${name} = ${at};`,
  loadB: (name, at) => `let ${name} = ${at};`,
  multiply: (sum, a, b) => `${sum} = multiplied(${sum}, ${a}, ${b}, lane);`,
  keep: (sum, at) =>
    `warp_sums[${at} + 2u * lane] = ${sum}[0]; warp_sums[${at} + 2u * lane + 1u] = ${sum}[1];`,
};
