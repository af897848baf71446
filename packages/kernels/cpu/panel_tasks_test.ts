import assert from "node:assert/strict";
import fc from "fast-check";
import { panelLayout } from "./panel_layout.ts";
import { panelTasks } from "./panel_tasks.ts";

/** So many rows of some non-zeros each. */
function offsetsOf(rows: number, each: number): Uint32Array<ArrayBuffer> {
  return Uint32Array.from({ length: rows + 1 }, (_, row) => row * each);
}

Deno.test("tasks cover every row of every panel once, and none mixes widths", () => {
  const sizes = fc.record({
    rows: fc.nat(40),
    each: fc.nat(90),
    n: fc.nat(300),
    k: fc.nat(5000),
    threads: fc.integer({ min: 1, max: 12 }),
    machineCode: fc.boolean(),
  });
  fc.assert(
    fc.property(sizes, ({ rows, each, n, k, threads, machineCode }) => {
      const layout = panelLayout(rows, k, n, rows * each, machineCode);
      const { tasks, shares } = panelTasks(offsetsOf(rows, each), layout, threads);
      assert.ok(shares.every((bound, i) => i === 0 ? bound === 0 : bound >= shares[i - 1]));
      assert.ok(shares.length === threads + 1 || shares.length === 2);
      assert.equal(shares.at(-1), tasks.length);
      const panels = layout.wide + layout.narrow;
      const seen = new Uint8Array(rows * panels);
      for (const { begin, end, panel, lastPanel } of tasks) {
        assert.ok(lastPanel - panel <= layout.group);
        if (panel < lastPanel) assert.equal(panel < layout.wide, lastPanel <= layout.wide);
        for (let row = begin; row < end; row += 1) {
          for (let at = panel; at < lastPanel; at += 1) seen[row * panels + at] += 1;
        }
      }
      assert.ok(seen.every((times) => times === 1));
    }),
    { seed: 6 },
  );
});

Deno.test("even panels are cut by columns and the last by rows, one by rows, three among two by both", () => {
  const sizes = (n: number, threads: number) => {
    const layout = panelLayout(500, 512, n, 25_000, false);
    const { tasks } = panelTasks(offsetsOf(500, 50), layout, threads);
    return Array.from(Map.groupBy(tasks, ({ panel }) => panel).values(), ({ length }) => length);
  };
  assert.deepEqual(sizes(128, 2), [1, 4, 1, 4]);
  assert.deepEqual(sizes(32, 2), [8]);
  assert.deepEqual(sizes(96, 2), [3, 3, 3]);
  assert.deepEqual(sizes(1024, 2), [1, 1, 1, 4, 1, 1, 1, 4]);
  assert.deepEqual(sizes(1024, 1), [1, 1, 1, 1, 1, 1, 1, 1]);
});

Deno.test("machine code gets panels four at a time, and of a B as it stands half of a share first", () => {
  const runs = (k: number, n: number, nonZeros: number) => {
    const layout = panelLayout(500, k, n, nonZeros, true);
    return panelTasks(offsetsOf(500, nonZeros / 500), layout, 2).tasks
      .map(({ panel, lastPanel }) => lastPanel - panel);
  };
  assert.deepEqual(runs(2048, 256, 100_000), [4, 4]);
  assert.deepEqual(runs(2048, 512, 100_000), Array(10).fill(4));
  const rows = (n: number, nonZeros: number) =>
    panelTasks(offsetsOf(512, nonZeros / 512), panelLayout(512, 512, n, nonZeros, true), 2).tasks
      .map(({ begin, end }) => end - begin);
  assert.deepEqual(rows(64, 25_600), [128, 64, 32, 16, 16, 128, 64, 32, 16, 16]);
  assert.deepEqual(rows(128, 256_000).slice(0, 7), [128, 64, 32, 16, 8, 4, 4]);
});

Deno.test("threads have columns of their own where B is near, rows are long and columns enough", () => {
  const shared = (k: number, n: number, each: number, threads = 2) => {
    const layout = panelLayout(512, k, n, 512 * each, true);
    const { tasks, shares, sharing } = panelTasks(offsetsOf(512, each), layout, threads);
    const panels = shares.slice(0, -1).map((first, i) =>
      tasks.slice(first, shares[i + 1]).map(({ panel, lastPanel }) => `${panel}-${lastPanel}`)
    );
    return { sharing, panels: panels.map((one) => [...new Set(one)].join()) };
  };
  assert.deepEqual(shared(512, 256, 100), { sharing: 1, panels: ["0-4", "4-8"] });
  assert.deepEqual(shared(512, 288, 100), { sharing: 1, panels: ["0-4", "4-9"] });
  assert.deepEqual(shared(512, 512, 100), { sharing: 1, panels: ["0-8", "8-16"] });
  const byRows = { sharing: 2, panels: ["0-8", "0-8"] };
  assert.deepEqual(shared(512, 256, 20), byRows, "rows are short");
  assert.deepEqual(shared(8192, 256, 40), byRows, "B is large, and used too seldom to be packed");
  const byBoth = { sharing: 2, panels: ["0-4", "0-4", "4-8", "4-8"] };
  assert.deepEqual(shared(512, 256, 100, 4), byBoth, "threads are more than runs of four panels");
  assert.deepEqual(shared(512, 256, 100, 3).sharing, 3, "three cannot be so many");
});

Deno.test("shares of threads are runs of tasks of nearly equal work", () => {
  const layout = panelLayout(500, 512, 1024, 25_000, false);
  assert.deepEqual(panelTasks(offsetsOf(500, 50), layout, 2).shares, [0, 7, 14]);
  const asItStands = panelLayout(500, 512, 64, 25_000, true);
  assert.deepEqual(panelTasks(offsetsOf(500, 50), asItStands, 2).shares, [0, 5, 10]);
  assert.deepEqual(panelTasks(offsetsOf(500, 5), asItStands, 3).shares, [0, 1]);
});

Deno.test("no thread has much more than its part", () => {
  for (const n of [32, 100, 128, 250, 1024]) {
    for (const threads of [1, 2, 3, 4, 8]) {
      const { heaviestShare } = panelTasks(
        offsetsOf(600, 40),
        panelLayout(500, 512, n, 25_000, false),
        threads,
      );
      assert.ok(heaviestShare < 1.2 / threads, `${n} ${threads}`);
    }
  }
});
