import { CSB_PARTS, csbKernel, type CsbPart, csbWalkKernel } from "@spmm/csb";
import { swizzled } from "@spmm/row-swizzle";
import { slicedK } from "@spmm/sliced-k";
import type { SpmmKernel } from "@spmm/spmm";
import { entryPoint, gpuKernel, productIo } from "@spmm/webgpu";

/** What a row about the kernel that walks blocks in place is about. */
export type WalkRole =
  | "whole"
  | CsbPart
  | "whole lines"
  | "fine chunks"
  | "launch"
  | "workgroups";

/** What a row about the kernel that unpacks blocks to rows is about, and the kernel over rows. */
export type UnpackRole = "unpacked" | "unpack" | "blocks of 64" | "scratch" | "rows";

/** What a row of this experiment is about. */
export type Role = WalkRole | UnpackRole;

/** A kernel and why it is measured. */
export interface Variant {
  /** What it is for. */
  readonly role: Role;
  /** The kernel. */
  readonly kernel: SpmmKernel;
  /** The role that it differs from in one thing. */
  readonly variantOf?: Role;
  /** Non-zeros a chunk may have, where that is not left to the kernel. */
  readonly chunkNonZeros?: number;
}

/** A quarter of the least that the kernel itself would cut chunks to. */
const FINE_CHUNK = 512;

/**
 * CSB walked in place, with each part done twice and with other chunks; CSB unpacked to rows, which
 * are gathered in workgroup memory or scattered to scratch as the kernel chooses, with that done
 * twice, with other blocks, and by scratch in any case; and rows as they are. All of them are right.
 */
export const VARIANTS: readonly Variant[] = [
  { role: "whole", kernel: csbWalkKernel() },
  ...CSB_PARTS.map((part): Variant => ({
    role: part,
    variantOf: "whole",
    kernel: csbWalkKernel({ name: `csb-walk, ${part} twice`, twice: part }),
  })),
  chunked("whole lines", Infinity),
  chunked("fine chunks", FINE_CHUNK),
  { role: "unpacked", kernel: csbKernel() },
  {
    role: "unpack",
    variantOf: "unpacked",
    kernel: csbKernel({ name: "csb, unpack twice", unpackings: 2 }),
  },
  {
    role: "blocks of 64",
    variantOf: "unpacked",
    kernel: csbKernel({ name: "csb, blocks of 64", blockSize: 64 }),
  },
  {
    role: "scratch",
    variantOf: "unpacked",
    kernel: csbKernel({ name: "csb, by scratch memory", unpackTo: "scratch" }),
  },
  // Its rows come by decreasing length, as those that CSB scatters to scratch do.
  { role: "rows", kernel: swizzled(slicedK) },
];

function chunked(role: "whole lines" | "fine chunks", chunkNonZeros: number): Variant {
  const kernel = csbWalkKernel({ name: `csb-walk, ${role}`, chunkNonZeros });
  return { role, variantOf: "whole", chunkNonZeros, kernel };
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
