import {
  chooseDevices,
  confineDevices,
  DeviceError,
  findGpus,
  type WorkerDevice,
} from "@spmm/scheduler";
import type { ScalingRequest } from "./scaling_request.ts";

/**
 * The devices of the workers; under MPI a wish that each rank reads for itself.
 *
 * @throws {DeviceError} If there are fewer, or they cannot be given to a worker each.
 */
export async function crewDevices(
  { kind, launch, workers }: ScalingRequest,
): Promise<string | readonly WorkerDevice[]> {
  if (launch !== "local") return kind === "gpu" ? "all" : kind;
  const count = Math.max(...workers);
  // A thread each, or a worker that is alone would have the cores of those that are not there.
  if (kind === "cpu") {
    return Array.from(
      { length: count },
      (_, i) => ({ kind, label: `cpu ${i}`, threads: 1, hidden: [] }),
    );
  }
  const situation = {
    gpus: await findGpus(),
    threads: navigator.hardwareConcurrency,
    environment: (name: string) => Deno.env.get(name),
  };
  const numbers = Array.from({ length: count }, (_, i) => i).join();
  const wished = chooseDevices(kind === "gpu" ? numbers : `llvmpipe:${count}`, situation);
  const { devices, warning } = await confineDevices(wished);
  if (warning !== undefined) throw new DeviceError(warning);
  return devices;
}
