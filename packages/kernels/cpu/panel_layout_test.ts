import assert from "node:assert/strict";
import fc from "fast-check";
import { panelLayout, skewed } from "./panel_layout.ts";

Deno.test("panels cover every column and waste fewer than sixteen", () => {
  fc.assert(
    fc.property(fc.nat(5000), (n) => {
      const { wide, narrow } = panelLayout(100, 7, n, 700, false);
      const covered = 32 * wide + 8 * narrow;
      assert.ok(covered >= n && covered - n < 16);
      assert.ok(narrow <= 2);
    }),
    { seed: 32 },
  );
});

Deno.test("the last row of B stands within its panel", () => {
  for (const k of [1, 31, 32, 33, 64, 1000]) {
    assert.ok(skewed(k - 1) < panelLayout(1, k, 1, 0, false).stride);
  }
});

Deno.test("a B of 32 columns is its own panel", () => {
  const { wide, narrow, stride, bytes } = panelLayout(20_000, 100, 32, 1e6, false);
  assert.deepEqual([wide, narrow, stride, bytes], [1, 0, 0, 0]);
});

Deno.test("a B whose rows are used seldom is not packed, where its columns fill panels", () => {
  const isPacked = (n: number, uses: number) =>
    panelLayout(1000, 1000, n, 1000 * uses, false).stride > 0;
  assert.deepEqual([4, 10, 20].map((uses) => isPacked(1024, uses)), [false, false, true]);
  assert.deepEqual([4, 10, 20].map((uses) => isPacked(2048, uses)), [false, true, true]);
  assert.deepEqual([4, 10, 20].map((uses) => isPacked(1000, uses)), [true, true, true]);
});

Deno.test("machine code takes a B as it stands that is narrow, near, or used seldom", () => {
  const isPacked = (k: number, n: number, uses: number) =>
    panelLayout(1000, k, n, k * uses, true).stride > 0;
  assert.deepEqual([1, 31, 32].map((n) => isPacked(100_000, n, 500)), [false, false, false]);
  assert.deepEqual([48, 320, 336].map((n) => isPacked(1000, n, 500)), [false, false, true]);
  assert.deepEqual([33, 100, 300].map((n) => isPacked(1000, n, 500)), [true, true, true]);
  assert.deepEqual([10, 15, 25].map((uses) => isPacked(1000, 1000, uses)), [false, false, true]);
  assert.deepEqual([5, 10, 25].map((uses) => isPacked(4000, 1000, uses)), [false, true, true]);
});

Deno.test("for machine code all panels are wide, in groups of nearly as many", () => {
  const groups = [100, 129, 257, 1025].map((n) => panelLayout(1000, 200, n, 200_000, true));
  assert.deepEqual(groups.map(({ wide }) => wide), [4, 5, 9, 33]);
  assert.deepEqual(groups.map(({ narrow }) => narrow), [0, 0, 0, 0]);
  assert.deepEqual(groups.map(({ group }) => group), [4, 5, 5, 5]);
});

Deno.test("panels packed together stay within a second-level cache, but for one", () => {
  for (const k of [64, 512, 2048, 33288]) {
    const { group, bytes } = panelLayout(k, k, 1024, 100 * k, false);
    assert.ok(group <= 4 && (bytes <= 1.25 * 2 ** 20 || group === 1));
  }
});

Deno.test("rows a power of two apart stand further apart than that, but for the shortest distances", () => {
  for (let distance = 32; distance < 65536; distance *= 2) {
    assert.equal(skewed(distance) - skewed(0), distance + distance / 32);
  }
});

Deno.test("a B without rows or columns takes no bytes", () => {
  assert.equal(panelLayout(5, 0, 100, 0, false).bytes, 0);
  assert.equal(panelLayout(5, 100, 0, 0, false).bytes, 0);
});

Deno.test("slabs are as short as rows of A have non-zeros in them, and cut no block", () => {
  const slabs = (k: number, each: number) => panelLayout(5000, k, 128, 5000 * each, false).slabs;
  assert.deepEqual([50, 200, 1000].map((each) => slabs(6144, each)), [3, 6, 6]);
  assert.deepEqual([1, 10, 1000].map((each) => slabs(4096, each)), [1, 1, 1]);
  assert.deepEqual([10, 100, 1000].map((each) => slabs(16_384, each)), [1, 8, 16]);
  for (const k of [1, 700, 1500, 5000, 70_000]) {
    const { slab } = panelLayout(100, k, 64, 100 * 90, false);
    assert.ok(slab === k || slab % 1024 === 0);
  }
});
