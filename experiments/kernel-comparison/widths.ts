import { type LineRow, lines } from "@spmm/figures";
import { geometricMean, type NamedFigure, type Table } from "@spmm/runner";
import { type ComparedRow, rowsOf, timedRecords } from "./family_times.ts";

/** Lanes of a warp: a width that is no multiple leaves some of them without a column. */
const REGULAR = 32;
/** What a width may cost a column over the nearest regular one, in percent. */
const MOST_LOSS = 15;

/** Times over widths of B on one device, of the matrices on which all kernels have all of them. */
interface WidthGroup {
  readonly title: string;
  /** Ascending. */
  readonly widths: readonly number[];
  readonly matrices: readonly string[];
  readonly kernels: readonly WidthsOfKernel[];
}

/** What a kernel took. */
interface WidthsOfKernel {
  readonly kernel: string;
  /** By width, and then in the order of the matrices. */
  readonly times: ReadonlyMap<number, readonly WidthTime[]>;
}

/** A product. */
interface WidthTime {
  readonly matrix: string;
  readonly medianUs: number;
  /** Operations that matter, in 10⁹ a second. */
  readonly gflops: number;
}

/** What a width costs a kernel. */
interface WidthLoss {
  readonly kernel: string;
  readonly n: number;
  /** The nearest multiple of a warp that was measured. */
  readonly regular: number;
  /** Time per column over that at the regular width, less one, in percent. */
  readonly mean: number;
  readonly worst: number;
  /** Where it is worst. */
  readonly worstMatrix: string;
}

/** What widths that are no multiple of a warp cost per column. */
export function widthTables(rows: readonly ComparedRow[]): Table[] {
  return widthGroups(rows).flatMap((group) => {
    const losses = lossesOf(group);
    if (losses.length === 0) return [];
    return [{
      title: `What a column of B costs more at widths that are no multiple of ${REGULAR}, in % ` +
        `(over ${group.matrices.length} matrices): ${group.title}`,
      columns: [
        ...["kernel", "N", "against N", "geometric mean", "worst", `mean within ${MOST_LOSS} %`],
        "worst on",
      ].map((heading) => ({ heading })),
      rows: losses.map(({ kernel, n, regular, mean, worst, worstMatrix }) => [
        ...[kernel, n, regular, mean, worst],
        mean <= MOST_LOSS ? "yes" : "no",
        worstMatrix,
      ]),
    }];
  });
}

/** Rates over widths. */
export function widthFigures(rows: readonly ComparedRow[]): NamedFigure[] {
  return widthGroups(rows).flatMap((group, i) => {
    const points = group.kernels.flatMap(({ kernel, times }) =>
      Array.from(times, ([x, own]): LineRow => ({
        series: kernel,
        x,
        y: geometricMean(own.map(({ gflops }) => gflops)),
      }))
    );
    if (group.widths.length < 2) return [];
    const best = points.reduce((a, b) => b.y > a.y ? b : a);
    return [{
      name: `rate-by-width${i === 0 ? "" : `-${i + 1}`}`,
      figure: lines({
        title: "Rate by the width of B",
        description: `Operations on non-zeros a second, geometric mean over ` +
          `${group.matrices.length} matrices, at ${group.widths.join(", ")} columns of B; ` +
          `${group.title}. The most is ${Math.round(best.y)} GFLOP/s of ${best.series} at ` +
          `${best.x} columns.`,
        x: { title: "Columns of B", scale: "log" },
        y: { title: "Rate", unit: "GFLOP/s", scale: "log" },
        seriesOrder: group.kernels.map(({ kernel }) => kernel),
        rows: points,
      }),
    }];
  });
}

/** What irregular widths cost, for each kernel at its worst width. */
export function widthFindings(rows: readonly ComparedRow[]): string[] {
  return widthGroups(rows).flatMap((group) => {
    const byKernel = Map.groupBy(lossesOf(group), ({ kernel }) => kernel);
    const parts = Array.from(byKernel, ([kernel, own]) => {
      const { n, regular, mean } = own.reduce((a, b) => b.mean > a.mean ? b : a);
      return `${kernel} ${mean.toFixed(0)} % (${n} against ${regular})`;
    });
    return parts.length === 0 ? [] : [
      `What a column costs more where N is no multiple of ${REGULAR}, at the worst N, geometric ` +
      `mean over ${group.matrices.length} matrices: ${parts.join(", ")} (${group.title}).`,
    ];
  });
}

/** The study's rows, and those of the same matrices and kernels in the comparison of families. */
function widthGroups(rows: readonly ComparedRow[]): WidthGroup[] {
  const ofWidths = rowsOf("widths", rows);
  const subjects = new Set(ofWidths.map((row) => subjectOf(row)));
  const families = rowsOf("families", rows).filter((row) => subjects.has(subjectOf(row)));
  const groups = Map.groupBy(
    timedRecords([...ofWidths, ...families]),
    ({ device, processor, storage }) => `${device} (${processor}), ${storage}`,
  );
  return Array.from(groups, ([title, records]) => {
    const byKernel = Map.groupBy(records, ({ kernel }) => kernel);
    const widths = [...new Set(records.map(({ n }) => n))].toSorted((a, b) => a - b);
    const complete = (matrix: string) =>
      byKernel.values().every((own) =>
        widths.every((n) => own.some((record) => record.matrix === matrix && record.n === n))
      );
    const matrices = [...new Set(records.map(({ matrix }) => matrix))].filter(complete);
    const kernels = Array.from(byKernel, ([kernel, own]): WidthsOfKernel => ({
      kernel,
      times: new Map(widths.map((n) => [
        n,
        matrices.flatMap((matrix) => {
          const found = own.find((record) => record.matrix === matrix && record.n === n);
          return found?.gflops === undefined
            ? []
            : [{ matrix, medianUs: found.medianUs, gflops: found.gflops }];
        }),
      ])),
    }));
    return { title, widths, matrices, kernels };
  }).filter(({ matrices }) => matrices.length > 0);
}

function subjectOf({ contender, device, values }: ComparedRow): string {
  const { matrix, storage, transpose } = values;
  return JSON.stringify([contender, device, matrix, storage, transpose]);
}

function lossesOf({ widths, kernels }: WidthGroup): WidthLoss[] {
  const regular = widths.filter((n) => n % REGULAR === 0);
  if (regular.length === 0) return [];
  const irregular = widths.filter((n) => n % REGULAR !== 0);
  return kernels.flatMap(({ kernel, times }) =>
    irregular.map((n) => {
      const against = regular.reduce((a, b) => Math.abs(b - n) < Math.abs(a - n) ? b : a);
      const before = times.get(against) ?? [];
      const losses = (times.get(n) ?? []).map(({ matrix, medianUs }, i) => ({
        matrix,
        factor: medianUs / n / (before[i].medianUs / against),
      }));
      const worst = losses.reduce((a, b) => b.factor > a.factor ? b : a);
      return {
        ...{ kernel, n, regular: against },
        mean: percent(geometricMean(losses.map(({ factor }) => factor))),
        ...{ worst: percent(worst.factor), worstMatrix: worst.matrix },
      };
    })
  );
}

function percent(factor: number): number {
  return 100 * (factor - 1);
}
