import assert from "node:assert/strict";
import { breakdowns } from "./breakdown.ts";
import { bottleneckFigures } from "./figures.ts";
import { bottleneckFindings } from "./findings.ts";
import type { BottleneckRow, BottleneckValues } from "./kept_values.ts";
import type { Table } from "@spmm/runner";
import { bottleneckTables } from "./tables.ts";
import { unpackings } from "./unpacking.ts";
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
  ...{ memoryShare: 0.25, operationsShare: 0.05, onChipShare: 0.5 },
};
const UNPACKED: Partial<BottleneckValues> = {
  ...{ minimumBytes: 1e6, encodingBytes: 9_000, gflops: 4000 },
  ...{ unpackTo: "workgroup", unpackedBytes: 0 },
  ...{ encodeMs: 1, uploadMs: 0.5, extraUs: undefined },
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
  ["unpacked", 50],
  ["unpack", 60],
  ["blocks of 64", 55],
  ["scratch", 58],
  ["rows", 40],
];

const NAMES: Readonly<Partial<Record<Role, string>>> = {
  ...{ whole: "csb-walk", unpacked: "csb", rows: "sliced-k+swizzle" },
};

function madeUp(values: Partial<BottleneckValues> = {}): BottleneckRow[] {
  return MEDIANS.map(([role, medianUs]): BottleneckRow => ({
    parameters: { matrix: MATRIX.matrix, n: 64 },
    contender: NAMES[role] ?? `variant, ${role}`,
    device: "a GPU",
    outcome: "measured",
    values: {
      ...MATRIX,
      ...(role === "whole" && WHOLE),
      ...{ role, clock: "gpu", medianUs },
      extraUs: medianUs - (role === "unpack" ? 50 : 100),
      ...(role === "unpacked" && UNPACKED),
      ...(role === "scratch" && { unpackTo: "scratch", unpackedBytes: 16_000 }),
      ...values,
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
  const walked = failed.filter(({ values: { role } }) => role !== "unpack");
  assert.deepEqual(unpackings(walked), []);
  assert.deepEqual(bottleneckTables(walked), []);
  assert.deepEqual(bottleneckFigures(walked), []);
  assert.deepEqual(bottleneckFindings(walked), []);
});

Deno.test("tables have a row for every product and a number in every cell", () => {
  const rows = [...madeUp(), ...madeUp({ matrix: "rn50/magnitude_pruning/0.9/other" })];
  const tables = bottleneckTables(rows);
  assert.deepEqual(tables.map(({ rows }) => rows.length), [2, 2, 2, 2, 2]);
  for (const { columns, rows } of tables) {
    for (const row of rows) assert.equal(row.length, columns.length);
  }
  const [kernels, , , balance] = tables;
  const cell = ({ columns, rows }: Table, name: string) =>
    rows[0][columns.findIndex(({ heading }) => heading === name)];
  assert.equal(cell(balance, "whole lines, time ×"), 2);
  assert.deepEqual(
    ["csb-walk / rows", "csb / rows", "csb's product / rows", "unpacking, %"]
      .map((name) => cell(kernels, name)),
    [2.5, 1.25, 1, 20],
  );
  assert.deepEqual(
    ["csb by scratch / rows", "blocks of 64, time ×", "unpacked to", "scratch, MB"]
      .map((name) => cell(kernels, name)),
    [1.45, 1.1, "workgroup", 0.016],
  );
});

Deno.test("findings tell what blocks cost over rows, where walking spends it, and the limits", () => {
  const findings = bottleneckFindings(madeUp());
  assert.equal(findings.length, 7);
  const [rows, unpacking, inspection, parts, bounds, balance] = findings;
  assert.match(
    rows,
    /in place takes 2\.50 × .*multiplying those 1\.25 × .*without .* 1\.00 ×.*scratch .* 1\.45 ×/,
  );
  assert.match(unpacking, /10\.0 µs, 20 % .*gathered .* for 1 of 1 product, .*of 64 take 1\.10 ×/);
  assert.match(inspection, /30 multiplications/);
  assert.match(parts, /Walking on a GPU, over 1 product: the largest part .* is B near, 30 %/);
  assert.match(
    bounds,
    /least traffic with memory accounts for 25 %, .* 50 %, the operations for 5.0 %/,
  );
  assert.match(balance, /whole lines it takes 2.00 × .*fine chunks 0.90 ×/);
});

Deno.test("figures show the parts of every group and the rates under the roofline", () => {
  const rows = [
    ...madeUp(),
    ...madeUp({ matrix: "rn50/magnitude_pruning/0.5/dense", group: "rn50, below 75 %" }),
  ];
  const figures = bottleneckFigures(rows);
  assert.deepEqual(figures.map(({ name }) => name), [
    "over-rows-n64",
    "parts-n64",
    "roofline-n64",
  ]);
  const [{ figure: over }, { figure: parts }, { figure: roofline }] = figures;
  assert.match(over.description, /csb-walk 2\.50, csb 1\.25, .* 1\.45\./);
  assert.match(JSON.stringify(over.spec), /\(1\), csb","part":"unpacking","value":0\.25/);
  assert.match(parts.description, /largest is B near of rn50, below 75 % \(1\), 30 %/);
  assert.match(JSON.stringify(parts.spec), /"part":"B far","value":15/);
  assert.match(roofline.description, /highest is 4000 GFLOP\/s/);
  assert.match(JSON.stringify(roofline.spec), /4 TB/);
});
