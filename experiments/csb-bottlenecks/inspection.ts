import { csb } from "@spmm/csb";
import { csbFromCsr } from "@spmm/formats";
import { median } from "@spmm/runner";
import type { SpmmProblem } from "@spmm/spmm";
import type { GpuDevice } from "@spmm/webgpu";

/** What is paid once, before the first multiplication, apart. */
export interface Inspection {
  /** Encoding A in blocks on the host, ms. */
  readonly encodeMs: number;
  /** The rest of a plan whose programs are there: ranks, uploading, waiting for it, ms. */
  readonly uploadMs: number;
  /** Compiling programs, ms; absent where they were there already: programs are shared by shapes. */
  readonly compileMs?: number;
}

/** Times of each; the middle one counts. */
const REPEATS = 3;

/**
 * Takes an inspection apart: plans once, which compiles where a program is new, and then again and
 * again, which does not.
 */
export async function inspectionOf(problem: SpmmProblem, device: GpuDevice): Promise<Inspection> {
  const { programs } = device.pipelines.statistics;
  const first = await planned(problem, device);
  const compiled = device.pipelines.statistics.programs > programs;
  const encodes: number[] = [];
  const plans: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    csbFromCsr(problem.a, { blockSize: first.blockSize, order: "row" });
    encodes.push(performance.now() - start);
    plans.push((await planned(problem, device)).ms);
  }
  const encodeMs = median(encodes);
  const again = median(plans);
  return {
    encodeMs,
    uploadMs: Math.max(0, again - encodeMs),
    ...(compiled && { compileMs: Math.max(0, first.ms - again) }),
  };
}

async function planned(
  problem: SpmmProblem,
  device: GpuDevice,
): Promise<{ readonly ms: number; readonly blockSize: number }> {
  await using plan = await csb.plan(problem, device);
  return {
    ms: plan.inspectSeconds * 1e3,
    blockSize: Number(plan.describe().facts["blockSize"]),
  };
}
