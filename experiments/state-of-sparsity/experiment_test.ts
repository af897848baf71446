import { dataRoot } from "@spmm/datasets";
import { renderSvg } from "@spmm/figures";
import { rehearse } from "@spmm/runner";
import assert from "node:assert/strict";
import { stateOfSparsity } from "./experiment.ts";

const missing = dataRoot() === undefined;

Deno.test("published and computed statistics make every table, figure and sentence", {
  ignore: missing,
}, async () => {
  const { rows, points } = await rehearse(stateOfSparsity, {
    devices: [],
    scale: "quick",
    set: {},
  });
  assert.ok(points.length > 6 && points.every(({ state }) => state === "measured"));
  assert.equal(stateOfSparsity.tables(rows).length, 3);
  const figures = stateOfSparsity.figures(rows);
  assert.deepEqual(figures.map(({ name }) => name), [
    "row-variation-rn50",
    "quality-rn50",
    "row-variation-transformer",
    "quality-transformer",
    "blocks-against-chance",
    "blocks-against-lengths",
    "bytes-by-format",
  ]);
  const findings = stateOfSparsity.findings(rows).join("\n");
  assert.match(findings, /Over 3846 published layers/);
  assert.match(findings, /random pruning 1\.0 ×/, "the control is as even as chance");
  assert.doesNotMatch(findings, /NaN|undefined/);
});

Deno.test("generated matrices are labelled as such", async () => {
  const set = { statistics: ["generated"] };
  const { rows } = await rehearse(stateOfSparsity, { devices: [], scale: "quick", set });
  assert.deepEqual(stateOfSparsity.tables(rows).map((table) => table.rows.length), [6, 6]);
  const figures = stateOfSparsity.figures(rows);
  assert.equal(figures.length, 3);
  for (const { figure } of figures) assert.match(figure.description, /6 generated/);
  for (const { figure } of figures) assert.match(await renderSvg(figure), /<svg/);
  const findings = stateOfSparsity.findings(rows).join("\n");
  assert.match(findings, /Sources: 6 generated matrices, which say nothing of real ones/);
});

Deno.test("no rows make no tables, no figures, and say so", () => {
  assert.deepEqual(stateOfSparsity.tables([]), []);
  assert.deepEqual(stateOfSparsity.figures([]), []);
  assert.deepEqual(stateOfSparsity.findings([]), ["Sources: none."]);
});
