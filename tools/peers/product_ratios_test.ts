import assert from "node:assert/strict";
import {
  type CaseTimes,
  type Contender,
  outcomeOf,
  productTable,
  rateOf,
  targetLines,
} from "./product_ratios.ts";

function caseOf(n: number, seconds: Iterable<readonly [Contender, readonly number[]]>): CaseTimes {
  return { matrix: "a layer", sparsity: 0.9, n, flops: 2e9, seconds: new Map(seconds) };
}

const CASES = [
  caseOf(32, [["row-split", [1, 2, 1]], ["SciPy", [2, 6, 3]]]),
  caseOf(128, [["row-split", [1, 1, 1]], ["SciPy", [12, 12, 11]], ["Eigen", [1, 1, 1]]]),
];

Deno.test("a ratio is the median of the rounds' ratios, or that of the least seconds", () => {
  const target = { of: "row-split", over: "SciPy", mean: 2, worst: 2.5 } as const;
  const median = outcomeOf(target, CASES, "median");
  assert.equal(median?.mean.toFixed(6), "6.000000");
  assert.deepEqual([median?.cases, median?.worst, median?.worstCase.n], [2, 3, 32]);
  assert.ok(median?.met);
  const least = outcomeOf(target, CASES, "least");
  assert.equal(least?.worst, 2);
  assert.ok(!least?.met);
});

Deno.test("rates are of the statistic's seconds, and of those alone who were timed", () => {
  assert.equal(rateOf(CASES[0], "row-split", "median"), 2);
  assert.equal(rateOf(CASES[0], "Eigen", "median"), undefined);
});

Deno.test("targets without a measurement say so, and the table leaves out who is missing", () => {
  const lines = targetLines(CASES, "median");
  assert.match(lines[0], /^row-split over SciPy +6\.00, worst 3\.00 \(N = 32, a layer\).*: met$/);
  assert.match(lines[1], /row-split over Eigen +1\.00/);
  assert.match(lines[3], /not measured$/);
  const table = productTable(CASES, "median");
  assert.equal(table.length, 4);
  assert.match(table[0], /row-split \/ SciPy/);
  assert.doesNotMatch(table[0], /csb/);
});
