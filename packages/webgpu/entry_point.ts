/**
 * The WGSL of a pass's `main`, the same for every kernel: it calls a function of the pass with the
 * number of the workgroup, in a grid that may be folded, and that of the thread within it.
 *
 * @param threads Threads of a workgroup: a number, or a WGSL constant that the code declares.
 * @param work The WGSL function `(group: u32, thread: u32)` that does the work.
 *
 * @example The rest of a kernel is a function
 * ```ts
 * import { entryPoint } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const code = `fn multiply_row(group: u32, thread: u32) {}
 * ${entryPoint(64, "multiply_row")}`;
 * assert.match(code, /@compute @workgroup_size\(64\)/);
 * ```
 */
export function entryPoint(threads: number | string, work: string): string {
  return /* wgsl */ `
@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) id: vec3<u32>,
  @builtin(num_workgroups) count: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  ${work}(workgroup_index(id, count), thread);
}
`;
}
