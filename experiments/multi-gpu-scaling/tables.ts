import type { Table } from "@spmm/runner";
import { type Expectation, expectationOf } from "./prediction.ts";
import {
  efficiencyOf,
  endToEndEfficiencyOf,
  type Scaling,
  type ScalingRow,
  scalingsOf,
  type TimedRow,
  unitOf,
} from "./scaling_values.ts";

/** Times, where they go, each worker, and what is to be expected, network by network. */
export function scalingTables(rows: readonly ScalingRow[]): Table[] {
  return [
    ...scalingsOf(rows).flatMap((scaling) => {
      const expectation = expectationOf(scaling);
      return [
        timeTable(scaling, expectation),
        partTable(scaling),
        workerTable(scaling),
        ...expectation ? [predictionTable(scaling, expectation)] : [],
      ];
    }),
    ...unmeasuredTable(rows),
  ];
}

function timeTable(scaling: Scaling, expectation: Expectation | undefined): Table {
  return {
    title: `Time, weights and inputs resident on the host: ${nameOf(scaling)}`,
    columns: columns(
      ...["GPUs", "partition", "run, ms", "±", "runs", "efficiency", "predicted, ms"],
      ...["TeraEdges/s, counted", "share, s", "start, s", "end to end, s", "its efficiency"],
      "survivors",
    ),
    rows: scaling.rows.map((row) => {
      const { values } = row;
      const predicted = expectation?.measured.find(({ gpus }) => gpus === values.gpus);
      return [
        ...[values.gpus, values.partition, values.runMs, values.runSpreadMs, values.runs],
        ...[efficiencyOf(scaling, row), predicted && 1000 * predicted.runSeconds],
        ...[values.teraEdgesPerSecond, values.shareSeconds, values.startSeconds],
        ...[values.endToEndSeconds, endToEndEfficiencyOf(scaling, row), values.survivors],
      ];
    }),
  };
}

/** A part of a run, in the order in which bars are stacked. */
export const PARTS: readonly {
  readonly part: string;
  readonly ms: (values: TimedRow["values"]) => number;
}[] = [
  { part: "layers", ms: ({ computeMs }) => computeMs },
  { part: "upload of inputs", ms: ({ uploadMs }) => uploadMs },
  { part: "readback", ms: ({ readbackMs }) => readbackMs },
  { part: "rest of the worker", ms: ({ hostMs }) => hostMs },
  { part: "waiting for the slowest", ms: ({ waitMs }) => waitMs },
  { part: "handing out, gathering", ms: ({ gatherMs }) => gatherMs },
];

function partTable(scaling: Scaling): Table {
  return {
    title: `Where a worker's time goes, ms of the run in the middle: ${nameOf(scaling)}`,
    columns: columns("GPUs", "partition", ...PARTS.map(({ part }) => part), "ranges"),
    rows: scaling.rows.map(({ values }) => [
      values.gpus,
      values.partition,
      ...PARTS.map(({ ms }) => ms(values)),
      values.ranges,
    ]),
  };
}

function workerTable(scaling: Scaling): Table {
  return {
    title: `Each worker, means over runs: ${nameOf(scaling)}`,
    columns: columns("GPUs", "partition", "worker", "busy, ms", "idle, ms"),
    rows: scaling.rows.flatMap(({ values, samples = {} }) => {
      const run = mean(samples["run"] ?? []);
      return Array.from({ length: values.gpus }, (_, worker) => {
        const busy = mean(samples[`busy ${worker}`] ?? []);
        return [values.gpus, values.partition, worker, 1000 * busy, 1000 * (run - busy)];
      });
    }),
  };
}

function predictionTable(scaling: Scaling, { predicted }: Expectation): Table {
  return {
    title: `Predicted, not measured: ${nameOf(scaling)}`,
    columns: columns(
      ...["GPUs", "run, ms", "computing", "ranges", "gathering", "efficiency"],
      ...["TeraEdges/s, counted", "loading, s", "efficiency from cold"],
    ),
    rows: predicted.map((one) => [
      one.gpus,
      1000 * one.runSeconds,
      1000 * one.computeSeconds,
      1000 * one.rangeSeconds,
      1000 * one.gatherSeconds,
      one.efficiency,
      scaling.most.values.edges / one.runSeconds / 1e12,
      one.loadSeconds,
      one.endToEndEfficiency,
    ]),
  };
}

function unmeasuredTable(rows: readonly ScalingRow[]): Table[] {
  const unmeasured = rows.filter(({ outcome }) => outcome !== "measured");
  if (unmeasured.length === 0) return [];
  return [{
    title: "Not measured",
    columns: columns("network", "GPUs", "outcome", "reason"),
    rows: unmeasured.map(({ values, outcome, reason }) => [
      ...[values.network, values.gpus, outcome, reason],
    ]),
  }];
}

/** What heads a table: generated networks and stand-ins say that they are. */
export function nameOf({ network, inputs, device, standIn, launch }: Scaling): string {
  const where = standIn ? unitOf({ standIn }) : device;
  return `${network} (generated), ${inputs} inputs (rebuilt), ${where}, ${launch}`;
}

function columns(...headings: readonly string[]): Table["columns"] {
  return headings.map((heading) => ({ heading }));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
}
