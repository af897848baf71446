import { type Figure, rooflineFigure, stackedBars } from "@spmm/figures";
import type { NamedFigure } from "@spmm/runner";
import { type Breakdown, breakdowns, type Part, PARTS } from "./breakdown.ts";
import type { BottleneckRow } from "./kept_values.ts";

/** Bytes of an element of B: this experiment stores f32. */
const ELEMENT = 4;

/** The parts of the time by group of matrices, and CSB under the roofline; of each for every n. */
export function bottleneckFigures(rows: readonly BottleneckRow[]): NamedFigure[] {
  const all = breakdowns(rows);
  const devices = [...new Set(all.map(({ whole }) => whole.device))];
  return devices.flatMap((device, i) => {
    // Rarely is there more than one GPU: then the others' figures are numbered.
    const suffix = i === 0 ? "" : `-gpu${i + 1}`;
    const own = all.filter(({ whole }) => whole.device === device);
    const byN = Map.groupBy(own, ({ whole }) => whole.values.n);
    return Array.from(byN).flatMap(([n, group]): NamedFigure[] => [
      { name: `parts-n${n}${suffix}`, figure: partsFigure(device, n, group) },
      ...rooflines(`roofline-n${n}${suffix}`, device, n, group),
    ]);
  });
}

function partsFigure(device: string, n: number, all: readonly Breakdown[]): Figure {
  const groups = grouped(all);
  const rows = groups.flatMap(([group, own]) =>
    PARTS.map((part) => ({
      category: `${group} (${own.length})`,
      part,
      value: 100 * meanShare(own, part),
    }))
  );
  const most = rows.reduce((a, b) => b.value > a.value ? b : a);
  return stackedBars({
    title: `Where the time of CSB goes, N = ${n}`,
    description:
      `What doing each part twice adds, in percent of the time of one multiplication on ` +
      `${device}, in the mean over the matrices of a group (how many in brackets); more than 100 % ` +
      `where parts run side by side. The largest is ${most.part} of ${most.category}, ${
        most.value.toFixed(0)
      } %.`,
    value: { title: "Share of the time", unit: "%" },
    rows,
  });
}

function meanShare(all: readonly Breakdown[], part: Part): number {
  return all.reduce((sum, { shares }) => sum + (shares.get(part) ?? 0), 0) / all.length;
}

function rooflines(
  name: string,
  device: string,
  n: number,
  all: readonly Breakdown[],
): NamedFigure[] {
  const points = grouped(all).flatMap(([series, own]) =>
    own.flatMap(({ whole: { values: { nonZeros, minimumBytes, gflops } } }) =>
      minimumBytes === undefined || gflops === undefined
        ? []
        : [{ series, intensity: 2 * nonZeros * n / minimumBytes, rate: gflops * 1e9 }]
    )
  );
  const [{ whole: { values: { peakGigabytes, peakGflops, peakOnChipGigabytes } } }] = all;
  if (points.length === 0 || peakGigabytes === undefined || peakGflops === undefined) return [];
  const fastest = points.reduce((a, b) => b.rate > a.rate ? b : a);
  const figure = rooflineFigure({
    title: `CSB under the roofline, N = ${n}`,
    description: `Rates of CSB on ${device} over operations per byte that must be moved. The ` +
      `highest is ${Math.round(fastest.rate / 1e9)} GFLOP/s, of ${fastest.series}.`,
    rows: points,
    bytesPerSecond: peakGigabytes * 1e9,
    flopsPerSecond: peakGflops * 1e9,
    // Two operations for every operand of B that is loaded.
    ...(peakOnChipGigabytes !== undefined && {
      ceiling: { name: "operands on chip", rate: 2 * peakOnChipGigabytes * 1e9 / ELEMENT },
    }),
  });
  return [{ name, figure }];
}

/** By group, in the order of the alphabet: the networks one after the other. */
function grouped(all: readonly Breakdown[]): [string, Breakdown[]][] {
  return Array.from(Map.groupBy(all, ({ whole }) => whole.values.group))
    .toSorted(([a], [b]) => rank(a) < rank(b) ? -1 : 1);
}

/** Fewer zeros come first. */
function rank(group: string): string {
  return group.replace("below", "0");
}
