import { csb, csbBothWays } from "@spmm/csb";
import { csbCpu } from "@spmm/cpu";
import { csbFromCsr, dense, transposeCsr } from "@spmm/formats";
import { median, place } from "@spmm/runner";
import type { Device, SpmmKernel, SpmmPlan, SpmmProblem, Support } from "@spmm/spmm";
import { GpuDevice } from "@spmm/webgpu";
import type { Way } from "./transpose_values.ts";

/** Times that preparing is done again, its first run being the warm-up of the host's compiler. */
const REPEATS = 3;

/** Plans of both directions, and what they cost. */
export interface BothPlans {
  readonly forward: SpmmPlan;
  readonly backward: SpmmPlan;
  /** Bytes of A on the device for A·B alone, and for both directions. */
  readonly forwardBytes: number;
  readonly bytes: number;
  /** Bytes on the device beside: what a multiplication writes for itself, in both directions. */
  readonly workspaceBytes: number;
}

/** Seconds to make A ready for both directions, in parts. */
export interface Preparation {
  /** For A·B, and for Aᵀ·B as well where one encoding serves both. */
  readonly forward: number;
  /** For Aᵀ·B: transpose and upload. */
  readonly backward: number;
}

/** A kernel in one of the ways to serve both directions; plans of it may be shown as several. */
export interface BothWaysKernel {
  readonly kernel: SpmmKernel;
  /** The ways that its plans show: a copy that is kept can be thought of as made each time. */
  readonly ways: readonly Way[];
  supports(problem: SpmmProblem, device: Device): Support;
  /** Plans both directions; `ready` disposes of them. */
  plan(problem: SpmmProblem, device: Device, ready: AsyncDisposableStack): Promise<BothPlans>;
  /** Times the preparation of the same problem again. */
  prepare(plans: BothPlans): Promise<Preparation>;
}

/** CSB: both directions from one encoding. */
export function oneEncoding(device: Device): BothWaysKernel {
  const kernel = device.kind === "webgpu" ? csb : csbCpu;
  return {
    kernel,
    ways: ["one encoding"],
    supports: (problem, where) => supportsBoth(kernel, problem, where),
    async plan(problem, where, ready) {
      if (!(where instanceof GpuDevice)) {
        const plans = await planBoth(kernel, problem, where, ready);
        // Both plans hold the same arrays.
        return { ...plans, bytes: plans.forwardBytes };
      }
      const before = where.memory.bytes;
      const { forward, backward } = ready.use(await csbBothWays(problem, where));
      const workspaceBytes = scratchBytes(forward, backward);
      const bytes = where.memory.bytes - before - workspaceBytes;
      return { forward, backward, forwardBytes: bytes, bytes, workspaceBytes };
    },
    async prepare({ forward, bytes }) {
      const { problem, device: where } = forward;
      if (where.kind !== "webgpu") {
        return { forward: await inspectSeconds(kernel, forward), backward: 0 };
      }
      // Formats are compared, encoded here and transposed there; kernels pack theirs in ways of their own.
      const blockSize = Number(forward.describe().facts["blockSize"]);
      const encode = hostSeconds(() => csbFromCsr(problem.a, { blockSize, order: "row" }));
      return { forward: encode + await uploadSeconds(where, bytes), backward: 0 };
    },
  };
}

/** A kernel that goes by rows: A, and its transpose beside it or made each time. */
export function twoCopies(kernel: SpmmKernel): BothWaysKernel {
  return {
    kernel,
    ways: ["kept copy", "converted"],
    supports: (problem, where) => supportsBoth(kernel, problem, where),
    plan: (problem, where, ready) => planBoth(kernel, problem, where, ready),
    async prepare({ forward, backward, forwardBytes, bytes }) {
      const { problem, device: where } = forward;
      if (where.kind !== "webgpu") {
        return {
          forward: await inspectSeconds(kernel, forward),
          backward: await inspectSeconds(kernel, backward),
        };
      }
      const convert = hostSeconds(() => transposeCsr(problem.a));
      return {
        forward: await uploadSeconds(where, forwardBytes),
        backward: convert + await uploadSeconds(where, bytes - forwardBytes),
      };
    },
  };
}

function supportsBoth(kernel: SpmmKernel, problem: SpmmProblem, device: Device): Support {
  const forward = kernel.supports(problem, device);
  return forward.ok ? kernel.supports({ ...problem, transpose: true }, device) : forward;
}

async function planBoth(
  kernel: SpmmKernel,
  problem: SpmmProblem,
  device: Device,
  ready: AsyncDisposableStack,
): Promise<BothPlans> {
  const used = () => device instanceof GpuDevice ? device.memory.bytes : undefined;
  const before = used();
  const forward = ready.use(await kernel.plan(problem, device));
  const backward = ready.use(await kernel.plan({ ...problem, transpose: true }, device));
  const after = used();
  const bytes = forward.bytes + backward.bytes;
  const workspaceBytes = before === undefined || after === undefined ? 0 : after - before - bytes;
  return { forward, backward, forwardBytes: forward.bytes, bytes, workspaceBytes };
}

/**
 * What blocks are scattered to, nothing where workgroups gather their rows: all plans of a device
 * share it, so the larger of the two.
 */
function scratchBytes(...plans: readonly SpmmPlan[]): number {
  return Math.max(...plans.map((plan) => Number(plan.describe().facts["unpackedBytes"] ?? 0)));
}

/** On the CPU a plan is encoding and copying alone, and says how long that took. */
async function inspectSeconds(kernel: SpmmKernel, plan: SpmmPlan): Promise<number> {
  const seconds: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    await using again = await kernel.plan(plan.problem, plan.device);
    seconds.push(again.inspectSeconds);
  }
  return median(seconds);
}

function hostSeconds(work: () => unknown): number {
  const seconds: number[] = [];
  for (let repeat = 0; repeat <= REPEATS; repeat++) {
    const start = performance.now();
    work();
    seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds.slice(1));
}

/** Seconds to put so many bytes on a device: what a plan waits for beside, nobody has to. */
async function uploadSeconds(device: Device, bytes: number): Promise<number> {
  const matrix = dense(1, Math.ceil(bytes / 4));
  const seconds: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    using placed = await place(device, matrix, "f32");
    seconds.push(placed.uploadSeconds);
  }
  return median(seconds);
}
