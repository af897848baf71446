import { csrFromDense, dense, randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { TILE_OUTPUTS, tileLayer } from "./layer_tiling.ts";

Deno.test("a group of six is one four and two alone, and groups do not mix", () => {
  // Rows 0, 2, 4, … listen to column 0, rows 1 and 3 to column 1, row 5 to nothing.
  const rows = [[1, 0], [0, 1], [2, 0], [0, 2], [3, 0], [0, 0], [4, 0], [5, 0], [6, 0]];
  const weights = csrFromDense(dense(9, 2, Float32Array.from(rows.flat())));
  const { tiled, supports, single } = tileLayer(weights, true);
  assert.deepEqual([...tiled], [0, 2, 4, 6]);
  assert.deepEqual([...supports], [0]);
  assert.deepEqual([...single], [1, 3, 5, 7, 8]);
});

Deno.test("fours of one group name the first of them as theirs", () => {
  const weights = csrFromDense(dense(13, 1, new Float32Array(13).fill(0.5)));
  const { tiled, supports, single } = tileLayer(weights, true);
  assert.equal(tiled.length, 3 * TILE_OUTPUTS);
  assert.deepEqual([...supports], [0, 0, 0]);
  assert.deepEqual([...single], [12]);
});

Deno.test("without reordering every output stands alone", () => {
  const weights = randomCsr({ rows: 8, cols: 3, density: 1, seed: 1 });
  const { tiled, single } = tileLayer(weights, false);
  assert.deepEqual([tiled.length, [...single]], [0, [0, 1, 2, 3, 4, 5, 6, 7]]);
});
