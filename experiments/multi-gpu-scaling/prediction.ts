import { predictScaling, type ScalingParts, type ScalingPrediction } from "@spmm/scheduler";
import type { Scaling } from "./scaling_values.ts";

/** Numbers of GPUs that are predicted. */
export const PREDICTED: readonly number[] = [8, 16, 32, 64, 128, 256, 512, 768];

/** Bytes of a connection as it travels: an index and a number. */
const CONNECTION_BYTES = 8;
/** Of a link between machines, assumed: 100 Gbit/s. */
const LINK_BYTES_PER_SECOND = 12.5e9;

/** What a scaling lets expect. */
export interface Expectation {
  readonly parts: ScalingParts;
  /** At the numbers of GPUs that were measured: how far the model is to be trusted. */
  readonly measured: readonly ScalingPrediction[];
  /** At those that were not. */
  readonly predicted: readonly ScalingPrediction[];
  readonly assumptions: readonly string[];
}

/** Predicts from one GPU and a few; nothing where one was not measured, or stand-ins were. */
export function expectationOf(scaling: Scaling): Expectation | undefined {
  const parts = scaling.standIn ? undefined : partsOf(scaling);
  if (parts === undefined) return undefined;
  const counts = [...new Set(scaling.rows.map(({ values }) => values.gpus))];
  const { predictions, assumptions } = predictScaling(parts, [...counts, ...PREDICTED]);
  return {
    parts,
    measured: predictions.slice(0, counts.length),
    predicted: predictions.slice(counts.length),
    assumptions: [
      ...assumptions,
      `From machine to machine weights travel at ${LINK_BYTES_PER_SECOND / 1e9} GB/s, which was ` +
      "not measured.",
    ],
  };
}

function partsOf({ one, most, inputs }: Scaling): ScalingParts | undefined {
  if (one === undefined) return undefined;
  const { values: last } = most;
  const rangeSeconds = last.smallestRangeMs / 1000;
  const connections = last.edges / inputs;
  const { ranges, slowestBusyMs } = one.values;
  return {
    inputs,
    secondsPerInput: Math.max(0, slowestBusyMs / 1000 - ranges * rangeSeconds) / inputs,
    imbalance: last.meanBusyMs > 0 ? Math.max(0, last.slowestBusyMs / last.meanBusyMs - 1) : 0,
    secondsPerRange: rangeSeconds,
    rangesPerGpu: Math.max(1, Math.round(last.ranges / last.gpus)),
    secondsPerMessage: last.messageMs / 1000,
    shareSeconds: last.shareSeconds,
    loadSeconds: last.startSeconds,
    broadcastSeconds: CONNECTION_BYTES * connections / LINK_BYTES_PER_SECOND,
    gpusPerMachine: Math.max(1, Math.round(last.ready / last.machines)),
  };
}
