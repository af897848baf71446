import { MATRIX_EXTENT } from "@spmm/webgpu";

/**
 * WGSL that multiplies matrices of 16×16 in the strips in workgroup memory. A matrix is named by its
 * strip and by where in that it begins, which is a constant: of a load or store from anywhere else
 * Dawn asks whether it is within bounds, each time. All matrices lie row by row.
 */
export interface MatrixUnits {
  /** Threads that do so together. */
  readonly threads: number;
  /** Declarations: the type `MatrixSum`, and what the statements below use. */
  readonly code: string;
  /** Loads a matrix of op(A). */
  loadA(name: string, strip: string, at: number): string;
  /** Loads a matrix of B. */
  loadB(name: string, strip: string, at: number): string;
  /** Adds a product of two that were loaded to a sum. */
  multiply(sum: string, a: string, b: string): string;
  /** Leaves a sum in a strip. */
  keep(sum: string, strip: string, at: number): string;
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
    loadA: (name, strip, at) => load(name, "MatrixOfA", strip, at, "A_PITCH"),
    loadB: (name, strip, at) => load(name, "MatrixOfB", strip, at, "B_PITCH"),
    multiply: (sum, a, b) => `${sum} = subgroupMatrixMultiplyAccumulate(${a}, ${b}, ${sum});`,
    keep: (sum, strip, at) =>
      `subgroupMatrixStore<row_major>(&strips[${strip}], ${at}u, ${sum}, SUM_PITCH);`,
  };
}

function load(name: string, type: string, strip: string, at: number, pitch: string): string {
  return `let ${name} = subgroupMatrixLoad<${type}, row_major>(&strips[${strip}], ${at}u, ${pitch});`;
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

fn multiplied(sum: MatrixSum, a: vec2<u32>, b: vec2<u32>, lane: u32) -> MatrixSum {
  var added = sum;
  let row = lane / 2u;
  for (var d = 0u; d < ${MATRIX_EXTENT}u; d++) {
    let octet = widened(strips[a.x][a.y + row * A_PITCH + d / 8u]);
    let value = octet[d % 8u / 4u][d % 4u];
    added = multiply_add(value, widened(strips[b.x][b.y + d * B_PITCH + lane % 2u]), added);
  }
  return added;
}

fn keep(sum: MatrixSum, strip: u32, at: u32, lane: u32) {
  let first = at + lane / 2u * SUM_PITCH + lane % 2u * 2u;
  strips[strip][first] = bitcast<vec4<u32>>(sum[0]);
  strips[strip][first + 1u] = bitcast<vec4<u32>>(sum[1]);
}
`,
  loadA: (name, strip, at) => `let ${name} = vec2(${strip}, ${at}u);`,
  loadB: (name, strip, at) => `let ${name} = vec2(${strip}, ${at}u);`,
  multiply: (sum, a, b) => `${sum} = multiplied(${sum}, ${a}, ${b}, lane);`,
  keep: (sum, strip, at) => `keep(${sum}, ${strip}, ${at}u, lane);`,
};
