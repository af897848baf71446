import { type LineRow, lines, stackedBars } from "@spmm/figures";
import type { NamedFigure } from "@spmm/runner";
import { expectationOf } from "./prediction.ts";
import {
  efficiencyOf,
  endToEndEfficiencyOf,
  type Scaling,
  type ScalingRow,
  scalingsOf,
  unitOf,
} from "./scaling_values.ts";
import { nameOf, PARTS } from "./tables.ts";

const IDEAL = "ideal";
const PREDICTED = "predicted";
const END_TO_END = "end to end";
const ORDER: readonly string[] = ["static", "speed", "dynamic", IDEAL, PREDICTED, END_TO_END];

/** Time and efficiency over GPUs, where the time goes, and what is predicted. */
export function scalingFigures(rows: readonly ScalingRow[]): NamedFigure[] {
  return scalingsOf(rows).flatMap((scaling) => [
    timeFigure(scaling),
    ...efficiencyFigure(scaling),
    partFigure(scaling),
    ...predictionFigure(scaling),
  ]);
}

function timeFigure(scaling: Scaling): NamedFigure {
  const rows = [...measuredLines(scaling), ...idealLine(scaling, countsOf(scaling))];
  return {
    name: `time-${suffix(scaling)}`,
    figure: lines({
      title: `Time of a run: ${title(scaling)}`,
      description: `${nameOf(scaling)}, weights and inputs resident on the host: ${words(rows)}.`,
      x: { title: axisOf(scaling), scale: "log" },
      y: { title: "Time from submitting to the result", unit: "ms", scale: "log" },
      seriesOrder: ORDER,
      rows,
    }),
  };
}

function efficiencyFigure(scaling: Scaling): NamedFigure[] {
  const rows = scaling.rows.flatMap((row): LineRow[] => {
    const { gpus: x, partition: series } = row.values;
    const y = efficiencyOf(scaling, row);
    const fromCold = endToEndEfficiencyOf(scaling, row);
    if (y === undefined || fromCold === undefined) return [];
    const beside = { series: END_TO_END, x, y: fromCold };
    return [{ series, x, y }, ...(series === "static" ? [beside] : [])];
  });
  if (rows.length === 0) return [];
  return [{
    name: `efficiency-${suffix(scaling)}`,
    figure: lines({
      title: `Efficiency: ${title(scaling)}`,
      description: `${nameOf(scaling)}, time of one over GPUs times the time, weights and inputs ` +
        `resident; end to end with making and loading both: ${words(rows)}.`,
      x: { title: axisOf(scaling), scale: "log" },
      y: { title: "Efficiency" },
      seriesOrder: ORDER,
      rows,
    }),
  }];
}

function partFigure(scaling: Scaling): NamedFigure {
  const rows = scaling.rows.flatMap(({ values }) =>
    PARTS.map(({ part, ms }) => ({
      category: `${values.gpus} × ${values.partition}`,
      part,
      value: ms(values),
    }))
  );
  const { most: { values } } = scaling;
  return {
    name: `where-time-goes-${suffix(scaling)}`,
    figure: stackedBars({
      title: `Where a worker's time goes: ${title(scaling)}`,
      description: `${nameOf(scaling)}; on ${values.gpus} (${values.partition}): ${
        PARTS.map(({ part, ms }) => `${part} ${ms(values).toPrecision(3)} ms`).join(", ")
      }.`,
      value: { title: "Time of a run", unit: "ms" },
      rows,
    }),
  };
}

function predictionFigure(scaling: Scaling): NamedFigure[] {
  const expectation = expectationOf(scaling);
  if (expectation === undefined) return [];
  const predictions = [...expectation.measured, ...expectation.predicted];
  const predicted = predictions.map(({ gpus: x, runSeconds }) => ({
    ...{ series: PREDICTED, x, y: 1000 * runSeconds },
  }));
  const rows = [
    ...measuredLines(scaling).filter(({ series }) => series === "static"),
    ...predicted,
    ...idealLine(scaling, predictions.map(({ gpus }) => gpus)),
  ];
  return [{
    name: `predicted-${suffix(scaling)}`,
    figure: lines({
      title: `Measured, and predicted to ${predictions.at(-1)?.gpus} GPUs: ${title(scaling)}`,
      description: `${nameOf(scaling)}, weights and inputs resident; predicted, not measured: ${
        words(predicted)
      }. ${expectation.assumptions.join(" ")}`,
      x: { title: axisOf(scaling), scale: "log" },
      y: { title: "Time from submitting to the result", unit: "ms", scale: "log" },
      seriesOrder: ORDER,
      rows,
    }),
  }];
}

function measuredLines({ rows }: Scaling): LineRow[] {
  return rows.map(({ values: { gpus: x, partition: series, runMs: y, runSpreadMs } }) => ({
    ...{ series, x, y },
    // A spread as large as the time has no lower end on a logarithmic axis.
    ...runSpreadMs !== undefined && runSpreadMs < y &&
      { low: y - runSpreadMs, high: y + runSpreadMs },
  }));
}

function idealLine({ one }: Scaling, counts: readonly number[]): LineRow[] {
  if (one === undefined) return [];
  return counts.map((x) => ({ series: IDEAL, x, y: one.values.runMs / x }));
}

function countsOf({ rows }: Scaling): number[] {
  return [...new Set(rows.map(({ values }) => values.gpus))];
}

function title({ network, inputs, standIn }: Scaling): string {
  return `${network}, ${inputs} inputs${standIn ? `, ${unitOf({ standIn })}` : ""}`;
}

function axisOf(scaling: Scaling): string {
  return scaling.standIn ? "Stand-ins" : "GPUs";
}

function words(rows: readonly LineRow[]): string {
  return rows.map(({ series, x, y }) => `${series} ${y.toPrecision(3)} at ${x}`).join("; ");
}

function suffix({ network, inputs, standIn, launch }: Scaling): string {
  const parts = [network, `${inputs}`, ...standIn ? ["stand-ins"] : []];
  return [...parts, ...launch === "local" ? [] : [launch]].join("-");
}
