import {
  type Device,
  requireSupport,
  type SpmmKernel,
  type SpmmProblem,
  type Support,
} from "@spmm/spmm";
import { asGpu, GpuDevice } from "./gpu_device.ts";
import type { GpuPass } from "./gpu_pass.ts";
import { GpuPlan } from "./gpu_plan.ts";
import type { HostMemory } from "./host_memory.ts";
import type { PreparationPass } from "./prepare.ts";
import { planParts } from "./split.ts";
import { Uploads } from "./uploads.ts";
import type { GpuLimits } from "./limits.ts";

/** What a family makes of a problem: passes to run in order, and what it found. */
export interface GpuDesign {
  /** Passes that write parts of the encoding once, while planning. */
  readonly preparation?: readonly PreparationPass[];
  /** The passes, in the order they run. */
  readonly passes: readonly GpuPass[];
  /** One sentence: how the kernel is set up for this problem. */
  readonly summary: string;
  /** Parameters chosen and facts found while inspecting. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

/**
 * A WebGPU kernel family, reduced to what is its own: how it looks at a matrix and which passes it
 * runs. Uploading, binding, splitting over limits, dispatching and reading back are this package's.
 */
export interface GpuKernelDefinition {
  /** Unique among registered kernels. */
  readonly name: string;
  /** The idea it belongs to. */
  readonly family: string;
  /** The paper and section it comes from. */
  readonly source: string;
  /** Why it cannot take a problem under these limits, or undefined where it can. */
  refuses?(problem: SpmmProblem, limits: GpuLimits): string | undefined;
  /**
   * Looks at A once. Pure: the same problem and limits give the same design, without a device.
   *
   * @param problem The problem, or a part of one; m and n are positive, k and the number of
   * non-zeros may be zero.
   * @param limits What the device allows.
   * @param memory Where to pack large arrays of the encoding, which are uploaded and then forgotten.
   */
  inspect(problem: SpmmProblem, limits: GpuLimits, memory: HostMemory): GpuDesign;
}

/**
 * The kernel of a definition.
 *
 * @param definition What is the family's own.
 *
 * @example A kernel that writes zeros
 * ```ts
 * import { gpuKernel, productIo } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const zeros = gpuKernel({
 *   name: "zeros",
 *   family: "example",
 *   source: "none",
 *   inspect(problem) {
 *     const io = productIo(problem);
 *     const code = `${io.code}
 * @compute @workgroup_size(64)
 * fn main(@builtin(global_invocation_id) id: vec3<u32>) {
 *   if (id.x < shape.m * shape.vectors) {
 *     store_c(id.x / shape.vectors, id.x % shape.vectors, Columns(0));
 *   }
 * }`;
 *     const workgroups = Math.ceil(problem.a.rows * io.vectors / 64);
 *     const pass = { label: "zeros", bindings: io.bindings, code, workgroups };
 *     return { passes: [pass], summary: "writes zeros", facts: {} };
 *   },
 * });
 * assert.equal(zeros.device, "webgpu");
 * ```
 */
export function gpuKernel(definition: GpuKernelDefinition): SpmmKernel {
  const { name, family, source } = definition;
  const kernel: SpmmKernel = {
    name,
    family,
    source,
    device: "webgpu",
    supports: (problem, device) => supports(definition, problem, device),
    async plan(problem, device) {
      const [plan] = await planTogether(definition, [problem], device);
      return plan;
    },
  };
  return kernel;
}

/**
 * Plans for several problems that share what they upload: an array that several designs name is on
 * the device once, until the last of the plans is disposed of.
 *
 * @param definition The kernel; its `inspect` gives the same array object where it means sharing.
 * @param problems The problems, in the order of the plans returned.
 * @param device The GPU.
 * @throws {ShapeError | UnsupportedError | TooLargeError} As `plan` does; then no plan remains.
 *
 * @example Two widths over one encoding
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { csrIo, planTogether, productIo, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 8, cols: 8, density: 0.5, seed: 1 });
 * const name = "first-column";
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const [narrow, wide] = await planTogether({
 *     name,
 *     family: "example",
 *     source: "none",
 *     inspect(problem) {
 *       const io = productIo(problem);
 *       const csr = csrIo(problem.a, problem);
 *       const code = `${io.code}${csr.code}
 * @compute @workgroup_size(8)
 * fn main(@builtin(local_invocation_index) row: u32) {
 *   store_c(row, 0u, csr_sum(row_offsets[row], row_offsets[row + 1u], 0u, Columns(0)));
 * }`;
 *       const bindings = [...io.bindings, ...csr.bindings];
 *       return { passes: [{ label: name, bindings, code, workgroups: 1 }], summary: "", facts: {} };
 *     },
 *   }, [{ a, n: 1 }, { a, n: 2 }], gpu);
 *   assert.equal(narrow.bytes, wide.bytes);
 *   await narrow[Symbol.asyncDispose]();
 *   await wide[Symbol.asyncDispose]();
 * }
 * ```
 */
export async function planTogether(
  definition: GpuKernelDefinition,
  problems: readonly SpmmProblem[],
  device: Device,
): Promise<GpuPlan[]> {
  const kernel = gpuKernel(definition);
  for (const problem of problems) requireSupport(kernel, problem, device);
  const gpu = asGpu(device);
  return await gpu.hostMemory.lend(async (memory) => {
    const uploads = new Uploads(gpu, memory);
    const plans: GpuPlan[] = [];
    try {
      for (const problem of problems) {
        const start = performance.now();
        const layout = planParts(definition, problem, gpu.limits, memory);
        plans.push(await GpuPlan.ready(definition.name, problem, gpu, layout, start, uploads));
      }
      uploads.forgetArrays();
      return plans;
    } catch (error) {
      for (const plan of plans) await plan[Symbol.asyncDispose]();
      throw error;
    }
  });
}

function supports(
  definition: GpuKernelDefinition,
  problem: SpmmProblem,
  device: Device,
): Support {
  if (!(device instanceof GpuDevice)) {
    return { ok: false, reason: `it runs on WebGPU, the device is ${device.kind}` };
  }
  if (problem.storage === "f16" && !device.hasF16) {
    return { ok: false, reason: "the device lacks the feature shader-f16" };
  }
  const reason = definition.refuses?.(problem, device.limits);
  return reason === undefined ? { ok: true } : { ok: false, reason };
}
