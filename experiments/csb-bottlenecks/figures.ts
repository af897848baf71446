import { type Figure, rooflineFigure, stackedBars } from "@spmm/figures";
import { geometricMean, type NamedFigure } from "@spmm/runner";
import { type Breakdown, breakdowns, type Part, PARTS } from "./breakdown.ts";
import type { BottleneckRow } from "./kept_values.ts";
import { type OverRows, overRows, type Unpacking, unpackings } from "./unpacking.ts";

/** Bytes of an element of B: this experiment stores f32. */
const ELEMENT = 4;

/** Both kernels over the one over rows, the walking one's parts, and rooflines; for every n. */
export function bottleneckFigures(rows: readonly BottleneckRow[]): NamedFigure[] {
  const all = breakdowns(rows);
  const compared = unpackings(rows);
  const devices = [...new Set(all.map(({ whole }) => whole.device))];
  return devices.flatMap((device, i) => {
    // Rarely is there more than one GPU: then the others' figures are numbered.
    const suffix = i === 0 ? "" : `-gpu${i + 1}`;
    const own = all.filter(({ whole }) => whole.device === device);
    const byN = Map.groupBy(own, ({ whole }) => whole.values.n);
    return Array.from(byN).flatMap(([n, group]): NamedFigure[] => {
      const kernels = compared.filter(({ walk }) => walk.device === device && walk.values.n === n);
      return [
        ...overRowsFigures(`over-rows-n${n}${suffix}`, device, n, kernels),
        { name: `parts-n${n}${suffix}`, figure: partsFigure(device, n, group) },
        ...rooflines(`roofline-n${n}${suffix}`, device, n, group, kernels),
      ];
    });
  });
}

/** What each kernel takes for what the one over rows takes 1 for. */
function overRowsFigures(
  name: string,
  device: string,
  n: number,
  all: readonly Unpacking[],
): NamedFigure[] {
  if (all.length === 0) return [];
  const rows = grouped(all, ({ rows }) => rows.values.group).flatMap(([group, own]) =>
    KERNEL_PARTS.map(({ kernel, part, share }) => ({
      category: `${group} (${own.length}), ${kernel}`,
      part,
      value: own.reduce((sum, one) => sum + share(overRows(one)), 0) / own.length,
    }))
  );
  const times = all.map(overRows);
  const mean = (part: (one: OverRows) => number) =>
    geometricMean(times.map(part).filter(Number.isFinite)).toFixed(2);
  const figure = stackedBars({
    title: `What blocks take over rows, N = ${n}`,
    description:
      `Times of the kernels over blocks over that of sliced-k+swizzle on ${device}, in ` +
      `the mean over the matrices of a group (how many in brackets). A product over rows takes 1. ` +
      `Geometric means over all: csb-walk ${mean(({ walk }) => walk)}, csb ` +
      `${mean(({ unpacked }) => unpacked)}, and by scratch memory in any case ` +
      `${mean(({ scratch }) => scratch)}.`,
    value: { title: "Time over that of rows" },
    rows,
  });
  return [{ name, figure }];
}

interface KernelPart {
  readonly kernel: string;
  readonly part: string;
  readonly share: (times: OverRows) => number;
}

/** Of each kernel what the one over rows takes as well, and what comes to it. */
const KERNEL_PARTS: readonly KernelPart[] = [
  { kernel: "csb-walk", part: "product over rows", share: ({ walk }) => Math.min(1, walk) },
  { kernel: "csb-walk", part: "walking", share: ({ walk }) => Math.max(0, walk - 1) },
  { kernel: "csb", part: "product over rows", share: ({ product }) => Math.min(1, product) },
  {
    kernel: "csb",
    part: "its product beyond that",
    share: ({ product }) => Math.max(0, product - 1),
  },
  { kernel: "csb", part: "unpacking", share: ({ unpack }) => unpack },
];

function partsFigure(device: string, n: number, all: readonly Breakdown[]): Figure {
  const groups = grouped(all, ({ whole }) => whole.values.group);
  const rows = groups.flatMap(([group, own]) =>
    PARTS.map((part) => ({
      category: `${group} (${own.length})`,
      part,
      value: 100 * meanShare(own, part),
    }))
  );
  const most = rows.reduce((a, b) => b.value > a.value ? b : a);
  return stackedBars({
    title: `Where the time of walking blocks goes, N = ${n}`,
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
  kernels: readonly Unpacking[],
): NamedFigure[] {
  const points = kernels.flatMap(({ walk, unpacked, rows }) =>
    [walk, unpacked, rows].flatMap(({ contender: series, values }) => {
      const { nonZeros, minimumBytes, gflops } = values;
      return minimumBytes === undefined || gflops === undefined
        ? []
        : [{ series, intensity: 2 * nonZeros * n / minimumBytes, rate: gflops * 1e9 }];
    })
  );
  const [{ whole: { values: { peakGigabytes, peakGflops, peakOnChipGigabytes } } }] = all;
  if (points.length === 0 || peakGigabytes === undefined || peakGflops === undefined) return [];
  const fastest = points.reduce((a, b) => b.rate > a.rate ? b : a);
  const figure = rooflineFigure({
    title: `Blocks and rows under the roofline, N = ${n}`,
    description: `Rates on ${device} over operations per byte that must be moved. The ` +
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
function grouped<One>(all: readonly One[], group: (one: One) => string): [string, One[]][] {
  return Array.from(Map.groupBy(all, group)).toSorted(([a], [b]) => rank(a) < rank(b) ? -1 : 1);
}

/** Fewer zeros come first. */
function rank(group: string): string {
  return group.replace("below", "0");
}
