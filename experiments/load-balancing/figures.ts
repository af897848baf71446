import { type Figure, type LineRow, lines } from "@spmm/figures";
import { measuredRows, type NamedFigure } from "@spmm/runner";
import { CONTENDER_NAMES } from "./contenders.ts";
import type { LoadRow, TimedRow } from "./kept_values.ts";
import { rankedWork } from "./load.ts";

/**
 * Time against skew for every n, and work per workgroup on a regular and on the steepest matrix; of
 * each for every number of non-zeros.
 */
export function loadFigures(rows: readonly LoadRow[]): NamedFigure[] {
  const timed = measuredRows(rows);
  const devices = [...new Set(timed.map(({ device }) => device))];
  return devices.flatMap((device, i) => {
    // Rarely is there more than one GPU: then the others' figures are numbered.
    const suffix = i === 0 ? "" : `-gpu${i + 1}`;
    const generated = timed
      .filter((row) => row.device === device && row.values.structure !== undefined);
    return [...skewFigures(generated, suffix), ...workFigures(generated, suffix)];
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

/** N hardly changes how rows are shared out: the largest stands for all. */
function workFigures(rows: readonly TimedRow[], suffix: string): NamedFigure[] {
  const n = Math.max(...rows.map(({ values }) => values.n));
  const ofN = rows.filter(({ values }) => values.n === n);
  const sizes = Map.groupBy(ofN, ({ values: { nonZeros } }) => `nnz${nonZeros}`);
  return Array.from(sizes).flatMap(([name, group]) => {
    const steepest = Math.max(...group.map(({ values }) => values.exponent ?? 0));
    return [
      { kind: "random", own: group.filter(({ values }) => values.structure === "random") },
      { kind: "power-law", own: group.filter(({ values }) => values.exponent === steepest) },
    ].flatMap(({ kind, own }): NamedFigure[] =>
      own.length === 0 ? [] : [{ name: `work-${kind}-${name}${suffix}`, figure: workFigure(own) }]
    );
  });
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
    seriesOrder: CONTENDER_NAMES,
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

/** Rank and size, as power laws are shown: every workgroup's work, the heaviest first. */
function workFigure(rows: readonly TimedRow[]): Figure {
  const [{ values: { matrix, n } }] = rows;
  const imbalance = rows
    .map(({ contender, values }) => `${contender} ${values.workImbalance.toFixed(2)}`)
    .join(", ");
  return lines({
    title: `Work per workgroup: ${matrix}, N = ${n}`,
    description: `Non-zeros and row ends of each workgroup over their mean, workgroups in the ` +
      `order of their work. The heaviest over the mean: ${imbalance}.`,
    x: { title: "Workgroup, heaviest first", scale: "log" },
    y: { title: "Work over the mean", scale: "log" },
    seriesOrder: CONTENDER_NAMES,
    rows: rows.flatMap(({ contender, values }) =>
      rankedWork(values).map(({ rank, work }) => ({
        series: contender,
        x: rank,
        y: work / values.meanWork,
      }))
    ),
  });
}
