import { CSB_PARTS, csbKernel, type CsbPart } from "@spmm/csb";
import type { SpmmKernel } from "@spmm/spmm";
import { entryPoint, gpuKernel, productIo } from "@spmm/webgpu";

/** What a row of this experiment is about. */
export type Role =
  | "whole"
  | CsbPart
  | "whole lines"
  | "fine chunks"
  | "launch"
  | "workgroups";

/** A kernel of CSB and why it is measured. */
export interface Variant {
  /** What it is for. */
  readonly role: Role;
  /** The kernel. */
  readonly kernel: SpmmKernel;
  /** Non-zeros a chunk may have, where that is not left to the kernel. */
  readonly chunkNonZeros?: number;
}

/** A quarter of the least that the kernel itself would cut chunks to. */
const FINE_CHUNK = 512;

/** CSB as it is, with each part done twice, and with other chunks. All of them are right. */
export const VARIANTS: readonly Variant[] = [
  { role: "whole", kernel: csbKernel() },
  ...CSB_PARTS.map((part): Variant => ({
    role: part,
    kernel: csbKernel({ name: `csb, ${part} twice`, twice: part }),
  })),
  chunked("whole lines", Infinity),
  chunked("fine chunks", FINE_CHUNK),
];

function chunked(role: "whole lines" | "fine chunks", chunkNonZeros: number): Variant {
  return { role, chunkNonZeros, kernel: csbKernel({ name: `csb, ${role}`, chunkNonZeros }) };
}

/** Threads of a workgroup of CSB. */
const THREADS = 256;

/**
 * A dispatch of workgroups that do nothing: what a multiplication costs before it begins. It gives
 * no product, so it is timed beside the kernels and never as one.
 */
export function emptyDispatch(name: string, workgroups: number): SpmmKernel {
  return gpuKernel({
    name,
    family: "none",
    source: "none",
    inspect(problem) {
      const { bindings, code } = productIo(problem);
      const nothing = /* wgsl */ `fn nothing(group: u32, thread: u32) {}`;
      const whole = code + nothing + entryPoint(THREADS, "nothing");
      const pass = { label: name, bindings, code: whole, workgroups };
      return { passes: [pass], summary: "does nothing", facts: {} };
    },
  });
}
