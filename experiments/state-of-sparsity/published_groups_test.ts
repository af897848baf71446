import type { DlmcStatistics } from "@spmm/datasets";
import assert from "node:assert/strict";
import { publishedGroups } from "./published_groups.ts";

function layer(statistics: Partial<DlmcStatistics>): DlmcStatistics {
  return {
    ...{ name: "x", layer: "x", model: "transformer", method: "magnitude_pruning", sparsity: 0.9 },
    ...{ rows: 100, cols: 100, nnz: 1000, rowDeviation: 3, colDeviation: 6, quality: 23 },
    ...statistics,
  };
}

Deno.test("layers of one network, method and sparsity come together", () => {
  const groups = publishedGroups([
    layer({}),
    layer({ rowDeviation: 5 }),
    layer({ nnz: 0, rowDeviation: 0 }),
    layer({ sparsity: 0.5 }),
  ]);
  assert.deepEqual(groups.map(({ aim, matrices }) => [aim, matrices]), [[0.5, 1], [0.9, 3]]);
  const [, { rowVariation, rowVariationLow, emptyMatrices, sparsity, rowOverChance }] = groups;
  assert.deepEqual([rowVariation, rowVariationLow, emptyMatrices], [0.4, 0.35, 1]);
  assert.equal(sparsity, 1 - 2000 / 30_000);
  assert.ok(Math.abs(rowOverChance - 4 / 3) < 1e-12);
});

Deno.test("a BLEU that repeats the accuracy of ResNet-50 is left out", () => {
  const groups = publishedGroups([
    layer({ quality: 73.8 }),
    layer({ model: "rn50", quality: 73.8 }),
    layer({ sparsity: 0.5 }),
  ]);
  assert.deepEqual(groups.map(({ model, quality }) => [model, quality]), [
    ["rn50", 73.8],
    ["transformer", 23],
    ["transformer", undefined],
  ]);
});

Deno.test("a network without weights is no group", () => {
  assert.deepEqual(publishedGroups([layer({ nnz: 0 })]), []);
});
