import assert from "node:assert/strict";
import fc from "fast-check";
import { panelLayout, skewed } from "./panel_layout.ts";

Deno.test("panels cover every column and waste fewer than sixteen", () => {
  fc.assert(
    fc.property(fc.nat(5000), (n) => {
      const { wide, narrow } = panelLayout(7, n);
      const covered = 32 * wide + 8 * narrow;
      assert.ok(covered >= n && covered - n < 16);
      assert.ok(narrow <= 2);
    }),
    { seed: 32 },
  );
});

Deno.test("the last row of B stands within its panel", () => {
  for (const k of [1, 31, 32, 33, 64, 1000]) {
    assert.ok(skewed(k - 1) < panelLayout(k, 1).stride);
  }
});

Deno.test("rows a power of two apart stand further apart than that, but for the shortest distances", () => {
  for (let distance = 32; distance < 65536; distance *= 2) {
    assert.equal(skewed(distance) - skewed(0), distance + distance / 32);
  }
});

Deno.test("a B without rows or columns takes no bytes", () => {
  assert.equal(panelLayout(0, 100).bytes, 0);
  assert.equal(panelLayout(100, 0).bytes, 0);
});
