import assert from "node:assert/strict";
import { checkCsr, rowStatistics, transposeCsr } from "@spmm/formats";
import { dataRoot } from "./data_root.ts";
import { dlmcStatistics } from "./dlmc.ts";
import { type MatrixStatistics, standIn } from "./stand_in.ts";

function assertAlike(statistics: MatrixStatistics, tolerance: number): void {
  const { name, origin, matrix } = standIn(statistics, 1);
  checkCsr(matrix);
  const rows = rowStatistics(matrix);
  const columns = rowStatistics(transposeCsr(matrix));
  assert.deepEqual([matrix.rows, matrix.cols, rows.nnz], [
    statistics.rows,
    statistics.cols,
    statistics.nnz,
  ]);
  assert.ok(Math.abs(rows.deviation - statistics.rowDeviation) <= tolerance, name);
  assert.ok(Math.abs(columns.deviation - statistics.colDeviation) <= tolerance, name);
  assert.equal(origin, "stand-in");
  assert.match(name, /^stand-in for /);
}

Deno.test("a stand-in has the shape, the non-zeros and the deviations of the matrix", () => {
  const rest = { rows: 512, cols: 256, nnz: 26214 };
  assertAlike({ name: "even", ...rest, rowDeviation: 2, colDeviation: 3 }, 0.05);
  assertAlike({ name: "random", ...rest, rowDeviation: 6.4, colDeviation: 9 }, 0.05);
  assertAlike({ name: "uneven", ...rest, rowDeviation: 40, colDeviation: 70 }, 0.05);
  assertAlike({ name: "empty", ...rest, nnz: 0, rowDeviation: 0, colDeviation: 0 }, 0);
});

Deno.test("the same seed gives the same stand-in, another seed another", () => {
  const wanted = { name: "a", rows: 40, cols: 30, nnz: 200, rowDeviation: 3, colDeviation: 2 };
  assert.deepEqual(standIn(wanted, 5), standIn(wanted, 5));
  assert.notDeepEqual(standIn(wanted, 5).matrix.colIndices, standIn(wanted, 6).matrix.colIndices);
});

const root = dataRoot();

Deno.test({
  name: `stand-ins come within 1 % of published deviations${
    root === undefined ? " (skipped: the data is missing)" : ""
  }`,
  ignore: root === undefined,
  fn: async () => {
    const all = await dlmcStatistics(root ?? "");
    // Every 97th is of every model and sparsity; below 0.5 % density a single entry is 1 %.
    const some = all.filter(({ rows, cols, nnz }, i) => i % 97 === 0 && nnz > 0.005 * rows * cols);
    assert.ok(some.length > 30);
    for (const one of some) {
      assertAlike(one, 0.01 * Math.max(one.rowDeviation, one.colDeviation));
    }
  },
});
