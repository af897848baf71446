import type { Device } from "@spmm/spmm";
import { openCpu } from "@spmm/wasm";
import { openGpu, tryOpenGpu } from "@spmm/webgpu";

/** Adapters that compute on the CPU, by the names they go by. */
const IN_SOFTWARE = /llvmpipe|lavapipe|swiftshader|softpipe|basic render/i;

/** Which devices to use: `auto` is every one there is. */
export type DeviceChoice = "auto" | "cpu" | "gpu";

/** What computes: see {@linkcode processorOf}. */
export type Processor = "gpu" | "software gpu" | "cpu";

/** Devices that are open, the fastest kind first; disposing of this closes them. */
export interface OpenDevices extends AsyncDisposable {
  /** The devices: a GPU, the CPU, or both. */
  readonly devices: readonly Device[];
}

/**
 * Opens devices.
 *
 * @param choice `gpu` or `cpu` for one kind, `auto` for the GPU where there is one and the CPU.
 * @throws {NoAdapterError} If a GPU is asked for by name and there is none.
 *
 * @example The CPU is always there
 * ```ts
 * import { openDevices } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * await using open = await openDevices("cpu");
 * assert.deepEqual(open.devices.map(({ kind }) => kind), ["cpu"]);
 * ```
 */
export async function openDevices(choice: DeviceChoice): Promise<OpenDevices> {
  await using opening = new AsyncDisposableStack();
  const devices: Device[] = [];
  const gpu = choice === "gpu"
    ? await openGpu()
    : choice === "auto"
    ? await tryOpenGpu()
    : undefined;
  if (gpu !== undefined) devices.push(opening.use(gpu));
  if (choice !== "gpu") devices.push(opening.use(await openCpu()));
  const opened = opening.move();
  return { devices, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

/**
 * What computes: a GPU in hardware, an adapter that computes in software on the CPU, or the CPU
 * device; the first only gives times of a GPU.
 *
 * @param device A device, open or as it was described.
 *
 * @example The host
 * ```ts
 * import { processorOf } from "@spmm/runner";
 * import { hostDevice } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * assert.equal(processorOf(hostDevice), "cpu");
 * ```
 */
export function processorOf(device: Pick<Device, "kind" | "name">): Processor {
  if (device.kind !== "webgpu") return "cpu";
  return IN_SOFTWARE.test(device.name) ? "software gpu" : "gpu";
}
