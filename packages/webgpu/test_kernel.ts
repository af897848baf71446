import { operand } from "@spmm/spmm";
import { csrIo } from "./csr_io.ts";
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
@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let i = workgroup_index(id, count) * 64u + thread;
  if (i < shape.m * shape.vectors) {
    let row = row_at(i / shape.vectors);
    let vector = i % shape.vectors;
    store_c(row, vector, csr_sum(row_offsets[row], row_offsets[row + 1u], vector, Columns(0)));
  }
}`;
    const bindings = [...io.bindings, ...csr.bindings];
    const workgroups = Math.ceil(rows * io.vectors / 64);
    return {
      passes: [{ label: "plain", bindings, code, workgroups }],
      summary: "plain",
      facts: {},
    };
  },
};
