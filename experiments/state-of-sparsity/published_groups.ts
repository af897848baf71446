import type { DlmcStatistics } from "@spmm/datasets";
import { median, quantile } from "@spmm/runner";
import { variationByChance } from "./chance.ts";

/** What is published of all layers of a network that were pruned alike. */
export interface GroupFacts {
  /** Tells it from what was computed of one matrix. */
  readonly kind: "group";
  /** Where the numbers come from. */
  readonly source: "published";
  /** The network. */
  readonly model: string;
  /** How it was pruned. */
  readonly method: string;
  /** The sparsity aimed at over the whole network. */
  readonly aim: number;
  /** Layers. */
  readonly matrices: number;
  /** Layers that lost all their weights; they have no variation. */
  readonly emptyMatrices: number;
  /** Zeros over elements, all layers together. */
  readonly sparsity: number;
  /** BLEU of the Transformer, top-1 accuracy in percent of ResNet-50; absent where mixed up. */
  readonly quality?: number;
  /** Mean over the layers of their mean row lengths. */
  readonly meanRowLength: number;
  /** Of the layers' deviation over mean of row lengths: mean, median and quartiles. */
  readonly rowVariationMean: number;
  readonly rowVariation: number;
  readonly rowVariationLow: number;
  readonly rowVariationHigh: number;
  /** Median of the same of column lengths. */
  readonly colVariation: number;
  /** Medians of how many times as uneven rows and columns are as random positions make them. */
  readonly rowOverChance: number;
  readonly colOverChance: number;
}

/**
 * The published statistics by network, method and sparsity; nothing of a network that is all zeros.
 *
 * Of variational dropout the file gives the accuracy of ResNet-50 as the BLEU of the Transformer too,
 * at every sparsity that both have: such a BLEU is left out.
 */
export function publishedGroups(statistics: readonly DlmcStatistics[]): GroupFacts[] {
  const alike = Map.groupBy(
    statistics,
    ({ model, method, sparsity }) => `${model}/${method}/${sparsity}`,
  );
  const groups = alike.values().filter((layers) => layers.some(({ nnz }) => nnz > 0))
    .map(groupFacts).toArray();
  return groups.map((group) => isMixedUp(group, groups) ? withoutQuality(group) : group)
    .sort((a, b) => order(a).localeCompare(order(b)));
}

function isMixedUp(group: GroupFacts, groups: readonly GroupFacts[]): boolean {
  return group.model === "transformer" &&
    groups.some((other) =>
      other.model !== group.model && other.method === group.method && other.aim === group.aim &&
      other.quality === group.quality
    );
}

function withoutQuality({ quality: _, ...group }: GroupFacts): GroupFacts {
  return group;
}

function order({ model, method, aim }: GroupFacts): string {
  return `${model}/${method}/${aim.toFixed(3)}`;
}

function groupFacts(layers: readonly DlmcStatistics[]): GroupFacts {
  const [{ model, method, sparsity: aim, quality }] = layers;
  const kept = layers.filter(({ nnz }) => nnz > 0);
  const rowVariations = kept.map(({ rowDeviation, nnz, rows }) => rowDeviation * rows / nnz);
  const colVariations = kept.map(({ colDeviation, nnz, cols }) => colDeviation * cols / nnz);
  const density = ({ nnz, rows, cols }: DlmcStatistics) => nnz / (rows * cols);
  return {
    ...{ kind: "group", source: "published", model, method, aim, quality },
    matrices: layers.length,
    emptyMatrices: layers.length - kept.length,
    sparsity: 1 - sum(layers.map(({ nnz }) => nnz)) /
        sum(layers.map(({ rows, cols }) => rows * cols)),
    meanRowLength: sum(layers.map(({ nnz, rows }) => nnz / rows)) / layers.length,
    rowVariationMean: sum(rowVariations) / kept.length,
    rowVariation: median(rowVariations),
    rowVariationLow: quantile(rowVariations, 0.25),
    rowVariationHigh: quantile(rowVariations, 0.75),
    colVariation: median(colVariations),
    rowOverChance: median(
      kept.map((layer, i) => rowVariations[i] / variationByChance(density(layer), layer.cols)),
    ),
    colOverChance: median(
      kept.map((layer, i) => colVariations[i] / variationByChance(density(layer), layer.rows)),
    ),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
