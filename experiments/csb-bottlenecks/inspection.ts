import { csb } from "@spmm/csb";
import { dense } from "@spmm/formats";
import { median, place } from "@spmm/runner";
import type { SpmmProblem } from "@spmm/spmm";
import type { GpuDevice } from "@spmm/webgpu";

/** What is paid once, before the first multiplication, apart. */
export interface Inspection {
  /** A plan whose programs are there, without uploading: encoding A in blocks and laying it out, ms. */
  readonly encodeMs: number;
  /** Uploading as many bytes as a plan keeps, ms. */
  readonly uploadMs: number;
  /** Compiling programs, ms; absent where they were there already: programs are shared by shapes. */
  readonly compileMs?: number;
}

/** Times of each; the middle one counts. */
const REPEATS = 3;

/**
 * Takes an inspection apart: plans once, which compiles where a program is new, and then again and
 * again, which does not. Nothing where the kernel does not take the problem.
 */
export async function inspectionOf(
  problem: SpmmProblem,
  device: GpuDevice,
): Promise<Inspection | undefined> {
  if (!csb.supports(problem, device).ok) return undefined;
  const { programs } = device.pipelines.statistics;
  const first = await planned(problem, device);
  const compiled = device.pipelines.statistics.programs > programs;
  const uploaded = dense(1, Math.ceil(first.bytes / Float32Array.BYTES_PER_ELEMENT));
  const uploads: number[] = [];
  const plans: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    using placed = await place(device, uploaded, "f32");
    uploads.push(placed.uploadSeconds * 1e3);
    plans.push((await planned(problem, device)).ms);
  }
  const again = median(plans);
  // Bytes that a plan writes in one go with others may take less than those that go up alone.
  const uploadMs = Math.min(again, median(uploads));
  return {
    encodeMs: again - uploadMs,
    uploadMs,
    ...(compiled && { compileMs: Math.max(0, first.ms - again) }),
  };
}

async function planned(
  problem: SpmmProblem,
  device: GpuDevice,
): Promise<{ readonly ms: number; readonly bytes: number }> {
  await using plan = await csb.plan(problem, device);
  return { ms: plan.inspectSeconds * 1e3, bytes: plan.bytes };
}
