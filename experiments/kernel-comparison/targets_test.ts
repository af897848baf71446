import assert from "node:assert/strict";
import type { ComparedRow } from "./family_times.ts";
import { comparisonFindings } from "./findings.ts";
import { halvesTables } from "./halves.ts";
import { reachedTargets, targetTables } from "./targets.ts";
import { madeUpRow } from "./test_rows.ts";

const FORWARD = { peersGpu: "a GPU", sputnikUs: 27, cusparseUs: 40 };
const BACKWARD = { transpose: true, peersGpu: "a GPU", sputnikUs: 20, cusparseUs: 200 };

/** µs of A·B by two kernels and auto, of Aᵀ·B by CSB, and of A·B in f16. */
function onMatrix(matrix: string, fast: number, inspectMs: number): ComparedRow[] {
  const at = { matrix, n: 1024 };
  return [
    madeUpRow({ ...at, kernel: "csb", medianUs: 25, values: FORWARD }),
    madeUpRow({ ...at, kernel: "sliced-k", medianUs: fast, values: FORWARD }),
    madeUpRow({ ...at, kernel: "auto", medianUs: fast, values: { ...FORWARD, inspectMs } }),
    madeUpRow({ ...at, kernel: "csb", medianUs: 20, values: BACKWARD }),
    madeUpRow({ ...at, kernel: "sliced-k", medianUs: fast / 2, values: { storage: "f16" } }),
  ];
}

const ROWS = [...onMatrix("a", 20, 0.5), ...onMatrix("b", 20, 1.8)];

Deno.test("what was measured is held against what is wanted, and no more", () => {
  const [[device, reached], ...others] = reachedTargets(ROWS);
  assert.deepEqual([device, others], ["a GPU", []]);
  assert.deepEqual(
    reached.map(({ target: { what, over }, found, met }) => [what, over[0], found.toFixed(2), met]),
    [
      ["best of the families over Sputnik", "g", "1.35", true],
      ["best of the families over cuSPARSE", "g", "2.00", true],
      ["best of the families over Sputnik", "w", "1.35", true],
      ["auto against the best of the families", "g", "1.00", true],
      ["Aᵀ·B over A·B, from the same CSB", "g", "0.80", true],
      ["CSB's Aᵀ·B over cuSPARSE's transposed flag", "g", "10.00", false],
      ["CSB's Aᵀ·B over Sputnik on a kept transpose", "g", "1.00", true],
      ["f16 storage over our own f32, best of the families each", "g", "2.00", true],
      ["inspection by auto, in multiplications", "g", "47.43", true],
      ["inspection by auto, in multiplications", "w", "90.00", false],
    ],
  );
});

Deno.test("there is one table of targets for a GPU, and a sentence of those missed", () => {
  const [table, ...more] = targetTables(ROWS);
  assert.deepEqual([table.rows.length, more], [10, []]);
  for (const row of table.rows) assert.equal(row.length, table.columns.length);
  assert.match(
    comparisonFindings(ROWS).join("\n"),
    /8 of 10 targets are met on a GPU; missed: CSB's Aᵀ·B over cuSPARSE.*: 10\.0, wanted at least 14;/,
  );
});

Deno.test("without peers, transposes or f16 only what is left is held against its target", () => {
  const bare = ROWS.filter(({ values }) => !values.transpose && values.storage === "f32")
    .map((row): ComparedRow =>
      row.outcome === "measured"
        ? { ...row, values: { ...row.values, sputnikUs: undefined, cusparseUs: undefined } }
        : row
    );
  const [table] = targetTables(bare);
  assert.deepEqual(new Set(table.rows.map(([what]) => what)).size, 2);
  const narrow = bare.map((row): ComparedRow =>
    row.outcome === "measured" ? { ...row, values: { ...row.values, n: 64 } } : row
  );
  assert.deepEqual(targetTables(narrow), []);
});

Deno.test("f16 stands beside f32 of the same kernel", () => {
  const [table, ...more] = halvesTables(ROWS);
  assert.deepEqual([table.rows, more], [[["sliced-k", 2, 2, 2, 2]], []]);
});
