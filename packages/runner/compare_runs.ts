import { canonicalJson } from "./canonical_json.ts";
import { mannWhitney } from "./mann_whitney.ts";
import type { KeptRow } from "./row.ts";
import { median, quantile } from "./statistics.ts";

/** What is said of two times; `unclear` wherever the samples do not show more. */
export type Verdict = "same" | "faster" | "slower" | "unclear";

/** A row of one run beside that of another. */
export interface RowComparison {
  /** The row of the second run, or of the first where only that has it. */
  readonly row: KeptRow;
  /** Of the second run against the first. */
  readonly verdict: Verdict;
  /** Why. */
  readonly reason: string;
  /** The second median over the first, where both were measured. */
  readonly ratio?: number;
}

/** Differences under this share are of no account. */
const NOTICEABLE = 0.02;
/** A difference must be this unlikely to come by chance, as asv asks. */
const CHANCE = 0.002;
/** Samples fewer than this say nothing. */
const FEWEST = 5;

/**
 * Sets two runs side by side, row by row: by point and contender, and by device where both runs have
 * it.
 *
 * A row is faster or slower where the U test finds that chance would rarely part the samples so, the
 * middle halves of the samples lie apart, and the medians differ by 2 % at least. It is the same where
 * the middle halves of both lie within 2 % of each other's median. All else is unclear.
 *
 * @param first Rows of a run.
 * @param second Rows of another.
 *
 * @example Half the time
 * ```ts
 * import { compareRuns, type KeptRow } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const row = (seconds: number[]): KeptRow => ({
 *   ...{ contender: "csb", device: "a GPU", parameters: { n: 64 } },
 *   ...{ outcome: "measured", values: {}, samples: { kernel: seconds } },
 * });
 * const before = row([10, 11, 10, 12, 10, 11, 10, 11, 10, 13]);
 * const after = row([5, 6, 5, 5, 5, 6, 5, 5, 7, 5]);
 * assert.deepEqual(compareRuns([before], [after]).map(({ verdict }) => verdict), ["faster"]);
 * assert.deepEqual(compareRuns([before], [before]).map(({ verdict }) => verdict), ["unclear"]);
 * ```
 */
export function compareRuns(
  first: readonly KeptRow[],
  second: readonly KeptRow[],
): RowComparison[] {
  const partners = new Map(first.map((row) => [keyOf(row), row]));
  const anyDevice = Map.groupBy(first, placeOf);
  const met = new Set<KeptRow>();
  const compared = second.map((row) => {
    const others = anyDevice.get(placeOf(row)) ?? [];
    const alone = others.length === 1 && second.filter((one) => placeOf(one) === placeOf(row))
          .length === 1;
    const partner = partners.get(keyOf(row)) ?? (alone ? others[0] : undefined);
    if (partner === undefined) return unclear(row, "the first run has no such row");
    met.add(partner);
    return comparison(partner, row);
  });
  const missing = first.filter((row) => !met.has(row))
    .map((row) => unclear(row, "the second run has no such row"));
  return [...compared, ...missing];
}

function comparison(first: KeptRow, second: KeptRow): RowComparison {
  for (const [which, row] of [["first", first], ["second", second]] as const) {
    if (row.outcome !== "measured") return unclear(second, `the ${which} ${row.outcome}`);
  }
  const [a, b] = [first, second].map(({ samples }) => samples?.["kernel"] ?? []);
  const count = Math.min(a.length, b.length);
  if (count === 0) return unclear(second, "there are no samples of the kernel");
  const ratio = median(b) / median(a);
  return { row: second, ratio, ...judge(a, b, ratio) };
}

function judge(
  a: readonly number[],
  b: readonly number[],
  ratio: number,
): Pick<RowComparison, "verdict" | "reason"> {
  const count = Math.min(a.length, b.length);
  if (count < FEWEST) {
    return { verdict: "unclear", reason: `${count} samples do not show how they spread` };
  }
  const middles = [a, b].map((samples) => [quantile(samples, 0.25), quantile(samples, 0.75)]);
  const within = (i: number, center: number) =>
    middles[i].every((end) => Math.abs(end / center - 1) <= NOTICEABLE);
  if (within(0, median(b)) && within(1, median(a))) {
    return { verdict: "same", reason: `the middle halves lie within ${percent(NOTICEABLE)}` };
  }
  const apart = middles[0][1] < middles[1][0] || middles[1][1] < middles[0][0];
  if (!apart) return { verdict: "unclear", reason: "the middle halves overlap" };
  const chance = mannWhitney(a, b);
  if (chance >= CHANCE) {
    return { verdict: "unclear", reason: `chance would do it too (U test: p = ${p(chance)})` };
  }
  if (Math.abs(ratio - 1) < NOTICEABLE) {
    return { verdict: "unclear", reason: `less than ${percent(NOTICEABLE)} apart, but steadily` };
  }
  return {
    verdict: ratio < 1 ? "faster" : "slower",
    reason: `the middle halves lie apart (U test: p = ${p(chance)})`,
  };
}

function unclear(row: KeptRow, reason: string): RowComparison {
  return { row, verdict: "unclear", reason };
}

function keyOf(row: KeptRow): string {
  return `${placeOf(row)} ${row.device}`;
}

function placeOf({ parameters, contender }: KeptRow): string {
  return `${canonicalJson(parameters)} ${contender}`;
}

function percent(share: number): string {
  return `${share * 100} %`;
}

function p(chance: number): string {
  return chance < 1e-4 ? chance.toExponential(0) : chance.toPrecision(2);
}
