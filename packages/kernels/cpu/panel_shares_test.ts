import assert from "node:assert/strict";
import fc from "fast-check";
import { panelLayout } from "./panel_layout.ts";
import { heaviestPanelShare, panelShares } from "./panel_shares.ts";

/** So many rows of some non-zeros each. */
function offsetsOf(rows: number, each: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: rows + 1 }, (_, row) => row * each);
}

Deno.test("shares cover every row of every panel once", () => {
  const sizes = fc.record({
    rows: fc.nat(40),
    each: fc.nat(90),
    n: fc.nat(300),
    k: fc.nat(5000),
    threads: fc.integer({ min: 1, max: 12 }),
  });
  fc.assert(
    fc.property(sizes, ({ rows, each, n, k, threads }) => {
      const layout = panelLayout(k, n);
      const shares = panelShares(offsetsOf(rows, each), layout, k, threads);
      assert.equal(shares.length, threads);
      const panels = layout.wide + layout.narrow;
      const seen = new Uint8Array(rows * panels);
      for (const { begin, end, panel, lastPanel } of shares) {
        for (let row = begin; row < end; row += 1) {
          for (let at = panel; at < lastPanel; at += 1) seen[row * panels + at] += 1;
        }
      }
      assert.ok(seen.every((times) => times === 1));
    }),
    { seed: 6 },
  );
});

Deno.test("even panels are shared by columns, one panel by rows, three among two by rows", () => {
  const byColumns = (n: number, threads: number) => {
    const shares = panelShares(offsetsOf(500, 50), panelLayout(512, n), 512, threads);
    return new Set(shares.map(({ panel }) => panel)).size;
  };
  assert.equal(byColumns(128, 2), 2);
  assert.equal(byColumns(32, 2), 1);
  assert.equal(byColumns(96, 2), 1);
  assert.equal(byColumns(64, 4), 2);
});

Deno.test("no thread has much more than its part", () => {
  for (const n of [32, 100, 128, 250, 1024]) {
    const [offsets, layout] = [offsetsOf(600, 40), panelLayout(512, n)];
    for (const threads of [1, 2, 3, 4, 8]) {
      const shares = panelShares(offsets, layout, 512, threads);
      assert.ok(heaviestPanelShare(shares, offsets, layout) < 1.2 / threads, `${n} ${threads}`);
    }
  }
});
