import { geometricMean, median } from "@spmm/runner";
import {
  groupsOf,
  matricesOf,
  methodName,
  methodsOf,
  modelName,
  numbersOf,
  qualityName,
  type SparsityRow,
} from "./kept_facts.ts";
import type { MatrixFacts } from "./matrix_facts.ts";
import type { GroupFacts } from "./published_groups.ts";

/** The sparsity at which methods are compared: pruned hard, and every method still works there. */
const COMPARED_AT = 0.9;
/** What still is about that sparsity. */
const ABOUT = 0.015;

/** What the rows say, in sentences. */
export function sparsityFindings(rows: readonly SparsityRow[]): string[] {
  const [groups, matrices] = [groupsOf(rows), matricesOf(rows)];
  const filled = matrices.filter(({ nonZeros }) => nonZeros > 0);
  return [
    ...(groups.length > 0 ? [rowsOverall(groups), rowsByMethod(groups)] : []),
    ...qualities(groups),
    ...(filled.length > 0 ? [blocks(filled), bytes(filled)] : []),
    origins(groups, matrices),
  ];
}

function rowsOverall(groups: readonly GroupFacts[]): string {
  const layers = total(groups.map(({ matrices }) => matrices));
  const kept = (group: GroupFacts) => group.matrices - group.emptyMatrices;
  const variation = total(groups.map((group) => group.rowVariationMean * kept(group))) /
    total(groups.map(kept));
  const length = total(groups.map(({ meanRowLength, matrices }) => meanRowLength * matrices)) /
    layers;
  return `Over ${layers} published layers the row length is ${length.toFixed(0)} on average, and ` +
    `within a layer it deviates by ${percent(variation)} of its mean.`;
}

function rowsByMethod(groups: readonly GroupFacts[]): string {
  return `Rows are more uneven than random positions make them, by method (median): ${
    byMethod(groups, (group) => `${median(numbersOf(group, "rowOverChance")).toFixed(1)} ×`)
  }; columns: ${
    byMethod(groups, (group) => `${median(numbersOf(group, "colOverChance")).toFixed(1)} ×`)
  }.`;
}

function qualities(groups: readonly GroupFacts[]): string[] {
  const compared = groups.filter(({ aim }) => Math.abs(aim - COMPARED_AT) <= ABOUT);
  return Map.groupBy(compared, ({ model }) => model).entries().map(([model, group]) => {
    const { title, unit = "" } = qualityName(model);
    const ranked = group.flatMap(({ method, quality, sparsity }) =>
      quality === undefined ? [] : [{ method, quality, sparsity }]
    ).sort((a, b) => b.quality - a.quality);
    const leftOut = group.length - ranked.length;
    return `${modelName(model)} at about ${percent(COMPARED_AT)} zeros, ${title}: ${
      ranked.map(({ method, quality, sparsity }) =>
        `${methodName(method)} ${quality.toFixed(1)}${unit && ` ${unit}`} (${percent(sparsity)})`
      ).join(", ")
    }.${
      leftOut === 0
        ? ""
        : ` Left out: ${leftOut}, of which the published file repeats another network's quality.`
    }`;
  }).toArray();
}

function blocks(matrices: readonly MatrixFacts[]): string {
  const over = (field: "occupied4ByChance" | "occupied4ByLengths") => (group: MatrixFacts[]) =>
    geometricMean(group.map((facts) => (facts.occupied4 ?? NaN) / (facts[field] ?? NaN))).toFixed(
      2,
    );
  const share = (facts: MatrixFacts) => (facts.occupied4 ?? NaN) / (facts.occupied4ByChance ?? NaN);
  const most = matrices.reduce((a, b) => share(b) < share(a) ? b : a);
  return `4×4 blocks with an entry, over those that random positions would fill (geometric mean): ${
    byMethod(matrices, over("occupied4ByChance"))
  }; over those that the same row and column lengths would fill: ${
    byMethod(matrices, over("occupied4ByLengths"))
  } (1: what looks like blocks is uneven rows and columns). The most blocks are left empty by ${most.matrix}: ${
    share(most).toFixed(2)
  } of chance, ${over("occupied4ByLengths")([most])} of its lengths.`;
}

function bytes(matrices: readonly MatrixFacts[]): string {
  const middle = (field: "csrBytes" | "csb32Bytes" | "csbRuleBytes" | "bsrBytes") =>
    median(numbersOf(matrices, field)).toFixed(1);
  const saved = matrices.filter(({ csb32Bytes = NaN, csrBytes = NaN }) => csb32Bytes < csrBytes);
  const ruled = matrices.filter(({ csb32Bytes = NaN, csbRuleBytes = NaN }) =>
    csbRuleBytes < csb32Bytes
  );
  const from = ruled.length === 0
    ? "on none"
    : `on ${ruled.length}, their zeros ${
      percent(median(numbersOf(ruled, "sparsity")))
    } in the middle`;
  return `A non-zero takes ${middle("csrBytes")} bytes in CSR, ${
    middle("csb32Bytes")
  } in CSB with β = 32, ${middle("csbRuleBytes")} with β by the paper's rule, ${
    middle("bsrBytes")
  } in 4×4 blocks (medians). CSB with β = 32 is smaller than CSR on ${saved.length} of ${matrices.length} matrices; β by the rule is smaller still ${from}.`;
}

function origins(groups: readonly GroupFacts[], matrices: readonly MatrixFacts[]): string {
  const files = matrices.filter(({ source }) => source === "file").length;
  const generated = matrices.length - files;
  const empty = matrices.filter(({ nonZeros }) => nonZeros === 0).length;
  const parts = [
    ...(groups.length > 0 ? ["published statistics of all layers, from the collection"] : []),
    ...(files > 0 ? [`${files} matrices of DLMC, looked at here`] : []),
    ...(generated > 0 ? [`${generated} generated matrices, which say nothing of real ones`] : []),
    ...(empty > 0 ? [`${empty} of them without any entry`] : []),
  ];
  return `Sources: ${parts.join("; ") || "none"}.`;
}

function byMethod<Facts extends { readonly method: string }>(
  facts: readonly Facts[],
  text: (group: Facts[]) => string,
): string {
  const groups = Map.groupBy(facts, ({ method }) => method);
  return methodsOf(facts).map((method) => `${methodName(method)} ${text(groups.get(method) ?? [])}`)
    .join(", ");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
