import { renderSvg } from "@spmm/figures";
import assert from "node:assert/strict";
import { scalingFigures } from "./figures.ts";
import { scalingFindings } from "./findings.ts";
import { expectationOf, PREDICTED } from "./prediction.ts";
import { type ScalingRow, scalingsOf } from "./scaling_values.ts";
import { scalingTables } from "./tables.ts";
import { madeUpRows } from "./test_rows.ts";

Deno.test("efficiency is the time of one over what all have had together", () => {
  const [times] = scalingTables(madeUpRows());
  const efficiency = times.columns.findIndex(({ heading }) => heading === "efficiency");
  const rounded = times.rows.map((row) => Math.round(1000 * Number(row[efficiency])));
  assert.deepEqual(rounded, [1000, 995, 984, 967]);
  assert.match(times.title, /generated.*60000 inputs \(rebuilt\).*a GPU/);
});

Deno.test("tables show parts, each worker, and predictions under their name", () => {
  const titles = scalingTables(madeUpRows()).map(({ title }) => title.split(/[,:]/)[0]);
  assert.deepEqual(titles, [
    "Time",
    "Where a worker's time goes",
    "Each worker",
    "Predicted",
  ]);
});

Deno.test("the model gives what one GPU was measured to take, and goes on to 768", () => {
  const [scaling] = scalingsOf(madeUpRows());
  const expectation = expectationOf(scaling);
  assert.ok(expectation !== undefined);
  const [one] = expectation.measured;
  assert.ok(Math.abs(1000 * one.runSeconds / (scaling.one?.values.runMs ?? NaN) - 1) < 0.01);
  assert.deepEqual(expectation.predicted.map(({ gpus }) => gpus), PREDICTED);
  const efficiencies = expectation.predicted.map(({ efficiency }) => efficiency);
  assert.deepEqual(efficiencies, efficiencies.toSorted((a, b) => b - a));
});

Deno.test("findings say efficiency, target, where time goes, who wins, and what is assumed", () => {
  const findings = scalingFindings(madeUpRows()).join("\n");
  assert.match(findings, /4 GPUs take 562 ms \(static\).* 98 % efficiency.*aimed at are reached/);
  assert.match(findings, /from cold/);
  assert.match(findings, /on 4: layers 80 %/);
  assert.match(findings, /static is the fastest, dynamic 1\.02 ×/);
  assert.match(findings, /predicted, not measured: .* ms on 8 GPUs/);
  assert.match(findings, /It assumes: .*12\.5 GB\/s, which was not measured/);
  assert.deepEqual(scalingFindings([]), ["Nothing was measured."]);
});

Deno.test("stand-ins are called so, and nothing is predicted from them", async () => {
  const rows = madeUpRows({ kind: "cpu" });
  assert.ok(scalingTables(rows).every(({ title }) => title.includes("stand-ins on the CPU")));
  assert.doesNotMatch(scalingFindings(rows).join("\n"), /predicted|aimed at/);
  assert.match(scalingFindings(rows).join("\n"), /not how GPUs scale/);
  const figures = scalingFigures(rows);
  assert.deepEqual(figures.map(({ name }) => name), [
    "time-65536x120-60000-stand-ins",
    "efficiency-65536x120-60000-stand-ins",
    "where-time-goes-65536x120-60000-stand-ins",
  ]);
  for (const { figure } of figures) assert.match(await renderSvg(figure), /[Ss]tand-ins/);
});

Deno.test("figures show what was measured beside the ideal and what is predicted", async () => {
  const figures = scalingFigures(madeUpRows());
  assert.equal(figures.length, 4);
  const [time, , , predicted] = figures.map(({ figure }) => figure.description);
  assert.match(time, /static 2\.21e\+3 at 1.*ideal/);
  assert.match(predicted, /predicted, not measured: .* at 768/);
  for (const { figure } of figures) assert.match(await renderSvg(figure), /<svg/);
  assert.deepEqual(scalingFigures([]), []);
});

Deno.test("without one GPU there is no efficiency to tell, and numbers that are left out say why", () => {
  const [, two, four] = madeUpRows();
  const skipped: ScalingRow = {
    ...{ contender: "8 × static", device: "gpu", outcome: "skipped", reason: "there are 4" },
    ...{ values: { network: "65536x120", gpus: 8 }, parameters: {} },
  };
  const rows = [two, four, skipped];
  const tables = scalingTables(rows);
  assert.deepEqual(tables.at(-1)?.rows, [["65536x120", 8, "skipped", "there are 4"]]);
  assert.doesNotMatch(scalingFindings(rows).join("\n"), /efficiency/);
  assert.equal(scalingFigures(rows).length, 2);
});
