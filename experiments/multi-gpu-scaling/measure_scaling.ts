import { parseInputSource, parseNetworkSource } from "@spmm/network";
import { type Crew, inferenceJob, networkIdentity, withCrew } from "@spmm/scheduler";
import { crewDevices } from "./crew_devices.ts";
import { measureCrew } from "./measure_crew.ts";
import type { ScalingMeasurement, ScalingRequest } from "./scaling_request.ts";

/** Making the inputs of a large network is no sign of being stuck. */
const STUCK_SECONDS = 300;

/**
 * Starts the workers, once for all numbers of them, measures, and ends them.
 *
 * @returns What was measured; nothing on ranks of MPI other than 0.
 * @throws {DeviceError} If there are fewer devices.
 * @throws {ScalingError} If two runs of the same inputs disagree.
 */
export async function measureScaling(
  request: ScalingRequest,
  doing: (what: string) => void,
): Promise<ScalingMeasurement | undefined> {
  const { network: name, inputs: count, launch, scratch } = request;
  const network = await parseNetworkSource(`radix:${name}`);
  const inputs = parseInputSource(`mnist:${count}`, await networkIdentity(network));
  const job = await inferenceJob({ network, inputs, count, keepInputs: true });
  const options = {
    devices: await crewDevices(request),
    patience: { stuckSeconds: STUCK_SECONDS },
    ...scratch !== undefined && { scratch },
  };
  doing("starting workers");
  const measure = (crew: Crew) => measureCrew(crew, request, doing);
  return await withCrew(job, launch === "local" ? "local" : "mpi", options, measure);
}
