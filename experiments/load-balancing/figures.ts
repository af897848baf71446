import { type Figure, type LineRow, lines } from "@spmm/figures";
import { measuredRows, type NamedFigure } from "@spmm/runner";
import type { LoadRow, TimedRow } from "./kept_values.ts";

/** The order of colours in all figures: that of the contenders. */
const SERIES = [
  "row-split",
  "row-split+swizzle",
  "row-swizzle",
  "merge",
  "csb-whole-lines",
  "csb",
];

/** Time against skew, for every n and number of non-zeros. */
export function loadFigures(rows: readonly LoadRow[]): NamedFigure[] {
  const timed = measuredRows(rows);
  const devices = [...new Set(timed.map(({ device }) => device))];
  return devices.flatMap((device, i) => {
    // Rarely is there more than one GPU: then the others' figures are numbered.
    const suffix = i === 0 ? "" : `-gpu${i + 1}`;
    return [...skewFigures(timed.filter((row) => row.device === device), suffix)];
  });
}

function skewFigures(rows: readonly TimedRow[], suffix: string): NamedFigure[] {
  const skewed = rows.filter(({ values }) => values.exponent !== undefined);
  const groups = Map.groupBy(skewed, ({ values: { n, nonZeros } }) => `n${n}-nnz${nonZeros}`);
  return Array.from(groups).flatMap(([name, group]) =>
    new Set(group.map(({ values }) => values.exponent)).size < 2
      ? []
      : [{ name: `time-by-skew-${name}${suffix}`, figure: skewFigure(group) }]
  );
}

function skewFigure(rows: readonly TimedRow[]): Figure {
  const [{ device, values: { n, nonZeros } }] = rows;
  const slowest = rows.reduce((a, b) => b.values.medianUs > a.values.medianUs ? b : a);
  return lines({
    title: `Time by skew: ${nonZeros} non-zeros, N = ${n}`,
    description:
      `Median time of each way of balancing on ${device}, over matrices that differ in ` +
      `the skew of their row lengths only. The slowest is ${slowest.contender} at an exponent of ` +
      `${slowest.values.exponent}, with ${slowest.values.medianUs.toPrecision(3)} µs.`,
    x: { title: "Exponent of row lengths" },
    y: { title: "Median time", unit: "µs", scale: "log" },
    seriesOrder: SERIES,
    rows: rows.map(lineOf),
  });
}

function lineOf({ contender, values: { exponent = 0, medianUs, spreadUs } }: TimedRow): LineRow {
  const point = { series: contender, x: exponent, y: medianUs };
  // A logarithmic axis has no room for an error bar that reaches 0.
  return spreadUs === undefined || spreadUs >= medianUs
    ? point
    : { ...point, low: medianUs - spreadUs, high: medianUs + spreadUs };
}
