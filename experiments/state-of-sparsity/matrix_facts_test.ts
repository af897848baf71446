import { csrFromDense, dense, randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { matrixFacts } from "./matrix_facts.ts";

Deno.test("a matrix is described by its name, its rows, its blocks and its formats", () => {
  const data = new Float32Array(64);
  [0, 1, 8, 9].forEach((element, i) => data[element] = i + 2);
  const matrix = csrFromDense(dense(8, 8, data));
  const facts = matrixFacts({ name: "a/by_hand/0.9/b", origin: "generated", matrix });
  assert.deepEqual([facts.model, facts.method, facts.aim], ["a", "by_hand", 0.9]);
  assert.deepEqual([facts.nonZeros, facts.sparsity, facts.emptyRows], [4, 1 - 4 / 64, 6]);
  assert.equal(facts.rowVariation, Math.sqrt(3));
  assert.deepEqual([facts.occupied4, facts.mean4], [0.25, 4]);
  assert.equal(facts.csrBytes, (4 * 4 + 4 * 4 + 4 * 9) / 4);
});

Deno.test("a matrix that lost all its weights has no variation, blocks and bytes per non-zero", () => {
  const matrix = randomCsr({ rows: 8, cols: 8, density: 0, seed: 1 });
  const facts = matrixFacts({ name: "a/b/0.98/c", origin: "file", matrix });
  assert.equal(facts.sparsity, 1);
  assert.ok(!("rowVariation" in facts || "occupied4" in facts || "csrBytes" in facts));
});
