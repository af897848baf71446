import { median, summarize } from "./statistics.ts";

/** Whether the samples of a contender are enough. */
export interface StoppingRule {
  /**
   * Asked after the samples that are taken in any case, and now and then from there on.
   *
   * @param samples Seconds of the work done once, sample by sample.
   * @param secondsSpent Seconds since the first sample, of all contenders together.
   */
  done(samples: readonly number[], secondsSpent: number): boolean;
}

/**
 * Enough once half of the samples lie within a share of the median; never under five samples, which
 * do not show their spread.
 *
 * @param most The share: 0.01 is one percent.
 *
 * @example Two percent
 * ```ts
 * import { relativeSpread } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * assert.ok(relativeSpread(0.02).done([100, 101, 99, 100, 140], 0));
 * assert.ok(!relativeSpread(0.02).done([100, 110, 90, 105, 140], 0));
 * assert.ok(!relativeSpread(0.02).done([100, 100, 100, 100], 0));
 * ```
 */
export function relativeSpread(most: number): StoppingRule {
  return {
    done(samples) {
      const { spread } = summarize(samples);
      return spread !== undefined && spread <= most * median(samples);
    },
  };
}

/**
 * Enough after a while.
 *
 * @param seconds The while.
 *
 * @example Half a second
 * ```ts
 * import { timeLimit } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([timeLimit(0.5).done([], 0.4), timeLimit(0.5).done([], 0.6)], [false, true]);
 * ```
 */
export function timeLimit(seconds: number): StoppingRule {
  return { done: (_, secondsSpent) => secondsSpent >= seconds };
}

/**
 * Enough once one of the rules says so.
 *
 * @param rules The rules.
 *
 * @example A spread, or a while
 * ```ts
 * import { anyOf, relativeSpread, timeLimit } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const rule = anyOf(relativeSpread(0.02), timeLimit(1));
 * assert.ok(rule.done([1, 9, 2, 8, 3], 2));
 * ```
 */
export function anyOf(...rules: readonly StoppingRule[]): StoppingRule {
  return { done: (samples, spent) => rules.some((rule) => rule.done(samples, spent)) };
}

/**
 * Enough once all of the rules say so.
 *
 * @param rules The rules.
 *
 * @example A spread, and a while at least
 * ```ts
 * import { allOf, relativeSpread, timeLimit } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const rule = allOf(relativeSpread(0.02), timeLimit(1));
 * assert.ok(!rule.done([1, 1, 1, 1, 1], 0.5));
 * ```
 */
export function allOf(...rules: readonly StoppingRule[]): StoppingRule {
  return { done: (samples, spent) => rules.every((rule) => rule.done(samples, spent)) };
}
