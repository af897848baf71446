import type { GpuDevice } from "./gpu_device.ts";

/** Whether an adapter computes on the CPU: its peaks are small, and it has no clocks to warm. */
export function isSoftware({ name }: Pick<GpuDevice, "name">): boolean {
  return /llvmpipe|swiftshader|softpipe|lavapipe/i.test(name);
}
