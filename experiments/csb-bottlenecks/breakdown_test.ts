import assert from "node:assert/strict";
import { breakdowns } from "./breakdown.ts";
import { bottleneckFigures } from "./figures.ts";
import { bottleneckFindings } from "./findings.ts";
import type { BottleneckRow, BottleneckValues } from "./kept_values.ts";
import { bottleneckTables } from "./tables.ts";
import type { Role } from "./variants.ts";

const MATRIX = {
  ...{ matrix: "rn50/magnitude_pruning/0.9/layer", origin: "file", group: "rn50, 75–93 %" },
  ...{ rows: 100, cols: 200, nonZeros: 2000, n: 64 },
};
const WHOLE: Partial<BottleneckValues> = {
  ...{
    workgroups: 66,
    filledShare: 1 / 16,
    heaviestChunk: 40,
    chunkImbalance: 1.5,
    idleShare: 1 / 3,
    strandIdleShare: 0.5,
  },
  ...{ minimumBytes: 1e6, cacheBytes: 2e6, operandBytes: 5e5, encodingBytes: 10_000, gflops: 2560 },
  ...{ peakGigabytes: 4000, peakGflops: 50_000, peakOnChipGigabytes: 20_000 },
  ...{ memoryShare: 0.25, operationsShare: 0.05, onChipShare: 0.5, encodeMs: 1, uploadMs: 0.5 },
};
/** Times of the variants of a product that takes 100 µs, as the roles come. */
const MEDIANS: readonly [Role, number][] = [
  ["whole", 100],
  ["stage", 105],
  ["decode", 110],
  ["spread", 112],
  ["walk", 120],
  ["b", 130],
  ["b-elsewhere", 145],
  ["whole lines", 200],
  ["fine chunks", 90],
  ["launch", 4],
  ["workgroups", 5],
];

function madeUp(values: Partial<BottleneckValues> = {}): BottleneckRow[] {
  return MEDIANS.map(([role, medianUs]): BottleneckRow => ({
    parameters: { matrix: MATRIX.matrix, n: 64 },
    contender: role === "whole" ? "csb" : `csb, ${role}`,
    device: "a GPU",
    outcome: "measured",
    values: {
      ...MATRIX,
      ...(role === "whole" && WHOLE),
      ...{ role, clock: "gpu", medianUs, extraUs: medianUs - 100, ...values },
    },
  }));
}

Deno.test("a part's share is what doing it twice adds, and the rest is unexplained", () => {
  const [{ shares, explained }] = breakdowns(madeUp());
  const percents = Array.from(shares, ([part, share]) => [part, Math.round(100 * share)]);
  assert.deepEqual(percents, [
    ["launch", 5],
    ["clear masks", 5],
    ["decode indices", 10],
    ["spread values", 12],
    ["walk masks", 20],
    ["B near", 30],
    ["B far", 15],
    ["unexplained", 3],
  ]);
  assert.ok(Math.abs(explained - 0.97) < 1e-12);
});

Deno.test("a part that took less when done twice counts as free", () => {
  const noisy = madeUp().map((row): BottleneckRow =>
    row.outcome === "measured" && row.values.role === "walk"
      ? { ...row, values: { ...row.values, medianUs: 95, extraUs: -5 } }
      : row
  );
  const [{ shares }] = breakdowns(noisy);
  assert.equal(shares.get("walk masks"), 0);
  assert.ok(Math.abs((shares.get("unexplained") ?? 0) - 0.23) < 1e-12);
});

Deno.test("a product whose variants did not all get a time is not taken apart", () => {
  const rows = madeUp();
  const failed = rows.map((row): BottleneckRow =>
    row.values.role === "walk"
      ? {
        ...row,
        outcome: "failed",
        reason: "off",
        values: MATRIX,
        samples: undefined,
        check: undefined,
      }
      : row
  );
  assert.deepEqual(breakdowns(failed), []);
  assert.deepEqual(bottleneckTables(failed), []);
  assert.deepEqual(bottleneckFigures(failed), []);
  assert.deepEqual(bottleneckFindings(failed), []);
});

Deno.test("tables have a row for every product and a number in every cell", () => {
  const rows = [...madeUp(), ...madeUp({ matrix: "rn50/magnitude_pruning/0.9/other" })];
  const tables = bottleneckTables(rows);
  assert.deepEqual(tables.map(({ rows }) => rows.length), [2, 2, 2, 2]);
  for (const { columns, rows } of tables) {
    for (const row of rows) assert.equal(row.length, columns.length);
  }
  const [, , balance] = tables;
  assert.equal(
    balance.rows[0][balance.columns.findIndex(({ heading }) => heading === "whole lines, time ×")],
    2,
  );
});

Deno.test("findings name the largest part, the bounds, the balance and the limits", () => {
  const findings = bottleneckFindings(madeUp());
  assert.match(
    findings[0],
    /On a GPU, over 1 product: the largest part of the time is B near, 30 %/,
  );
  assert.match(
    findings[1],
    /least traffic with memory accounts for 25 %, .* 50 %, the operations for 5.0 %/,
  );
  assert.match(findings[2], /whole lines it takes 2.00 × the time .*fine chunks 0.90 ×/);
  assert.match(findings[3], /15 multiplications/);
  assert.equal(findings.length, 5);
});

Deno.test("figures show the parts of every group and the rates under the roofline", () => {
  const rows = [
    ...madeUp(),
    ...madeUp({ matrix: "rn50/magnitude_pruning/0.5/dense", group: "rn50, below 75 %" }),
  ];
  const figures = bottleneckFigures(rows);
  assert.deepEqual(figures.map(({ name }) => name), ["parts-n64", "roofline-n64"]);
  const [{ figure: parts }, { figure: roofline }] = figures;
  assert.match(parts.description, /largest is B near of rn50, below 75 % \(1\), 30 %/);
  assert.match(JSON.stringify(parts.spec), /"part":"B far","value":15/);
  assert.match(roofline.description, /highest is 2560 GFLOP\/s/);
  assert.match(JSON.stringify(roofline.spec), /4 TB/);
});
