import { randomSource } from "@spmm/formats";
import assert from "node:assert/strict";
import { compareRuns } from "./compare_runs.ts";
import { mannWhitney } from "./mann_whitney.ts";
import type { KeptRow } from "./row.ts";

function row(seconds: readonly number[], facts: Partial<KeptRow> = {}): KeptRow {
  return {
    ...{ contender: "csb", device: "a GPU", parameters: { n: 64 } },
    ...{ outcome: "measured", values: {}, samples: { kernel: seconds } },
    ...facts,
  } as KeptRow;
}

function samples(middle: number, spread: number, count = 10, seed = 1): number[] {
  const random = randomSource(seed);
  return Array.from({ length: count }, () => middle * (1 + spread * (random.unit() - 0.5)));
}

function verdict(first: readonly number[], second: readonly number[]): string {
  const [{ verdict, reason }] = compareRuns([row(first)], [row(second)]);
  return `${verdict}: ${reason}`;
}

Deno.test("the U test agrees with what is found by hand", () => {
  // Without ties, U = 0 of 10 and 10: z = 49.5 / 13.229.
  const low = Array.from({ length: 10 }, (_, i) => i);
  const high = low.map((value) => value + 100);
  assert.ok(Math.abs(mannWhitney(low, high) - 1.827e-4) < 1e-6, `${mannWhitney(low, high)}`);
  assert.equal(mannWhitney(low, high), mannWhitney(high, low));
  // U = 6 of 5 and 6: z = 8.5 / √30 = 1.5519, and 2·(1 − Φ(1.5519)) = 0.1207.
  const p = mannWhitney([1.1, 2.2, 3.3, 4.4, 5.5], [2.5, 3.5, 4.5, 5.6, 6.6, 7.7]);
  assert.ok(Math.abs(p - 0.1207) < 1e-4, `${p}`);
  assert.equal(mannWhitney([1, 1, 1], [1, 1, 1]), 1);
});

Deno.test("faster and slower need samples that lie apart, by more than is of no account", () => {
  assert.match(verdict(samples(10, 0.1), samples(5, 0.1, 10, 2)), /^faster: .*U test: p = /);
  assert.match(verdict(samples(5, 0.1), samples(10, 0.1, 10, 2)), /^slower: /);
  assert.match(
    verdict(samples(10, 0.5), samples(11, 0.5, 10, 2)),
    /^unclear: the middle halves ov/,
  );
  assert.match(verdict(samples(10, 0.01), samples(10.01, 0.01, 10, 2)), /^same: /);
  assert.match(verdict(samples(10, 0.001), samples(10.1, 0.001, 10, 2)), /^same: /);
});

Deno.test("few samples are unclear, whatever they say", () => {
  assert.match(verdict([1, 1, 1, 1], samples(9, 0.01)), /^unclear: 4 samples/);
  assert.match(verdict(samples(1, 0.1, 5), samples(9, 0.1, 5)), /^unclear: chance would do it too/);
  assert.match(verdict([], [1, 2, 3, 4, 5]), /^unclear: there are no samples/);
});

Deno.test("runs of the same time are hardly ever called faster or slower", () => {
  const called = Array.from({ length: 500 }, (_, i) => {
    const [a, b] = [samples(10, 0.4, 10, 2 * i + 1), samples(10, 0.4, 10, 2 * i + 2)];
    return verdict(a, b).split(":")[0];
  });
  const wrong = called.filter((one) => one === "faster" || one === "slower").length;
  assert.ok(wrong <= 3, `${wrong} of 500`);
});

Deno.test("rows meet by point, contender and device; alone on theirs, on another device too", () => {
  const first = [row([1]), row([2], { contender: "merge" }), row([3], { parameters: { n: 8 } })];
  const other = { device: "another GPU" };
  const [met, alone, left] = compareRuns(first, [
    row([1], other),
    row([2], { contender: "dense", ...other }),
    row([2], { contender: "merge" }),
  ]).slice(0, 3);
  assert.equal(met.ratio, 1);
  assert.equal(alone.reason, "the first run has no such row");
  assert.equal(left.ratio, 1);
  const missing = compareRuns(first, []);
  assert.deepEqual(
    missing.map(({ reason }) => reason),
    first.map(() => "the second run has no such row"),
  );
});

Deno.test("what was skipped or failed is compared with nothing", () => {
  const failed = row([], { outcome: "failed", reason: "wrong" } as Partial<KeptRow>);
  const [{ verdict, reason }] = compareRuns([failed], [row([1, 2, 3, 4, 5])]);
  assert.deepEqual([verdict, reason], ["unclear", "the first failed"]);
});
