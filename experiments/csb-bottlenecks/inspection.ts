import { csb } from "@spmm/csb";
import { csbFromCsr } from "@spmm/formats";
import { median } from "@spmm/runner";
import type { SpmmProblem } from "@spmm/spmm";
import type { GpuDevice } from "@spmm/webgpu";

/** What is paid once, before the first multiplication, apart. */
export interface Inspection {
  /** Encoding A in blocks on the host, ms. */
  readonly encodeMs: number;
  /** The rest of a plan whose program is there: sharing out, uploading, waiting for it, ms. */
  readonly uploadMs: number;
  /** Compiling the program, ms; absent where it was there already: programs are shared by shapes. */
  readonly compileMs?: number;
}

/** β of the kernel. */
const BLOCK_SIZE = 32;
/** Times of each; the middle one counts. */
const REPEATS = 3;

/**
 * Takes an inspection apart: plans once, which compiles where the program is new, and then again and
 * again, which does not.
 */
export async function inspectionOf(problem: SpmmProblem, device: GpuDevice): Promise<Inspection> {
  const { programs } = device.pipelines.statistics;
  const first = await planMs(problem, device);
  const compiled = device.pipelines.statistics.programs > programs;
  const encodes: number[] = [];
  const plans: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const start = performance.now();
    csbFromCsr(problem.a, { blockSize: BLOCK_SIZE });
    encodes.push(performance.now() - start);
    plans.push(await planMs(problem, device));
  }
  const encodeMs = median(encodes);
  const again = median(plans);
  return {
    encodeMs,
    uploadMs: Math.max(0, again - encodeMs),
    ...(compiled && { compileMs: Math.max(0, first - again) }),
  };
}

async function planMs(problem: SpmmProblem, device: GpuDevice): Promise<number> {
  await using plan = await csb.plan(problem, device);
  return plan.inspectSeconds * 1e3;
}
