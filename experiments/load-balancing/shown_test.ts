import assert from "node:assert/strict";
import { loadFigures } from "./figures.ts";
import { loadFindings } from "./findings.ts";
import type { LoadRow } from "./kept_values.ts";
import { loadTables } from "./tables.ts";

const CONTENDERS = [
  "row-split",
  "row-split+swizzle",
  "row-swizzle",
  "merge",
  "csb-walk-whole-lines",
  "csb-walk",
  "csb",
];

/** µs of each contender, in order, on even rows, on uneven ones, and on a matrix of another kind. */
const TIMES: Readonly<Record<string, readonly number[]>> = {
  "power law 0": [10, 10, 11, 12, 14, 14, 13],
  "power law 1": [50, 30, 22, 12, 56, 28, 14],
  random: [8, 8, 9, 12, 10, 10, 10],
};

function madeUp(): LoadRow[] {
  return Object.entries(TIMES).flatMap(([matrix, times]) =>
    times.map((medianUs, i): LoadRow => ({
      parameters: { matrix, n: 64 },
      contender: CONTENDERS[i],
      device: "a GPU",
      outcome: "measured",
      values: {
        ...{ matrix, origin: "generated", rows: 64, cols: 64, nonZeros: 512, n: 64 },
        structure: matrix.replace(/ \d$/, ""),
        exponent: matrix.startsWith("power law") ? Number(matrix.slice(-1)) : undefined,
        ...{ rowImbalance: matrix === "power law 1" ? 8 : 1, rowVariation: 0.5, family: "any" },
        ...{ clock: "gpu", medianUs, spreadUs: 0.5, gflops: 1 },
        ...{
          workgroups: 4,
          heaviestWork: 200 + i,
          meanWork: 144,
          workImbalance: (200 + i) / 144,
          longestStrand: 99,
        },
        ...{ idleShare: 0.25, workByRank: `${200 + i} 186 90` },
      },
    }))
  );
}

Deno.test("tables have a row for every matrix and a column for every contender", () => {
  const tables = loadTables(madeUp());
  assert.deepEqual(tables.map(({ rows }) => rows.length), [3, 3, 3]);
  assert.deepEqual(tables[0].rows[1].slice(-7), TIMES["power law 1"]);
  assert.deepEqual(tables[2].rows[0].slice(-1), [25]);
});

Deno.test("findings tell the growth with skew, the gain of CSB's balance, and who is fastest", () => {
  const [growth, balance, unpacking, winners, limits] = loadFindings(madeUp());
  assert.match(
    growth,
    /against even ones: row-split 5.00 ×, .* merge 1.00 ×, .* csb-walk 2.00 ×, csb 1.08 ×\.$/,
  );
  assert.match(
    balance,
    /1.26 × as fast over 3 matrices .* 1.00 × on power law 0 to 2.00 × on power law 1/,
  );
  assert.match(unpacking, /makes CSB 1\.29 × .* to 2\.00 × on power law 1/);
  assert.match(winners, /fastest of 3 matrices is row-split on 2, merge on 1/);
  assert.match(limits, /Neither is a counter/);
});

Deno.test("a figure shows time against skew, of the matrices that differ in nothing else", () => {
  const [{ name, figure }] = loadFigures(madeUp());
  assert.equal(name, "time-by-skew-n64-nnz512");
  assert.match(
    figure.description,
    /slowest is csb-walk-whole-lines at an exponent of 1, with 56.0 µs/,
  );
  assert.doesNotMatch(JSON.stringify(figure.spec), /random/);
  const evenOnly = madeUp().filter(({ values }) => values.exponent !== 1);
  assert.ok(loadFigures(evenOnly).every(({ name }) => !name.startsWith("time-by-skew")));
});

Deno.test("figures show the work of workgroups on a regular and on the steepest matrix", () => {
  const names = loadFigures(madeUp()).map(({ name }) => name);
  assert.deepEqual(names.slice(1), ["work-random-nnz512", "work-power-law-nnz512"]);
  const [, , { figure }] = loadFigures(madeUp());
  assert.match(figure.description, /heaviest over the mean: row-split 1.39, .* csb-walk 1.42/);
  assert.match(JSON.stringify(figure.spec), /"x":4,"y":0.625/);
});

Deno.test("rows without times show nothing", () => {
  const skipped = madeUp().map(({ values, contender, device, parameters }): LoadRow => ({
    ...{ contender, device, parameters, outcome: "skipped", reason: "too small" },
    values: { matrix: values.matrix ?? "", n: 64 },
  }));
  assert.deepEqual([loadTables(skipped), loadFigures(skipped), loadFindings(skipped)], [
    [],
    [],
    [],
  ]);
});
