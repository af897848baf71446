import { type LineRow, lines } from "@spmm/figures";
import { geometricMean, type NamedFigure, quantile } from "@spmm/runner";
import {
  groupsOf,
  matricesOf,
  methodName,
  METHODS,
  methodsOf,
  modelName,
  numbersOf,
  qualityName,
  type SparsityRow,
} from "./kept_facts.ts";
import { FORMATS_COMPARED, type MatrixFacts } from "./matrix_facts.ts";
import type { GroupFacts } from "./published_groups.ts";

/** Fewer numbers than this have no quartiles to draw. */
const FEWEST_FOR_QUARTILES = 4;
const AIM = { title: "Sparsity aimed at over the network" };

/** Unevenness and quality by method, blocks against chance, bytes by format. */
export function sparsityFigures(rows: readonly SparsityRow[]): NamedFigure[] {
  const [groups, matrices] = [groupsOf(rows), matricesOf(rows)];
  const byModel = Map.groupBy(groups, ({ model }) => model);
  const filled = matrices.filter(({ nonZeros }) => nonZeros > 0);
  return [
    ...byModel.values().flatMap((group) => [variationFigure(group), ...qualityFigure(group)]),
    ...(filled.length > 0
      ? [
        blockFigure(filled, "chance", "occupied4ByChance", "random positions would fill"),
        blockFigure(
          filled,
          "lengths",
          "occupied4ByLengths",
          "their row and column lengths alone would fill",
        ),
        formatFigure(filled),
      ]
      : []),
  ];
}

function variationFigure(groups: readonly GroupFacts[]): NamedFigure {
  const [{ model }] = groups;
  // Rows all of one length have no place on a logarithmic axis.
  const uneven = groups.filter(({ rowVariation }) => rowVariation > 0);
  const steepest = groups.reduce((a, b) => b.rowVariation > a.rowVariation ? b : a);
  return {
    name: `row-variation-${model}`,
    figure: lines({
      title: `${modelName(model)}: how uneven pruning leaves rows`,
      description: `Median variation of row lengths over the layers of ${modelName(model)}, with ` +
        `quartiles, by method and sparsity; the most is ${steepest.rowVariation.toFixed(2)}, of ` +
        `${methodName(steepest.method)} at ${steepest.aim}.`,
      x: AIM,
      y: { title: "Deviation / mean of row lengths", scale: "log" },
      seriesOrder: seriesOrder(groups),
      rows: uneven.map((group) => ({
        series: methodName(group.method),
        x: group.aim,
        y: group.rowVariation,
        ...(group.rowVariationLow > 0 &&
          { low: group.rowVariationLow, high: group.rowVariationHigh }),
      })),
    }),
  };
}

function qualityFigure(groups: readonly GroupFacts[]): NamedFigure[] {
  const [{ model }] = groups;
  const rows: LineRow[] = groups.flatMap(({ method, sparsity, quality }) =>
    quality === undefined ? [] : [{ series: methodName(method), x: 100 * sparsity, y: quality }]
  );
  if (rows.length === 0) return [];
  const best = rows.reduce((a, b) => b.y > a.y ? b : a);
  return [{
    name: `quality-${model}`,
    figure: lines({
      title: `${modelName(model)}: what pruning costs in quality`,
      description: `${qualityName(model).title} of ${modelName(model)} by its zeros and the ` +
        `method; the best has ${best.y}, by ${best.series}.`,
      x: { title: "Zeros", unit: "%" },
      y: qualityName(model),
      seriesOrder: seriesOrder(groups),
      rows,
    }),
  }];
}

function blockFigure(
  matrices: readonly MatrixFacts[],
  against: string,
  field: "occupied4ByChance" | "occupied4ByLengths",
  would: string,
): NamedFigure {
  const groups = Map.groupBy(matrices, ({ method, aim }) => `${method}/${aim}`);
  const ratio = (facts: MatrixFacts) => (facts.occupied4 ?? NaN) / (facts[field] ?? NaN);
  const rows: LineRow[] = groups.values().map((group) => ({
    series: methodName(group[0].method),
    x: group[0].aim,
    y: geometricMean(group.map(ratio)),
  })).toArray();
  const least = rows.reduce((a, b) => b.y < a.y ? b : a);
  return {
    name: `blocks-against-${against}`,
    figure: lines({
      title: `4×4 blocks with an entry, over those that ${would}`,
      description: `1 is no structure. The least is ${least.y.toFixed(2)}, of ${least.series} at ` +
        `sparsity ${least.x}. Geometric means over ${matrices.length} matrices (${
          sourcesOf(matrices)
        }).`,
      x: AIM,
      y: { title: "Blocks over expectation", scale: "log" },
      seriesOrder: seriesOrder(matrices),
      rows,
    }),
  };
}

function formatFigure(matrices: readonly MatrixFacts[]): NamedFigure {
  const byAim = Map.groupBy(matrices, ({ aim }) => aim);
  const rows = FORMATS_COMPARED.flatMap(([series, field]) =>
    byAim.entries().map(([x, group]): LineRow => {
      const numbers = numbersOf(group, field);
      return { series, x, y: quantile(numbers, 0.5), ...quartiles(numbers) };
    }).toArray()
  );
  return {
    name: "bytes-by-format",
    figure: lines({
      title: "Bytes of a non-zero in each format",
      description: `Medians and quartiles over ${matrices.length} matrices (${
        sourcesOf(matrices)
      }), f32 values: ${
        FORMATS_COMPARED.map(([name, field]) =>
          `${name} ${quantile(numbersOf(matrices, field), 0.5).toFixed(1)}`
        ).join(", ")
      } in the middle.`,
      x: AIM,
      y: { title: "Bytes per non-zero", scale: "log" },
      rows,
    }),
  };
}

function quartiles(numbers: readonly number[]): { low: number; high: number } | undefined {
  return numbers.length < FEWEST_FOR_QUARTILES
    ? undefined
    : { low: quantile(numbers, 0.25), high: quantile(numbers, 0.75) };
}

/** A method looks the same in all figures. */
function seriesOrder(facts: readonly { readonly method: string }[]): string[] {
  return [...new Set([...METHODS, ...methodsOf(facts)])].map(methodName);
}

function sourcesOf(matrices: readonly MatrixFacts[]): string {
  const sources = Map.groupBy(matrices, ({ source }) => source);
  const words = { file: "of DLMC", "stand-in": "stand-ins", generated: "generated" };
  return Array.from(sources, ([source, { length }]) => `${length} ${words[source]}`).join(", ");
}
