import assert from "node:assert/strict";
import { guidedSize } from "./guided.ts";

Deno.test("guided chunks fall from half a share to the smallest, and leave nothing", () => {
  const sizes: number[] = [];
  for (let left = 1000; left > 0; left -= sizes[sizes.length - 1]) {
    sizes.push(guidedSize({ left, share: 1 / 4, smallest: 10, largest: 400 }));
  }
  assert.equal(sizes[0], 125);
  assert.ok(sizes.every((size, i) => i === 0 || size <= sizes[i - 1]));
  assert.ok(sizes.slice(0, -1).every((size) => size >= 10));
  assert.equal(sizes.reduce((sum, size) => sum + size, 0), 1000);
});

Deno.test("a device's memory bounds a chunk, even below the smallest", () => {
  assert.equal(guidedSize({ left: 1000, share: 1, smallest: 50, largest: 8 }), 8);
});

Deno.test("a faster worker's chunks are larger in proportion", () => {
  const size = (share: number): number =>
    guidedSize({ left: 800, share, smallest: 1, largest: 800 });
  assert.equal(size(3 / 4), 3 * size(1 / 4));
});

Deno.test("nothing left is no chunk", () => {
  assert.equal(guidedSize({ left: 0, share: 1 / 2, smallest: 4, largest: 9 }), 0);
});
