import {
  choiceAxis,
  countAxis,
  type Experiment,
  experiment,
  type MeasureContext,
  type PlanContext,
  type Point,
  processorOf,
  type RowOutcome,
  textAxis,
} from "@spmm/runner";
import { scalingFigures } from "./figures.ts";
import { scalingFindings } from "./findings.ts";
import { INPUTS, networkAxis } from "./networks.ts";
import { runCoordinator } from "./run_coordinator.ts";
import { scalingRows } from "./scaling_rows.ts";
import type {
  Launch,
  PartitionName,
  RunSampling,
  ScalingRequest,
  WorkerKind,
} from "./scaling_request.ts";
import type { ScalingValues } from "./scaling_values.ts";
import { scalingTables } from "./tables.ts";

const PARTITIONS: readonly PartitionName[] = ["static", "speed", "dynamic"];

const AXES = {
  networks: networkAxis,
  inputs: countAxis("inputs, rebuilt from MNIST", { quick: [INPUTS.quick], full: [INPUTS.full] }),
  gpus: countAxis("numbers of GPUs; as many as the largest are started, once", {
    quick: [1, 2],
    full: [1, 2, 4],
  }),
  partitions: choiceAxis<PartitionName>("how inputs are shared out", PARTITIONS, {
    quick: PARTITIONS,
    full: PARTITIONS,
  }),
  workers: choiceAxis<WorkerKind>(
    "what computes: where none is set, GPUs where there are any, else stand-ins on the CPU",
    ["gpu", "cpu", "llvmpipe"],
    { quick: [], full: [] },
  ),
  launch: choiceAxis<Launch>(
    "processes of this machine, or ranks of MPI on any number of them",
    ["local", "mpirun", "srun"],
    { quick: ["local"], full: ["local"] },
  ),
  scratch: textAxis("where workers find what they share", "a folder", { quick: [], full: [] }),
};

type Context = PlanContext<typeof AXES>;

/** Short runs are repeated more often, so that what else goes on averages out. */
const SAMPLING: Readonly<Record<Context["scale"], RunSampling>> = {
  quick: { runs: 5, warmSeconds: 0.02, seconds: 0.2 },
  full: { runs: 5, warmSeconds: 0.4, seconds: 1.5 },
};

/** Strong scaling: the same inputs on 1, 2, 4 GPUs, and what that lets expect of 8 to 768. */
export const multiGpuScaling: Experiment = experiment({
  name: "multi-gpu-scaling",
  question:
    "How does inference scale over GPUs, where does the time go, and what is to be expected of 8 to 768?",
  axes: AXES,
  points: (context): Point<ScalingValues>[] =>
    context.axes.networks.flatMap((network) =>
      context.axes.inputs.flatMap((inputs) =>
        context.axes.launch.map((launch) => pointOf(requestOf(network, inputs, launch, context)))
      )
    ),
  tables: scalingTables,
  figures: scalingFigures,
  findings: scalingFindings,
});

function requestOf(
  network: string,
  inputs: number,
  launch: Launch,
  { axes, devices, scale }: Context,
): ScalingRequest {
  const gpu = devices.some((device) => processorOf(device) === "gpu");
  const { workers: [kind = gpu ? "gpu" : "cpu"], scratch: [scratch] } = axes;
  return {
    ...{ network, inputs, kind, launch, sampling: SAMPLING[scale] },
    workers: [...new Set(axes.gpus)].sort((a, b) => a - b),
    partitions: PARTITIONS.filter((partition) => axes.partitions.includes(partition)),
    ...scratch !== undefined && { scratch },
  };
}

function pointOf(request: ScalingRequest): Point<ScalingValues> {
  const { network, inputs, workers, kind, launch, partitions } = request;
  const gpus = workers.join(" ");
  const parameters = {
    ...{ network, inputs, gpus, workers: kind, launch, partitions: partitions.join(" ") },
  };
  return { parameters, measure: (context) => measurePoint(request, context) };
}

/** All numbers of workers that there are devices for; the others are skipped, and why. */
async function measurePoint(
  request: ScalingRequest,
  context: MeasureContext,
): Promise<RowOutcome<ScalingValues>[]> {
  const skipped: RowOutcome<ScalingValues>[] = [];
  for (let workers = request.workers; workers.length > 0; workers = workers.slice(0, -1)) {
    const outcome = await runCoordinator({ ...request, workers }, context);
    if (outcome.kind === "measured") {
      return [...scalingRows({ ...request, workers }, outcome.measurement), ...skipped.reverse()];
    }
    skipped.push(skippedRow(request, workers[workers.length - 1], outcome.reason));
  }
  return skipped.reverse();
}

function skippedRow(
  { network, inputs, kind }: ScalingRequest,
  gpus: number,
  reason: string,
): RowOutcome<ScalingValues> {
  const values = { network, inputs, gpus, workers: kind };
  return { contender: `${gpus} × static`, device: kind, outcome: "skipped", reason, values };
}
