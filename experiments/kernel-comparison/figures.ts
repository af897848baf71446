import {
  type BarRow,
  bars,
  choiceMap,
  type ChoiceRow,
  distribution,
  type LineRow,
  lines,
  type RatioRow,
} from "@spmm/figures";
import { geometricMean, type NamedFigure, quantile } from "@spmm/runner";
import {
  type ComparedRow,
  type Contest,
  type ContestGroup,
  contestGroups,
  familyOrder,
  type TimedRecord,
} from "./family_times.ts";
import { beside } from "./peers.ts";
import { widthFigures } from "./widths.ts";

/** Fewer numbers than this have no quartiles to draw. */
const FEWEST_FOR_QUARTILES = 4;

/** Speed-up over row-split, over dense and over peers, who wins where, and rates over widths. */
export function comparisonFigures(rows: readonly ComparedRow[]): NamedFigure[] {
  const groups = contestGroups(rows);
  const devices = [...new Set(groups.map(({ records: [record] }) => deviceOf(record)))];
  const settings = Map.groupBy(groups, ({ records: [record] }) => settingOf(record));
  const figures = Array.from(settings.values()).flatMap((ofSetting) => {
    const suffix = suffixOf(ofSetting[0].records[0], devices);
    const widest = ofSetting.reduce((a, b) => widthOf(b) > widthOf(a) ? b : a);
    return [
      ...rowSplitFigure(widest, suffix),
      ...ofSetting.flatMap((group) => denseFigure(group, suffix)),
      ...mapFigure(ofSetting, suffix),
      ...ofSetting.flatMap((group) => peerFigure(group, suffix)),
    ];
  });
  return [...figures, ...widthFigures(rows)];
}

/** Nothing for f32 and A on the first device; rarely are there two devices. */
function suffixOf(record: TimedRecord, devices: readonly string[]): string {
  const device = devices.indexOf(deviceOf(record));
  return `${record.storage === "f32" ? "" : `-${record.storage}`}${
    record.transpose ? "-transposed" : ""
  }${device === 0 ? "" : `-${device + 1}`}`;
}

function deviceOf({ device, processor }: TimedRecord): string {
  return `${device} (${processor})`;
}

function settingOf(record: TimedRecord): string {
  return `${deviceOf(record)}, ${record.storage}${record.transpose ? ", transposed" : ""}`;
}

function widthOf({ records: [{ n }] }: ContestGroup): number {
  return n;
}

function rowSplitFigure(group: ContestGroup, suffix: string): NamedFigure[] {
  const ratios = group.contests.flatMap((contest) =>
    contenders(contest).flatMap(({ family, record: { speedupOverRowSplit } }) =>
      family === "row-split" || speedupOverRowSplit === undefined
        ? []
        : [{ category: family, ratio: speedupOverRowSplit }]
    )
  );
  if (ratios.length === 0) return [];
  const means = meansOf(ratios);
  const figure = distribution({
    title: `Speed-up over row-split, N = ${widthOf(group)}`,
    description: `Least, quartiles and greatest over ${group.contests.length} matrices, of each ` +
      `family's fastest kernel on each; ${group.title}. Geometric means: ${listed(means)}.`,
    ratio: { title: "Speed-up over row-split" },
    rows: familyOrder(means.keys())
      .flatMap((family) => ratios.filter(({ category }) => category === family)),
  });
  return [{ name: `speedup-over-row-split${suffix}`, figure }];
}

function denseFigure(group: ContestGroup, suffix: string): NamedFigure[] {
  const points = densePoints(group.contests);
  if (points.length === 0) return [];
  const levels = [...new Set(points.map(({ x }) => x))];
  const best = points.reduce((a, b) => b.y > a.y ? b : a);
  return [{
    name: `speedup-over-dense-n${widthOf(group)}${suffix}`,
    figure: lines({
      title: `Speed-up over dense by sparsity, N = ${widthOf(group)}`,
      description: `Medians and quartiles over ${group.contests.length} matrices, each at the ` +
        `nearest of DLMC's levels, of each family's fastest kernel on each; ${group.title}. ` +
        `The most is ${best.y.toFixed(2)} × of ${best.series} at ${best.x} % zeros.`,
      x: { title: "Zeros", unit: "%" },
      y: { title: "Speed-up over dense", scale: "log" },
      seriesOrder: familyOrder(points.map(({ series }) => series)),
      rows: [...points, ...levels.map((x) => ({ series: "dense", x, y: 1 }))],
    }),
  }];
}

/** The speed-up over dense of each family at each level, in percent; families only. */
export function densePoints(contests: readonly Contest[]): LineRow[] {
  return Array.from(Map.groupBy(contests, ({ level }) => level)).flatMap(([level, ofLevel]) => {
    const ratios = ofLevel.flatMap(({ families }) =>
      families.flatMap(({ family, record: { speedupOverDense } }) =>
        family === "dense" || speedupOverDense === undefined
          ? []
          : [{ category: family, ratio: speedupOverDense }]
      )
    );
    return Array.from(Map.groupBy(ratios, ({ category }) => category), ([series, own]): LineRow => {
      const numbers = own.map(({ ratio }) => ratio);
      return { series, x: 100 * level, y: quantile(numbers, 0.5), ...quartiles(numbers) };
    });
  });
}

function mapFigure(groups: readonly ContestGroup[], suffix: string): NamedFigure[] {
  const cells = groups.flatMap((group) => winnersOf(group));
  if (cells.length === 0) return [];
  const wins = Map.groupBy(cells, ({ choice }) => choice);
  const figure = choiceMap({
    title: "Which family to use when, and how far ahead of the next",
    description: `Fastest family by geometric mean over the matrices of a level of sparsity, ` +
      `and the ratio to the second; ${settingOf(groups[0].records[0])}. Of ${cells.length} cells ` +
      `${Array.from(wins, ([family, own]) => `${family} wins ${own.length}`).join(", ")}.`,
    xTitle: "Zeros (%)",
    yTitle: "Columns of B",
    rows: cells.toSorted((a, b) => Number(a.x) - Number(b.x) || Number(b.y) - Number(a.y)),
  });
  return [{ name: `when-to-use-what${suffix}`, figure }];
}

/** The winner at each level, of families that have a time on each of its matrices. */
export function winnersOf(group: ContestGroup): ChoiceRow[] {
  const levels = Map.groupBy(group.contests, ({ level }) => level);
  return Array.from(levels).flatMap(([level, ofLevel]) => {
    const times = Map.groupBy(ofLevel.flatMap(({ families }) => families), ({ family }) => family);
    const [first, second] = Array.from(times)
      .filter(([, own]) => own.length === ofLevel.length)
      .map(([family, own]) => ({
        family,
        us: geometricMean(own.map(({ record }) => record.medianUs)),
      }))
      .sort((a, b) => a.us - b.us);
    if (second === undefined) return [];
    return [{
      x: String(Math.round(100 * level)),
      y: String(widthOf(group)),
      choice: first.family,
      label: `${(second.us / first.us).toFixed(2)}×`,
    }];
  });
}

function peerFigure(group: ContestGroup, suffix: string): NamedFigure[] {
  const byKernel = Map.groupBy(group.records, ({ kernel }) => kernel);
  const rows = Array.from(byKernel).flatMap(([category, own]): BarRow[] =>
    beside(own).map(({ peer, ratio }) => ({ category, series: peer, value: ratio }))
  ).sort((a, b) => b.value - a.value);
  const best = rows.at(0);
  if (best === undefined) return [];
  const figure = bars({
    title: `Speed-up over other libraries, N = ${widthOf(group)}`,
    description: `Geometric means over the matrices that both have; ${group.title}, the others ` +
      `in f32 on ${peersGpuOf(group)}. The most is ${
        best.value.toFixed(2)
      } × over ${best.series}, ` +
      `of ${best.category}.`,
    value: { title: "Speed-up (over 1: faster)" },
    rows,
    reference: 1,
  });
  return [{ name: `speedup-over-peers-n${widthOf(group)}${suffix}`, figure }];
}

function peersGpuOf({ records }: ContestGroup): string {
  return [...new Set(records.flatMap(({ peersGpu }) => peersGpu ?? []))].join(", ");
}

function contenders({ families, auto }: Contest) {
  return auto === undefined ? families : [...families, { family: "auto", record: auto }];
}

function meansOf(rows: readonly RatioRow[]): Map<string, number> {
  const byGroup = Map.groupBy(rows, ({ category }) => category);
  return new Map(
    Array.from(byGroup, ([group, own]) => [group, geometricMean(own.map(({ ratio }) => ratio))]),
  );
}

function listed(means: ReadonlyMap<string, number>): string {
  return Array.from(means, ([name, mean]) => `${name} ${mean.toFixed(2)} ×`).join(", ");
}

function quartiles(numbers: readonly number[]): { low: number; high: number } | undefined {
  return numbers.length < FEWEST_FOR_QUARTILES
    ? undefined
    : { low: quantile(numbers, 0.25), high: quantile(numbers, 0.75) };
}
