import assert from "node:assert/strict";
import { bundleShape } from "./bundle_shape.ts";

Deno.test("the tiles of a row cover it, none of them in vain", () => {
  for (const rows of [1, 100, 10_000]) {
    for (let vectors = 1; vectors < 300; vectors++) {
      const { lanes, vectorsPerLane, tiles } = bundleShape(rows, vectors);
      assert.ok(tiles * lanes * vectorsPerLane >= vectors);
      assert.ok((tiles - 1) * lanes * vectorsPerLane < vectors);
    }
  }
});

Deno.test("a narrow C takes no more lanes than it has vectors, rounded up to a power of two", () => {
  const lanes = [1, 2, 3, 4, 5, 8, 9].map((vectors) => bundleShape(64, vectors).lanes);
  assert.deepEqual(lanes, [1, 2, 4, 4, 8, 8, 8]);
});

Deno.test("a thread keeps four vectors of a large C, and one of a small C to make more threads", () => {
  assert.equal(bundleShape(8192, 256).vectorsPerLane, 4);
  assert.equal(bundleShape(1024, 256).vectorsPerLane, 2);
  assert.equal(bundleShape(256, 256).vectorsPerLane, 1);
});
