import { geometricMean, type Table } from "@spmm/runner";
import {
  groupsOf,
  matricesOf,
  methodName,
  modelName,
  numbersOf,
  type SparsityRow,
} from "./kept_facts.ts";
import { FORMATS_COMPARED, type MatrixFacts } from "./matrix_facts.ts";
import type { GroupFacts } from "./published_groups.ts";

/** What is published by method, what was computed of each matrix, and bytes by format. */
export function sparsityTables(rows: readonly SparsityRow[]): Table[] {
  const [groups, matrices] = [groupsOf(rows), matricesOf(rows)];
  return [
    ...(groups.length > 0 ? [groupTable(groups)] : []),
    ...(matrices.length > 0 ? [matrixTable(matrices), formatTable(matrices)] : []),
  ];
}

function groupTable(groups: readonly GroupFacts[]): Table {
  return {
    title: "Published statistics of all layers, by method (variation: deviation / mean of lengths)",
    columns: [
      ...headings("network", "method", "aim"),
      { heading: "zeros, %" },
      ...headings("layers", "BLEU or top-1, %", "row length"),
      { heading: "row variation", digits: 2 },
      { heading: "× chance", digits: 2 },
      { heading: "column variation", digits: 2 },
      { heading: "× chance", digits: 2 },
    ],
    rows: groups.map((group) => [
      modelName(group.model),
      methodName(group.method),
      group.aim,
      100 * group.sparsity,
      group.matrices,
      group.quality,
      group.meanRowLength,
      group.rowVariation,
      group.rowOverChance,
      group.colVariation,
      group.colOverChance,
    ]),
  };
}

function matrixTable(matrices: readonly MatrixFacts[]): Table {
  return {
    title:
      "Matrices (blocks: the share with an entry, over what random positions would fill; mean entries of those)",
    columns: [
      ...headings("matrix", "source", "rows", "columns", "zeros, %", "row length"),
      { heading: "row variation", digits: 2 },
      { heading: "column variation", digits: 2 },
      ...headings("4×4, %", "÷ chance", "÷ by lengths", "mean", "32×32, %", "÷ chance", "mean"),
    ],
    rows: matrices.map((facts) => [
      facts.matrix,
      facts.source,
      facts.rows,
      facts.cols,
      100 * facts.sparsity,
      facts.meanRowLength,
      facts.rowVariation,
      facts.colVariation,
      percent(facts.occupied4),
      quotient(facts.occupied4, facts.occupied4ByChance),
      quotient(facts.occupied4, facts.occupied4ByLengths),
      facts.mean4,
      percent(facts.occupied32),
      quotient(facts.occupied32, facts.occupied32ByChance),
      facts.mean32,
    ]),
  };
}

function formatTable(matrices: readonly MatrixFacts[]): Table {
  const byAim = Map.groupBy(matrices, ({ aim }) => aim);
  return {
    title: "Bytes per non-zero by format (geometric mean over matrices, f32 values)",
    columns: headings("aim", "matrices", ...FORMATS_COMPARED.map(([name]) => name)),
    rows: Array.from(byAim).sort(([a], [b]) => a - b).map(([aim, group]) => [
      aim,
      numbersOf(group, "csrBytes").length,
      ...FORMATS_COMPARED.map(([, field]) => mean(numbersOf(group, field))),
    ]),
  };
}

function headings(...names: string[]): { readonly heading: string }[] {
  return names.map((heading) => ({ heading }));
}

function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : 100 * share;
}

function quotient(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a / b;
}

function mean(numbers: readonly number[]): number | undefined {
  return numbers.length === 0 ? undefined : geometricMean(numbers);
}
