import { median, type RowOutcome, type Samples, summarize } from "@spmm/runner";
import type {
  PartitionRuns,
  RunSample,
  ScalingMeasurement,
  ScalingRequest,
} from "./scaling_request.ts";
import type { ScalingValues } from "./scaling_values.ts";

/** What a coordinator measured, as rows: one for each partition on each number of workers. */
export function scalingRows(
  request: ScalingRequest,
  measurement: ScalingMeasurement,
): RowOutcome<ScalingValues>[] {
  return measurement.runs.map((runs) => ({
    contender: `${runs.workers} × ${runs.partition}`,
    device: measurement.device,
    outcome: "measured",
    values: valuesOf(request, measurement, runs),
    samples: samplesOf(runs),
  }));
}

function valuesOf(
  { network, inputs, kind, launch, workers: counts }: ScalingRequest,
  { machines, shareSeconds, startSeconds, edges, survivors, smallest }: ScalingMeasurement,
  { workers, partition, samples }: PartitionRuns,
): ScalingValues {
  const { median: seconds, spread, count } = summarize(samples.map(({ run }) => run));
  const ready = Math.max(...counts);
  return {
    ...{ network, inputs, gpus: workers, ready, workers: kind, standIn: kind !== "gpu" },
    ...{ launch, machines, partition, survivors, edges, shareSeconds, startSeconds },
    runMs: 1000 * seconds,
    ...spread !== undefined && { runSpreadMs: 1000 * spread },
    runs: count,
    ...partsOf(middleOf(samples, seconds), workers),
    teraEdgesPerSecond: edges / seconds / 1e12,
    endToEndSeconds: shareSeconds + startSeconds + seconds,
    smallestRangeMs: 1000 * median(smallest.map(slowestOf)),
    messageMs: 1000 * median(smallest.map((one) => Math.max(0, one.run - slowestOf(one)))) / ready,
  };
}

/** Parts of one run, so that they add up; medians of each would not. */
function middleOf(samples: readonly RunSample[], seconds: number): RunSample {
  const off = ({ run }: RunSample) => Math.abs(run - seconds);
  return samples.reduce((best, sample) => off(sample) < off(best) ? sample : best);
}

function partsOf(sample: RunSample, workers: number) {
  const { run, busy, upload, compute, readback, ranges } = sample;
  const slowest = slowestOf(sample);
  // Whoever got no inputs was busy for no time.
  const mean = busy.reduce((sum, seconds) => sum + seconds, 0) / workers;
  const each = 1000 / workers;
  return {
    ranges,
    computeMs: compute * each,
    uploadMs: upload * each,
    readbackMs: readback * each,
    hostMs: Math.max(0, 1000 * mean - (compute + upload + readback) * each),
    waitMs: 1000 * (slowest - mean),
    gatherMs: 1000 * Math.max(0, run - slowest),
    slowestBusyMs: 1000 * slowest,
    meanBusyMs: 1000 * mean,
  };
}

function slowestOf({ busy }: RunSample): number {
  return Math.max(0, ...busy);
}

/** All runs, and what each worker was busy with in each. */
function samplesOf({ samples }: PartitionRuns): Samples {
  const workers = Math.max(...samples.map(({ busy }) => busy.length));
  const busy = Array.from({ length: workers }, (_, w): [string, number[]] => [
    `busy ${w}`,
    samples.map((sample) => sample.busy[w] ?? 0),
  ]);
  return { run: samples.map(({ run }) => run), ...Object.fromEntries(busy) };
}
