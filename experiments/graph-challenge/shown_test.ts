import { renderSvg } from "@spmm/figures";
import assert from "node:assert/strict";
import { ladderFigures } from "./figures.ts";
import { ladderFindings } from "./findings.ts";
import type { LadderRow } from "./ladder_values.ts";
import { ladderTables } from "./tables.ts";
import { madeUpRows } from "./test_rows.ts";

const SKIPPED: LadderRow = {
  ...{ parameters: { network: "4096x120" }, contender: "+ fusion", device: "a GPU" },
  ...{ outcome: "skipped", reason: "the plan makes no use of fusion" },
  values: { network: "4096x120", weights: "equal" },
};
const FAILED: LadderRow = {
  ...SKIPPED,
  ...{ contender: "+ codebook", outcome: "failed", reason: "there must be 9 survivors" },
};
const ROWS = [
  ...madeUpRows({ times: { 0: 40, 1: 8, 3: 4, 4: 2, 5: 1, 7: 0.5 }, paperMs: 10 }),
  ...madeUpRows({ weights: "arbitrary", times: { 4: 2.02 } }),
  ...madeUpRows({ network: "65536x120", times: { 4: 250 }, paperMs: 771 }),
  ...[SKIPPED, FAILED],
];

Deno.test("the networks' table has the default of each, the paper's time and the ratio", () => {
  const [networks] = ladderTables(ROWS);
  const at = (heading: string) => networks.columns.findIndex((c) => c.heading === heading);
  const cells = networks.rows.map((row) =>
    ["network", "time, ms", "paper's CUDA, ms", "× paper", "× its kernels"].map((h) => row[at(h)])
  );
  assert.deepEqual(cells, [
    ["1024x120", 2, 10, 5, 2.5],
    ["1024x120, arbitrary weights", 2.02, undefined, undefined, undefined],
    ["65536x120", 250, 771, 3.084, 1.542],
  ]);
});

Deno.test("the ladder has each step's gain, and what exploits something is labelled", () => {
  const tables = ladderTables(ROWS);
  const ladder = tables[1];
  assert.match(ladder.title, /^Strategies upon one another: 1024x120, 60000 rebuilt/);
  assert.deepEqual(ladder.rows.map((row) => [row[0], row[1], row[4], row[5]]), [
    ["baseline", undefined, undefined, undefined],
    ["+ pruning", undefined, 5, 5],
    ["+ fusion", undefined, 2, 10],
    ["+ reordering", undefined, 2, 20],
    ["+ codebook", "equal weights", 2, 40],
    ["+ fixed points", "saturated activations", 2, 80],
  ]);
  const [exploiting, peers, missing] = tables.slice(2);
  assert.deepEqual(exploiting.rows.map((row) => [row[0], row[1], row[5]]), [
    ["1024x120", "+ codebook", 2],
    ["1024x120", "+ fixed points", 4],
  ]);
  assert.deepEqual(peers.rows[0].slice(1), [
    ...["the paper's CUDA, inference", 10, "a GPU", 2, 5, 20],
  ]);
  assert.deepEqual(missing.rows.map((row) => row.slice(2)), [
    ["+ fusion", "a GPU", "skipped", "the plan makes no use of fusion"],
    ["+ codebook", "a GPU", "failed", "there must be 9 survivors"],
  ]);
});

Deno.test("figures show the ladder, all networks beside the paper, and how inputs die", async () => {
  const figures = ladderFigures(ROWS);
  assert.deepEqual(figures.map(({ name }) => name), [
    "strategies-1024x120-gpu",
    "networks-gpu",
    "alive",
  ]);
  const [ladder, networks, alive] = figures.map(({ figure }) => JSON.stringify(figure.spec));
  assert.match(ladder, /2 ms, 2×/);
  assert.match(networks, /"category":"65536x120","series":"the paper's CUDA"/);
  assert.match(alive, /"x":120,"y":3\.05/);
  for (const { figure } of figures) assert.match(await renderSvg(figure), /^<svg/);
});

Deno.test("findings say how fast, what each gains, what weights change, and what went wrong", () => {
  const findings = ladderFindings(ROWS).join("\n");
  assert.match(
    findings,
    /^1024x120, 60000 rebuilt inputs on a GPU: 2 ms .* 5 × as fast as the paper/,
  );
  assert.match(findings, /exploiting redundancy 0\.5 ms \(up to fixed points\)/);
  assert.match(findings, /gains .*: pruning 5 ×, fusion 2 ×, reordering 2 ×, codebook 2 ×/);
  assert.match(findings, /takes 1\.01 × the time .* does not rest on weights being equal/);
  assert.match(findings, /WRONG or failed: \+ codebook on 4096x120/);
});

Deno.test("without times there is nothing to show", () => {
  assert.deepEqual([ladderFigures([]), ladderFigures([SKIPPED])], [[], []]);
  assert.deepEqual([ladderFindings([]), ladderFindings([SKIPPED])], [[], []]);
  assert.deepEqual(ladderTables([SKIPPED]).map(({ title }) => title), ["Not measured"]);
});
