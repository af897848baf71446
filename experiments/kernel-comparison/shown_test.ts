import { renderSvg } from "@spmm/figures";
import assert from "node:assert/strict";
import { type ComparedRow, contestGroups } from "./family_times.ts";
import { comparisonFigures, winnersOf } from "./figures.ts";
import { comparisonFindings } from "./findings.ts";
import { madeUpRow } from "./test_rows.ts";

/** µs of each kernel at 52 and at 91 % zeros, by matrix. */
const TIMES: Readonly<Record<string, readonly [number, number, number, number]>> = {
  "row-split": [40, 44, 20, 22],
  "tiling-1d": [30, 33, 10, 20],
  "tiling-1d+swizzle": [32, 30, 12, 11],
  "dense": [20, 20, 20, 20],
  "auto": [20, 20, 12, 11],
};
const FAMILIES: Readonly<Record<string, string>> = { "tiling-1d+swizzle": "tiling-1d" };

function madeUp(n: number, withPeers = false): ComparedRow[] {
  const dense = TIMES["dense"];
  const rowSplit = TIMES["row-split"];
  return Object.entries(TIMES).flatMap(([kernel, times]) =>
    times.map((medianUs, i) =>
      madeUpRow({
        ...{ kernel, matrix: `m${i}`, n, medianUs, family: FAMILIES[kernel] ?? kernel },
        values: {
          sparsity: i < 2 ? 0.52 : 0.91,
          speedupOverDense: dense[i] / medianUs,
          speedupOverRowSplit: rowSplit[i] / medianUs,
          ...(withPeers
            ? { peersGpu: "a GPU", sputnikUs: 22, cusparseUs: 44, cublasDenseUs: 10 }
            : {}),
        },
      })
    )
  );
}

const ROWS = [...madeUp(256), ...madeUp(1024, true)];

Deno.test("there is a figure of each kind, of both N where it is by N, and all can be drawn", async () => {
  const figures = comparisonFigures(ROWS);
  assert.deepEqual(figures.map(({ name }) => name), [
    "speedup-over-row-split",
    "speedup-over-dense-n256",
    "speedup-over-dense-n1024",
    "when-to-use-what",
    "speedup-over-peers-n1024",
  ]);
  for (const { figure } of figures) assert.match(await renderSvg(figure), /^<svg/);
  const [rowSplit, dense, , , peers] = figures.map(({ figure }) => JSON.stringify(figure.spec));
  assert.match(rowSplit, /"boxplot"/);
  assert.match(dense, /"series":"tiling-1d","x":90,"y":1\.9/);
  assert.match(peers, /"category":"tiling-1d\+swizzle","series":"cuSPARSE"/);
  assert.doesNotMatch(peers, /cuBLAS/);
});

Deno.test("the map names the winner of each level and its ratio over the runner-up", () => {
  const [group] = contestGroups(madeUp(256));
  assert.deepEqual(winnersOf(group), [
    { x: "50", y: "256", choice: "dense", label: "1.50×" },
    { x: "90", y: "256", choice: "tiling-1d", label: "1.91×" },
  ]);
});

Deno.test("a family without a time on every matrix of a level cannot win it", () => {
  const rows = madeUp(256).filter(({ contender, values }) =>
    contender !== "dense" || values.matrix !== "m0"
  );
  const [{ choice }] = winnersOf(contestGroups(rows)[0]);
  assert.equal(choice, "tiling-1d");
});

Deno.test("findings tell the best kernel, auto's distance, the crossover and the peers", () => {
  const [fastest, auto, crossover, sputnik, cusparse, targets, origins] = comparisonFindings(
    madeUp(1024, true),
  );
  assert.match(fastest, /over 4 matrices .*: tiling-1d\+swizzle, 1\.\d\d × as fast as dense \(/);
  assert.match(auto, /takes 1\.05 × .* over 4 matrices, 1\.20 × at worst, on m2/);
  assert.match(crossover, /row-split at none, tiling-1d from 90 %/);
  assert.match(
    sputnik,
    /1\.52 × as fast as Sputnik in f32 on a GPU; tiling-1d\+swizzle alone 1\.17 ×; auto alone 1\.45 ×/,
  );
  assert.match(cusparse, /cuSPARSE/);
  assert.match(targets, /targets are met on a GPU; missed: /);
  assert.match(origins, /4 of DLMC/);
});

Deno.test("rows without times show nothing", () => {
  const skipped = madeUp(256).map(({ parameters, contender, device, values }): ComparedRow => ({
    ...{ parameters, contender, device, outcome: "skipped", reason: "too small" },
    values: { matrix: values.matrix ?? "", source: values.source ?? "", n: 256 },
  }));
  assert.deepEqual([comparisonFigures(skipped), comparisonFigures([])], [[], []]);
  assert.deepEqual(comparisonFindings([]), []);
  assert.deepEqual(comparisonFindings(skipped).length, 1);
});
