import { chooseDevices } from "../devices/choose_devices.ts";
import { type ConfinedDevices, confineDevices } from "../devices/confinement.ts";
import { findGpus, type PhysicalGpu } from "../devices/find_gpus.ts";
import type { WorkerDevice } from "../devices/worker_device.ts";
import { DeviceError } from "../errors.ts";

/** Finds what was wished for on this machine, and a way to give each worker its own. */
export async function machineDevices(
  wish: string | readonly WorkerDevice[] = "all",
): Promise<ConfinedDevices> {
  if (typeof wish !== "string") return await confineDevices(wish);
  return await confineDevices(await devicesOf(wish));
}

/** Finds what was wished for on this machine. */
export async function devicesOf(wish: string): Promise<WorkerDevice[]> {
  return choose(wish, await gpusFor(wish));
}

/**
 * The device of a process that cannot be confined any more, since it runs already: WebGPU takes the
 * first GPU it sees.
 *
 * @throws {DeviceError} If another is wished for.
 */
export async function deviceOfThisProcess(
  wish: string | readonly WorkerDevice[] = "all",
): Promise<{ readonly device: WorkerDevice; readonly warnings: readonly string[] }> {
  const gpus = typeof wish === "string" ? await gpusFor(wish) : [];
  const [device] = typeof wish === "string" ? choose(wish, gpus) : wish;
  if (device !== undefined && (device.kind === "cpu" || device.hidden.length === 0)) {
    return { device, warnings: [] };
  }
  const others = `one of ${gpus.length} GPUs is used by engine single; local uses all of them`;
  if (device !== undefined && gpus[0]?.node.endsWith(`/${device.label}`)) {
    return { device: { ...device, hidden: [] }, warnings: [others] };
  }
  throw new DeviceError(
    "Cannot run in one process: WebGPU takes the first GPU there, and engine local gives a worker " +
      `any other: received ${device?.label ?? "no device"}`,
  );
}

function choose(wish: string, gpus: readonly PhysicalGpu[]): WorkerDevice[] {
  const threads = navigator.hardwareConcurrency;
  return chooseDevices(wish, { gpus, threads, environment });
}

/** Workers on the CPU need no rights to look for GPUs. */
async function gpusFor(wish: string): Promise<PhysicalGpu[]> {
  if (/^cpu\b/.test(wish)) return [];
  try {
    return await findGpus();
  } catch (error) {
    // Without that right there is nobody to hide GPUs from who could be asked for them.
    if (error instanceof DeviceError && /^llvmpipe\b/.test(wish)) return [];
    throw error;
  }
}

function environment(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    return undefined; // without the right to ask
  }
}
