import assert from "node:assert/strict";
import { repackBoundaries } from "./repack_boundaries.ts";

Deno.test("boundaries are close at first and far apart later", () => {
  const boundaries = repackBoundaries(0, 120, 48);
  assert.deepEqual(boundaries.slice(0, 18), [...Array(16).keys()].map((b) => b + 1).concat(18, 20));
  assert.ok(boundaries.every((boundary) => boundary < 120));
  assert.ok(boundaries.length <= 48);
});

Deno.test("there are never more than asked for, and none where none may be", () => {
  for (const most of [0, 1, 4, 7, 16]) {
    assert.ok(repackBoundaries(0, 1920, most).length <= most);
  }
  assert.deepEqual(repackBoundaries(20, 20, 48), []);
  assert.deepEqual(repackBoundaries(0, 1, 48), []);
});

Deno.test("nothing is dropped before it may be", () => {
  assert.equal(repackBoundaries(7, 20, 48)[0], 7);
});
