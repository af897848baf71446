import type { Device } from "@spmm/spmm";
import { processorOf } from "@spmm/runner";
import { openCpu } from "@spmm/wasm";
import { openGpu, tryOpenGpu } from "@spmm/webgpu";
import { UsageError } from "./errors.ts";
import type { InferCommandOptions } from "./infer_options.ts";

/** The device asked for; for `auto` a GPU in hardware, else the CPU. */
export async function openInferDevice(
  { device, threads }: Pick<InferCommandOptions, "device" | "threads">,
): Promise<Device> {
  if (device === "gpu") {
    if (threads === undefined) return await openGpu();
    throw new UsageError(`Cannot infer: --threads goes with the CPU: received ${threads}`);
  }
  const gpu = device === "auto" && threads === undefined ? await tryOpenGpu() : undefined;
  if (gpu !== undefined && processorOf(gpu) === "gpu") return gpu;
  await gpu?.[Symbol.asyncDispose]();
  return await openCpu(threads === undefined ? {} : { threads });
}
