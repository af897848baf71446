import { checkCsr, rowStatistics } from "@spmm/formats";
import assert from "node:assert/strict";
import { skewedMatrix, structuredMatrix, STRUCTURES } from "./generated.ts";

const SIZE = { scale: 8, mean: 16 };

Deno.test("generated matrices have equally many entries, so that only their shares differ", () => {
  const skewed = [0, 0.25, 0.5, 0.75, 1].map((exponent) => skewedMatrix(SIZE, exponent));
  const others = STRUCTURES.map((structure) => structuredMatrix(SIZE, structure));
  for (const a of [...skewed, ...others]) {
    checkCsr(a);
    assert.deepEqual([a.rows, a.cols, a.values.length], [256, 256, 4096]);
  }
});

Deno.test("rows grow more uneven with the exponent, from even to one that towers", () => {
  const longest = [0, 0.25, 0.5, 0.75, 1]
    .map((exponent) => rowStatistics(skewedMatrix(SIZE, exponent)).imbalance);
  assert.equal(longest[0], 1);
  assert.deepEqual(longest, longest.toSorted((x, y) => x - y));
  assert.ok(longest[4] > 10);
});

Deno.test("a band is regular and R-MAT is not", () => {
  const [banded, rmat] = ["banded", "rmat"] as const;
  assert.ok(rowStatistics(structuredMatrix(SIZE, banded)).imbalance < 1.1);
  assert.ok(rowStatistics(structuredMatrix(SIZE, rmat)).imbalance > 3);
});

Deno.test("the same matrix comes every time", () => {
  assert.deepEqual(skewedMatrix(SIZE, 0.5), skewedMatrix(SIZE, 0.5));
});
