import { bars } from "@spmm/figures";
import { type KeptRow, type MeasuredRow, measuredRows, type NamedFigure } from "@spmm/runner";
import type { NetworkValues } from "./network_tables.ts";

/** Time of every kernel that found the official survivors, by device and size of network. */
export function networkFigures(rows: readonly KeptRow<NetworkValues>[]): NamedFigure[] {
  const groups = Map.groupBy(
    measuredRows(rows),
    ({ device, values: { inputs, layers } }) => `${device} ${inputs} ${layers}`,
  );
  return Array.from(groups.values(), (group, i) => figureOf(group, i === 0 ? "" : `-${i + 1}`));
}

function figureOf(rows: readonly MeasuredRow<NetworkValues>[], suffix: string): NamedFigure {
  const sorted = rows.toSorted((a, b) => a.values.medianMs - b.values.medianMs);
  const [{ contender, device, values }] = sorted;
  const { inputs, layers, survivors, medianMs, teraEdgesPerSecond } = values;
  const figure = bars({
    title: `Time for ${layers} layers, ${inputs} inputs: every kernel shown finds the ` +
      `${survivors} official survivors`,
    description: `Median time of all layers on ${device}, lower is better. The fastest is ` +
      `${contender} with ${medianMs.toPrecision(3)} ms, ${teraEdgesPerSecond.toPrecision(3)} ` +
      `TeraEdges/s counted.`,
    value: { title: "Median time, lower is better", unit: "ms" },
    rows: sorted.map((row) => ({
      category: row.contender,
      series: "time",
      value: row.values.medianMs,
      ...spreadOf(row.values),
    })),
  });
  return { name: `time-by-kernel${suffix}`, figure };
}

function spreadOf({ medianMs, spreadMs }: NetworkValues) {
  return spreadMs === undefined ? {} : { low: medianMs - spreadMs, high: medianMs + spreadMs };
}
