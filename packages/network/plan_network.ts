import { type Device, UnsupportedError } from "@spmm/spmm";
import { CpuDevice } from "@spmm/wasm";
import { GpuDevice } from "@spmm/webgpu";
import { planCpuNetwork } from "./cpu/plan_cpu_network.ts";
import { planGpuNetwork } from "./gpu/plan_gpu_network.ts";
import type { NetworkPlan } from "./inference.ts";
import type { Network } from "./network.ts";
import type { PlanOptions } from "./strategies.ts";

/**
 * Makes a network ready for a device, whichever it is.
 *
 * @param network The network.
 * @param device A GPU or the CPU.
 * @param options Strategies, a budget, a chunk.
 * @throws {NetworkError} If layers do not fit one another, the budget or the device.
 * @throws {UnsupportedError} If there is no engine for the device.
 *
 * @example The same on any device
 * ```ts
 * import { planNetwork } from "@spmm/network";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import { openCpu } from "@spmm/wasm";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using device = (await tryOpenGpu()) ?? (await openCpu());
 * const weights = csrFromDense(dense(1, 2, new Float32Array([1, -1])));
 * const layer = { weights, bias: new Float32Array(1), activation: { kind: "relu" } } as const;
 * await using plan = await planNetwork({ name: "difference", layers: [layer] }, device);
 * const inputs = csrFromDense(dense(2, 2, new Float32Array([3, 1, 1, 3])));
 * assert.deepEqual([...(await plan.infer(inputs)).survivors], [0]);
 * ```
 */
export async function planNetwork(
  network: Network,
  device: Device,
  options: PlanOptions = {},
): Promise<NetworkPlan> {
  if (device instanceof GpuDevice) return await planGpuNetwork(network, device, options);
  if (device instanceof CpuDevice) return await planCpuNetwork(network, device, options);
  throw new UnsupportedError(
    `Cannot plan a network: the device must be a GPU or a CPU: received ${device.name} (${device.kind})`,
  );
}
