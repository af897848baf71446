import { type KeptRow, type MeasuredRow, measuredRows } from "@spmm/runner";

/** What is recorded of a partition on a number of workers. Times are of the run in the middle. */
export interface ScalingValues {
  /** `65536x120`, generated. */
  readonly network: string;
  readonly inputs: number;
  /** GPUs, or what stands in for them. */
  readonly gpus: number;
  /** How many were ready while these ran. */
  readonly ready: number;
  /** `gpu`, `cpu` or `llvmpipe`. */
  readonly workers: string;
  /** Whether the workers only stand in for GPUs. */
  readonly standIn: boolean;
  /** `local`, `mpirun` or `srun`. */
  readonly launch: string;
  /** Machines that the workers were on. */
  readonly machines: number;
  readonly partition: string;
  /** Ranges that inputs were handed out in. */
  readonly ranges: number;
  /** From submitting to the gathered result, weights and inputs resident; median of so many runs. */
  readonly runMs: number;
  readonly runSpreadMs?: number;
  readonly runs: number;
  /** A worker's mean share of the run: layers, bringing inputs, fetching results. */
  readonly computeMs: number;
  readonly uploadMs: number;
  readonly readbackMs: number;
  /** The rest of what it was busy with: cutting out inputs, launches, waiting for the device. */
  readonly hostMs: number;
  /** Waiting for the slowest. */
  readonly waitMs: number;
  /** The run without the slowest worker's part: handing out, gathering. */
  readonly gatherMs: number;
  readonly slowestBusyMs: number;
  readonly meanBusyMs: number;
  /** Inputs × connections, and how many of them went by in a second. */
  readonly edges: number;
  readonly teraEdgesPerSecond: number;
  /** Reading or making network and inputs; starting all that were ready; both and the run. */
  readonly shareSeconds: number;
  readonly startSeconds: number;
  readonly endToEndSeconds: number;
  /** With one input for each that was ready: a worker's time, and the coordinator's for a message. */
  readonly smallestRangeMs: number;
  readonly messageMs: number;
  /** Inputs with an output that is not zero: the same in all runs, to the bit. */
  readonly survivors: number;
}

/** A row of this experiment. */
export type ScalingRow = KeptRow<ScalingValues>;

/** A row with times. */
export type TimedRow = MeasuredRow<ScalingValues>;

/** One network and its inputs on one kind of worker, over numbers of them. */
export interface Scaling {
  readonly network: string;
  readonly inputs: number;
  readonly device: string;
  readonly standIn: boolean;
  readonly launch: string;
  /** Ascending numbers of workers. */
  readonly rows: readonly TimedRow[];
  /** One worker. */
  readonly one: TimedRow | undefined;
  /** The fastest partition on the most workers. */
  readonly most: TimedRow;
}

/** Rows that belong on the same axes. */
export function scalingsOf(rows: readonly ScalingRow[]): Scaling[] {
  const groups = Map.groupBy(
    measuredRows(rows),
    ({ device, values: { network, inputs, workers, launch } }) =>
      JSON.stringify([network, inputs, workers, launch, device]),
  );
  return Array.from(groups.values(), (group) => {
    const sorted = group.toSorted((a, b) => a.values.gpus - b.values.gpus);
    const [{ device, values: { network, inputs, standIn, launch } }] = sorted;
    const one = sorted.find(({ values }) => values.gpus === 1);
    return {
      network,
      inputs,
      device,
      standIn,
      launch,
      rows: sorted,
      one,
      most: fastestOfMost(sorted),
    };
  });
}

function fastestOfMost(sorted: readonly TimedRow[]): TimedRow {
  const gpus = sorted[sorted.length - 1].values.gpus;
  return sorted.filter(({ values }) => values.gpus === gpus)
    .reduce((best, row) => row.values.runMs < best.values.runMs ? row : best);
}

/** Time of one over `gpus` times this one; nothing where one was not measured. */
export function efficiencyOf({ one }: Scaling, { values }: TimedRow): number | undefined {
  return one && one.values.runMs / (values.gpus * values.runMs);
}

/** The same with loading. */
export function endToEndEfficiencyOf({ one }: Scaling, { values }: TimedRow): number | undefined {
  return one && one.values.endToEndSeconds / (values.gpus * values.endToEndSeconds);
}

/** What workers are called in tables and figures. */
export function unitOf({ standIn }: Pick<Scaling, "standIn">): string {
  return standIn ? "stand-ins on the CPU" : "GPUs";
}
