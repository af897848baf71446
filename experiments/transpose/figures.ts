import { bars, type LineRow, lines } from "@spmm/figures";
import { type NamedFigure, quantile } from "@spmm/runner";
import { mean, USES } from "./tables.ts";
import {
  allBytesPerNonZero,
  bothUs,
  type Group,
  groupsOf,
  pairUs,
  type TransposeRow,
} from "./transpose_values.ts";

/** Fewer numbers than this have no quartiles to draw. */
const FEWEST_FOR_QUARTILES = 4;
/** Marks what a contender takes with what it writes for itself while it multiplies. */
const WORKSPACE = ", with workspace";
/** Workspace that adds less than this is not worth a point of its own. */
const NOTICEABLE = 1.02;

/** Time against memory, what sharing the preparation does, and the cost of the transpose. */
export function transposeFigures(rows: readonly TransposeRow[]): NamedFigure[] {
  const groups = groupsOf(rows).filter(({ matrices }) => matrices.length > 0);
  const order = [...new Set(groups.flatMap(({ contenders }) => [...contenders.keys()]))];
  const byProcessor = Map.groupBy(groups, ({ processor }) => processor);
  return [
    ...groups.map((group) => timeAgainstMemory(group, order)),
    ...groups.flatMap((group) => sharedPreparation(group, order)),
    ...Array.from(byProcessor.values(), ratioFigure),
  ];
}

function timeAgainstMemory(group: Group, order: readonly string[]): NamedFigure {
  const rows = Array.from(group.contenders).flatMap(([series, values]): LineRow[] => {
    const y = mean(values, bothUs) ?? NaN;
    const x = mean(values, ({ bytesPerNonZero }) => bytesPerNonZero) ?? NaN;
    const all = mean(values, allBytesPerNonZero) ?? x;
    const beside = { series: `${series}${WORKSPACE}`, x: all, y };
    return [{ series, x, y }, ...(all > NOTICEABLE * x ? [beside] : [])];
  });
  return {
    name: `time-against-memory-${suffix(group)}`,
    figure: lines({
      title: `Both directions: time against what is kept (${group.processor}, n = ${group.n})`,
      description: `Geometric means over ${group.matrices.length} matrices on ${group.device}: ${
        rows.map(({ series, x, y }) => `${series} ${x.toFixed(1)} bytes, ${y.toPrecision(3)} µs`)
          .join("; ")
      }.`,
      x: { title: "Bytes kept per non-zero" },
      y: { title: "A·B and Aᵀ·B", unit: "µs", scale: "log" },
      seriesOrder: [
        ...order,
        ...rows.flatMap(({ series }) => series.endsWith(WORKSPACE) ? [series] : []),
      ],
      rows,
    }),
  };
}

function sharedPreparation(group: Group, order: readonly string[]): NamedFigure[] {
  const rows = Array.from(group.contenders).flatMap(([series, values]) =>
    USES.flatMap((x): LineRow[] => {
      const y = mean(values, (one) => pairUs(one, x));
      return y === undefined ? [] : [{ series, x, y }];
    })
  );
  if (rows.length === 0) return [];
  return [{
    name: `shared-preparation-${suffix(group)}`,
    figure: lines({
      title: `A·B and Aᵀ·B with their share of preparing A (${group.processor}, n = ${group.n})`,
      description: `Geometric means over ${group.matrices.length} matrices on ${group.device}, ` +
        `from an A that changes at every use to one that is used ${USES.at(-1)} times: ${
          rows.filter(({ x }) => x === 1)
            .map(({ series, y }) => `${series} ${y.toPrecision(3)} µs at one use`).join("; ")
        }.`,
      x: { title: "Uses of an A in both directions", scale: "log" },
      y: { title: "Time per use", unit: "µs", scale: "log" },
      seriesOrder: order,
      rows,
    }),
  }];
}

function ratioFigure(groups: readonly Group[]): NamedFigure {
  const [{ processor, device }] = groups;
  const rows = groups.flatMap(({ n, contenders }) =>
    Array.from(contenders).flatMap(([category, values]) => {
      // A copy that is made each time is multiplied as one that is kept.
      if (values[0]?.way === "converted") return [];
      const ratios = values.map(({ backwardOverForward }) => backwardOverForward);
      const value = mean(values, ({ backwardOverForward }) => backwardOverForward) ?? NaN;
      return [{ category, series: `n = ${n}`, value, ...quartiles(ratios, value) }];
    })
  );
  return {
    name: `transposed-over-forward-${processor.replaceAll(" ", "-")}`,
    figure: bars({
      title: `What Aᵀ·B takes, over A·B (${processor})`,
      description: `Geometric means over matrices on ${device}, with quartiles: ${
        rows.map(({ category, series, value }) => `${category} ${value.toFixed(2)} at ${series}`)
          .join("; ")
      }.`,
      value: { title: "Time of Aᵀ·B over A·B" },
      reference: 1,
      rows,
    }),
  };
}

/** Quartiles where there are enough numbers, and where the mean lies between them. */
function quartiles(
  numbers: readonly number[],
  value: number,
): { readonly low: number; readonly high: number } | undefined {
  if (numbers.length < FEWEST_FOR_QUARTILES) return undefined;
  const [low, high] = [quantile(numbers, 0.25), quantile(numbers, 0.75)];
  return low <= value && value <= high ? { low, high } : undefined;
}

function suffix({ processor, n }: Group): string {
  return `${processor.replaceAll(" ", "-")}-n${n}`;
}
