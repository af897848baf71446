import assert from "node:assert/strict";
import { randomCsr } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import { LARGE_LIMITS, testGpuConformance } from "@spmm/webgpu/conformance";
import { inspectRowSplit, rowSplit } from "./row_split.ts";

testGpuConformance(rowSplit);

function problemOf(rows: number, cols: number, n: number): SpmmProblem {
  return { a: randomCsr({ rows, cols, density: 0.2, seed: 1 }), n };
}

Deno.test("a row gets a warp where C is wide, and fewer lanes where it is narrow", () => {
  const lanes = [1, 3, 4, 16, 20, 128, 1000].map((n) =>
    inspectRowSplit(problemOf(10, 10, n), LARGE_LIMITS).facts["lanes"]
  );
  assert.deepEqual(lanes, [1, 1, 1, 4, 8, 32, 32]);
});

Deno.test("the workgroups cover every row and every column", () => {
  for (const [rows, n] of [[1, 1], [17, 33], [129, 128], [1000, 516]]) {
    const { passes, facts } = inspectRowSplit(problemOf(rows, 7, n), LARGE_LIMITS);
    const rowGroups = Math.ceil(rows / Number(facts["rowsPerWorkgroup"]));
    const tiles = Number(facts["columnTiles"]);
    assert.equal(passes[0].workgroups, rowGroups * tiles);
    assert.ok(tiles * Number(facts["lanes"]) * Number(facts["columnsPerLane"]) >= n);
  }
});

Deno.test("matrices of other sizes share one program", () => {
  const [small, large] = [problemOf(5, 6, 128), problemOf(70, 90, 512)]
    .map((problem) => inspectRowSplit(problem, LARGE_LIMITS).passes[0].code);
  assert.equal(small, large);
});

Deno.test("a transposed problem is encoded by the rows of its transpose", () => {
  const { passes } = inspectRowSplit({ ...problemOf(9, 4, 8), transpose: true }, LARGE_LIMITS);
  const [offsets] = passes[0].bindings.filter(({ name }) => name === "row_offsets");
  assert.ok("data" in offsets);
  assert.equal(offsets.data.length, 4 + 1);
});
