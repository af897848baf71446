import { operand } from "@spmm/spmm";
import { csrIo } from "./csr_io.ts";
import { entryPoint } from "./entry_point.ts";
import type { GpuKernelDefinition } from "./gpu_kernel.ts";
import { productIo } from "./product_io.ts";

/** One thread to an element vector of C: the plainest kernel over the shared parts, for tests. */
export const PLAIN: GpuKernelDefinition = {
  name: "plain",
  family: "plain",
  source: "none",
  inspect(problem) {
    const io = productIo(problem);
    const csr = csrIo(operand(problem), problem);
    const rows = problem.transpose ? problem.a.cols : problem.a.rows;
    const code = `${io.code}${csr.code}
fn multiply_vector(group: u32, thread: u32) {
  let i = group * 64u + thread;
  if (i < shape.m * shape.vectors) {
    let row = row_at(i / shape.vectors);
    let vector = i % shape.vectors;
    store_c(row, vector, csr_sum(row_offsets[row], row_offsets[row + 1u], vector, Columns(0)));
  }
}
${entryPoint(64, "multiply_vector")}`;
    const bindings = [...io.bindings, ...csr.bindings];
    const workgroups = Math.ceil(rows * io.vectors / 64);
    return {
      passes: [{ label: "plain", bindings, code, workgroups }],
      summary: "plain",
      facts: {},
    };
  },
};
