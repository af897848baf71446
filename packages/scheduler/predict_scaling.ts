import { SchedulerError } from "./errors.ts";

/** What was measured of a job on one GPU and on a few; all in seconds. */
export interface ScalingParts {
  /** Inputs of the job. */
  readonly inputs: number;
  /** A GPU's time for one input, weights resident, in chunks as large as a run's. */
  readonly secondsPerInput: number;
  /** The slowest GPU's time over the mean, less 1: what unequal inputs and GPUs cost; 0 for none. */
  readonly imbalance: number;
  /** What a GPU takes for a range whatever its size: launches, the wait for the readback. */
  readonly secondsPerRange: number;
  /** Ranges that each GPU is given. */
  readonly rangesPerGpu: number;
  /** What the coordinator takes for one message there and back, one after the other. */
  readonly secondsPerMessage: number;
  /** A machine's time to read or make the weights, once for its GPUs. */
  readonly shareSeconds: number;
  /** A GPU's time to read, plan and upload shared weights, all GPUs of a machine at once. */
  readonly loadSeconds: number;
  /** From machine to machine, the time of one step of a broadcast of the weights; 0 without one. */
  readonly broadcastSeconds: number;
  /** GPUs of a machine. */
  readonly gpusPerMachine: number;
}

/** What one number of GPUs is expected to take, in seconds. */
export interface ScalingPrediction {
  /** How many GPUs. */
  readonly gpus: number;
  /** Computing, of the GPU that ends last. */
  readonly computeSeconds: number;
  /** Fixed costs of ranges. */
  readonly rangeSeconds: number;
  /** Messages of all GPUs, which the coordinator takes in turn. */
  readonly gatherSeconds: number;
  /** From submission to the gathered result, weights resident. */
  readonly runSeconds: number;
  /** Before it: reading, broadcasting and uploading weights. */
  readonly loadSeconds: number;
  /** Time of one GPU over `gpus` times this one, weights resident. */
  readonly efficiency: number;
  /** The same from cold, loading included. */
  readonly endToEndEfficiency: number;
}

/** Predictions, and what they rest on. */
export interface ScalingPredictions {
  /** One for each number of GPUs. */
  readonly predictions: readonly ScalingPrediction[];
  /** What was taken for granted, in sentences. */
  readonly assumptions: readonly string[];
}

const ASSUMPTIONS: readonly string[] = [
  "An input takes a GPU the same time in a smaller share; in truth small shares fill it less.",
  "The slowest GPU is behind the mean by the measured part, however many there are.",
  "The coordinator handles messages one after the other, each in the measured time.",
  "Machines do not slow each other down: nothing but counts and survivors is communicated.",
  "GPUs of a machine load at once without slowing each other down beyond what was measured.",
  "A broadcast of weights takes log2(machines) steps, rounded up, of the measured time each.",
  "No worker is lost.",
];

/**
 * Predicts time and efficiency on many GPUs from parts that were measured on a few.
 *
 * ```text
 *   run(P)  = ⌈inputs / P⌉ · input · (1 + imbalance)      computing, the slowest of P
 *           + ranges · range                              launches and readback of its ranges
 *           + P · ranges · message                        the coordinator's turn for all messages
 *   load(P) = share + ⌈log₂ machines⌉ · broadcast + load  once a machine, then all GPUs at once
 * ```
 *
 * More GPUs than inputs leave some idle: they take part in no message. Efficiency is run(1) over
 * P · run(P), where one GPU has no imbalance. The first term falls with P, the last grows: their
 * meeting point is where strong scaling ends (Hidayetoğlu et al., Fig. 6, to 768 GPUs).
 *
 * @param parts What was measured.
 * @param gpus Numbers of GPUs; from 8 to 768 where absent.
 * @throws {SchedulerError} If a part is no number from 0, or a number of GPUs no whole number from 1.
 *
 * @example The gather is what ends scaling
 * ```ts
 * import { predictScaling } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * const { predictions: [few, many] } = predictScaling({
 *   inputs: 60_000,
 *   secondsPerInput: 4e-6,
 *   imbalance: 0.02,
 *   secondsPerRange: 0.001,
 *   rangesPerGpu: 1,
 *   secondsPerMessage: 1e-4,
 *   shareSeconds: 2,
 *   loadSeconds: 1,
 *   broadcastSeconds: 0.5,
 *   gpusPerMachine: 4,
 * }, [4, 768]);
 * assert.ok(few.efficiency > 0.95);
 * assert.ok(many.gatherSeconds > many.computeSeconds && many.efficiency < 0.01);
 * ```
 */
export function predictScaling(
  parts: ScalingParts,
  gpus: readonly number[] = [8, 16, 32, 64, 128, 256, 384, 512, 768],
): ScalingPredictions {
  checkParts(parts, gpus);
  const one = predictFor({ ...parts, imbalance: 0 }, 1);
  const predictions = gpus.map((count): ScalingPrediction => {
    const times = predictFor(parts, count);
    const over = (alone: number, together: number): number =>
      together > 0 ? alone / (count * together) : 1;
    return {
      gpus: count,
      ...times,
      efficiency: over(one.runSeconds, times.runSeconds),
      endToEndEfficiency: over(
        one.runSeconds + one.loadSeconds,
        times.runSeconds + times.loadSeconds,
      ),
    };
  });
  return { predictions, assumptions: ASSUMPTIONS };
}

function predictFor(
  parts: ScalingParts,
  gpus: number,
): Omit<ScalingPrediction, "gpus" | "efficiency" | "endToEndEfficiency"> {
  const machines = Math.ceil(gpus / parts.gpusPerMachine);
  const working = Math.min(gpus, parts.inputs);
  const largest = Math.ceil(parts.inputs / gpus);
  const ranges = Math.min(parts.rangesPerGpu, largest);
  const computeSeconds = largest * parts.secondsPerInput * (gpus > 1 ? 1 + parts.imbalance : 1);
  const rangeSeconds = ranges * parts.secondsPerRange;
  const gatherSeconds = working * ranges * parts.secondsPerMessage;
  return {
    computeSeconds,
    rangeSeconds,
    gatherSeconds,
    runSeconds: computeSeconds + rangeSeconds + gatherSeconds,
    loadSeconds: parts.shareSeconds + Math.ceil(Math.log2(machines)) * parts.broadcastSeconds +
      parts.loadSeconds,
  };
}

function checkParts(parts: ScalingParts, gpus: readonly number[]): void {
  for (const [name, value] of Object.entries(parts)) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new SchedulerError(
      `Cannot predict scaling: ${name} must be a number from 0: received ${value}`,
    );
  }
  for (const count of [parts.gpusPerMachine, ...gpus]) {
    if (Number.isSafeInteger(count) && count >= 1) continue;
    throw new SchedulerError(
      `Cannot predict scaling: GPUs must be a whole number from 1: received ${count}`,
    );
  }
}
