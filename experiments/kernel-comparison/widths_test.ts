import { renderSvg } from "@spmm/figures";
import assert from "node:assert/strict";
import { type ComparedRow, contestGroups } from "./family_times.ts";
import { comparisonFigures } from "./figures.ts";
import { madeUpRow } from "./test_rows.ts";
import { widthFindings, widthTables } from "./widths.ts";

/** µs at 100, 128 and 257 columns of two matrices; 256 is of the comparison of families. */
const TIMES: Readonly<Record<string, readonly number[]>> = { a: [11, 12.8, 26], b: [10, 12.8, 30] };
const WIDTHS = [100, 128, 257];

function rows(): ComparedRow[] {
  return Object.entries(TIMES).flatMap(([matrix, times]) => [
    ...times.map((medianUs, i) =>
      madeUpRow({
        ...{ kernel: "csb", matrix, n: WIDTHS[i], medianUs },
        parameters: { study: "widths" },
      })
    ),
    madeUpRow({ kernel: "csb", matrix, n: 256, medianUs: 25.6 }),
    madeUpRow({ kernel: "merge", matrix, n: 256, medianUs: 25.6 }),
  ]);
}

Deno.test("a column of an irregular width is held against the nearest regular one", () => {
  const [table, ...more] = widthTables(rows());
  assert.deepEqual(more, []);
  assert.deepEqual(
    table.rows.map(([kernel, n, against, , worst, , where]) => [
      ...[kernel, n, against, Math.round(Number(worst)), where],
    ]),
    [["csb", 100, 128, 10, "a"], ["csb", 257, 256, 17, "b"]],
  );
  assert.match(widthFindings(rows()).join(), /csb 9 % \(257 against 256\)/);
});

Deno.test("rates are drawn over widths, and widths are no contest of families", async () => {
  const figures = comparisonFigures(rows());
  const found = figures.find(({ name }) => name === "rate-by-width");
  assert.ok(found);
  assert.match(found.figure.description, /over 2 matrices, at 100, 128, 256, 257 columns/);
  assert.match(await renderSvg(found.figure), /^<svg/);
  assert.deepEqual(contestGroups(rows()).map(({ records: [{ n }] }) => n), [256]);
});

Deno.test("a matrix without a time at every width is left out", () => {
  const [table] = widthTables(
    rows().filter(({ values }) => values.n !== 128 || values.matrix === "a"),
  );
  assert.match(table.title, /over 1 matrices/);
  assert.deepEqual(widthTables(rows().filter(({ values }) => values.n === 256)), []);
});
