import { entryPoint } from "@spmm/webgpu";

/** Threads of a workgroup that adds partial sums. */
export const ADD_THREADS = 256;

/**
 * The WGSL of the pass that adds the parts of a split product in their order and applies the
 * epilogue. All loads are written out, so that they are under way together.
 *
 * @param split Parts, one product after the other in `partials`.
 */
export function addPartials(split: number): string {
  const parts = Array.from({ length: split }, (_, part) => `part_${part}`);
  return /* wgsl */ `
fn add_partials(group: u32, thread: u32) {
  let size = shape.m * shape.vectors;
  let at = group * ${ADD_THREADS}u + thread;
  if (at >= size) {
    return;
  }
  ${parts.map((part, i) => `let ${part} = partials[at + ${i}u * size];`).join("\n  ")}
  store_c(at / shape.vectors, at % shape.vectors, ${parts.join(" + ")});
}
${entryPoint(ADD_THREADS, "add_partials")}`;
}
