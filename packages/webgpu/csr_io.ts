import type { Csr } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import { type Binding, encoding } from "./gpu_pass.ts";
import { storedValues } from "./stored_values.ts";
import { unrolled } from "./unrolled.ts";

/** A CSR matrix as kernels read it. */
export interface CsrIo {
  /** Row offsets, column indices and values, all of them the encoding. */
  readonly bindings: readonly Binding[];
  /**
   * WGSL: `row_offsets`, `col_indices`, `values`, and
   * `csr_sum(start, end, vector, sum) -> Columns`: `sum` plus the non-zeros `start` to `end`, in
   * order, times their rows of B. Needs the code of `productIo`.
   */
  readonly code: string;
}

/**
 * The bindings and the inner loop of kernels over CSR.
 *
 * All threads of a row read the same index and value, one broadcast each, and adjacent columns of
 * a row of B, which coalesces (Yang, Buluç, Owens 2018 §4.1). The loop is unrolled so that
 * `unroll` rows of B are on their way at once: instruction-level parallelism hides their latency
 * (§4.1.1). Sums are taken in the order of the non-zeros, so results do not depend on `unroll`.
 *
 * @param operand op(A) by rows.
 * @param problem Gives the storage of the values.
 * @param unroll Rows of B in flight per thread.
 *
 * @example The names a kernel can use
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { csrIo } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 1 });
 * const names = csrIo(a, { a, n: 8 }).bindings.map(({ name }) => name);
 * assert.deepEqual(names, ["row_offsets", "col_indices", "values"]);
 * ```
 */
export function csrIo(operand: Csr, problem: SpmmProblem, unroll = 4): CsrIo {
  const storage = problem.storage ?? "f32";
  const bindings: Binding[] = [
    encoding("row_offsets", "array<u32>", operand.rowOffsets),
    encoding("col_indices", "array<u32>", operand.colIndices),
    encoding("values", `array<${storage}>`, storedValues(operand.values, problem)),
  ];
  return { bindings, code: csrSum(unroll) };
}

function csrSum(unroll: number): string {
  return /* wgsl */ `
fn csr_sum(start: u32, end: u32, vector: u32, initial: Columns) -> Columns {
  var sum = initial;
  var i = start;
  for (; i + ${unroll}u <= end; i += ${unroll}u) {
    ${unrolled(unroll, (s) => `let b${s} = load_b(col_indices[i + ${s}u], vector);`)}
    ${unrolled(unroll, (s) => `sum = fma(Columns(f32(values[i + ${s}u])), b${s}, sum);`)}
  }
  for (; i < end; i++) {
    sum = fma(Columns(f32(values[i])), load_b(col_indices[i], vector), sum);
  }
  return sum;
}
`;
}
