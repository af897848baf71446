import { renderSvg } from "@spmm/figures";
import assert from "node:assert/strict";
import { transposeFigures } from "./figures.ts";
import { transposeFindings } from "./findings.ts";
import { madeUpRows } from "./test_rows.ts";
import { transposeTables } from "./tables.ts";

Deno.test("contenders are set side by side, with what is shared and when a copy pays", () => {
  const [together, each, unmeasured] = transposeTables(madeUpRows());
  const pays = together.columns.findIndex(({ heading }) => heading.startsWith("pays"));
  const oneUse = together.columns.findIndex(({ heading }) => heading.includes("1 use"));
  const rounded = (cell: unknown) => typeof cell === "number" ? Math.round(cell) : cell;
  assert.deepEqual(together.rows.map((row) => [row[0], rounded(row[oneUse]), rounded(row[pays])]), [
    ["csb, one encoding", 1040, undefined],
    ["row-split, kept copy", 1107, 5],
    ["row-split, converted", 1112, undefined],
  ]);
  const [backward, both] = ["Aᵀ·B / csb's Aᵀ·B", "both / csb's both"].map((name) =>
    together.rows.map((row) =>
      Number(row[together.columns.findIndex(({ heading }) => heading === name)]).toFixed(2)
    )
  );
  assert.deepEqual(backward, ["1.00", "0.60", "30.10"]);
  assert.deepEqual(both, ["1.00", "0.55", "15.30"]);
  assert.equal(each.rows.length, 6);
  assert.deepEqual(unmeasured.rows, [["scatter", "a GPU", "skipped", 2, "there is none"]]);
});

Deno.test("findings are of the claim: bytes, time, and when a copy pays", () => {
  const findings = transposeFindings(madeUpRows()).join("\n");
  assert.match(findings, /keeps 5\.00 bytes a non-zero .* Aᵀ·B takes 1\.00 × A·B/);
  assert.match(
    findings,
    /scratch beside on 2 of them, with which all come to 10\.0 bytes; all plans .* share/,
  );
  assert.match(
    findings,
    /kept copy keeps 3\.20 × the bytes and takes 0\.550 × the time for both .*, 0\.600 × for Aᵀ/,
  );
  assert.match(findings, /pays once an A is used 5 times both ways/);
  assert.match(findings, /converting for every Aᵀ·B/);
  assert.match(findings, /Matrices: 2 generated/);
  assert.deepEqual(transposeFindings([]), ["Matrices: none."]);
});

Deno.test("figures show every contender, workspace apart, and a conversion once", async () => {
  const figures = transposeFigures(madeUpRows());
  assert.deepEqual(figures.map(({ name }) => name), [
    "time-against-memory-gpu-n8",
    "shared-preparation-gpu-n8",
    "transposed-over-forward-gpu",
  ]);
  const [memory, shared, ratio] = figures.map(({ figure }) => figure.description);
  assert.match(memory, /one encoding, with workspace 10\.0 bytes/);
  assert.match(shared, /converted 1\.11e\+3 µs at one use/);
  assert.doesNotMatch(ratio, /converted/);
  for (const { figure } of figures) assert.match(await renderSvg(figure), /<svg/);
  assert.deepEqual(transposeFigures([]), []);
});
