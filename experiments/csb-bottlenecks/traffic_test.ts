import { csrFromDense, dense } from "@spmm/formats";
import assert from "node:assert/strict";
import { rowsOfBByBlockRow, trafficOf } from "./traffic.ts";

/** Two block rows: columns 0 and 2 in the first, each in two rows of it; column 2 in the second. */
function twoBlockRows() {
  const whole = dense(40, 3);
  for (const [row, col] of [[0, 0], [5, 0], [5, 2], [31, 2], [32, 2], [39, 2]]) {
    whole.data[3 * row + col] = 1 + row;
  }
  return csrFromDense(whole);
}

Deno.test("a row of B counts once for every block row that meets it", () => {
  assert.equal(rowsOfBByBlockRow({ a: twoBlockRows() }), 3);
});

Deno.test("traffic with the cache is what is fetched again, and operands are one for a multiply-add", () => {
  const problem = { a: twoBlockRows(), n: 8 };
  const traffic = trafficOf(problem, { bytes: 100, columnTiles: 2, partialBytes: 10 });
  assert.deepEqual(traffic, {
    cacheBytes: 200 + (3 + 40) * 8 * 4 + 20,
    operandBytes: 6 * 8 * 4,
  });
});
