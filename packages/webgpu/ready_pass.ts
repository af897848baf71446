import type { GpuDevice } from "./gpu_device.ts";
import { type BoundRange, compilePass, foldGrid, type GpuPass } from "./gpu_pass.ts";
import type { CompiledProgram } from "./pipeline_cache.ts";

/** A pass with everything it needs on the device, as far as `Range` says where that is. */
export interface ReadyPass<Range = BoundRange> {
  /** For messages and profilers. */
  readonly label: string;
  /** The compiled program. */
  readonly program: CompiledProgram;
  /** Workgroups along x and y. */
  readonly grid: readonly [number, number];
  /** One range per binding, in order. */
  readonly ranges: readonly Range[];
}

/** Compiles a pass whose ranges are known. */
export async function readyPass<Range>(
  device: GpuDevice,
  pass: GpuPass,
  ranges: readonly Range[],
): Promise<ReadyPass<Range>> {
  return {
    label: pass.label,
    program: await compilePass(device, pass),
    grid: foldGrid(pass.workgroups, device.limits.maxComputeWorkgroupsPerDimension),
    ranges,
  };
}
