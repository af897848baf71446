/** Samples fewer than this say nothing of their own spread. */
const FEWEST_FOR_SPREAD = 5;

/** What is kept of samples beside the samples themselves. */
export interface Summary {
  /** How many there are. */
  readonly count: number;
  /** The middle one, in the samples' unit. */
  readonly median: number;
  /** The least, in the samples' unit. */
  readonly least: number;
  /**
   * Half of the samples lie within this of the median (the median absolute deviation), in the
   * samples' unit. Absent, not 0, under five samples: so few do not show it.
   */
  readonly spread?: number;
}

/**
 * Median, least and spread of samples.
 *
 * @param samples At least one.
 *
 * @example Four samples have no spread
 * ```ts
 * import { summarize } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(summarize([3, 1, 2, 9, 2]), { count: 5, median: 2, least: 1, spread: 1 });
 * assert.equal(summarize([3, 1, 2, 9]).spread, undefined);
 * ```
 */
export function summarize(samples: ArrayLike<number>): Summary {
  const middle = median(samples);
  const count = samples.length;
  const least = quantile(samples, 0);
  if (count < FEWEST_FOR_SPREAD) return { count, median: middle, least };
  const deviations = Array.from(samples, (sample) => Math.abs(sample - middle));
  return { count, median: middle, least, spread: median(deviations) };
}

/**
 * The middle sample; halfway between the two middle ones where their number is even.
 *
 * @param samples At least one; NaN for none.
 *
 * @example Two in the middle
 * ```ts
 * import { median } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * assert.equal(median([4, 1, 8, 2]), 3);
 * ```
 */
export function median(samples: ArrayLike<number>): number {
  return quantile(samples, 0.5);
}

/**
 * The value below which a share of the samples lies, between neighbours by linear interpolation
 * (Hyndman, Fan, The American Statistician 50(4), 1996, definition 7).
 *
 * @param samples At least one; NaN for none.
 * @param share From 0, the least sample, to 1, the largest.
 *
 * @example A quarter of the way
 * ```ts
 * import { quantile } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * assert.equal(quantile([10, 20, 40], 0.25), 15);
 * ```
 */
export function quantile(samples: ArrayLike<number>, share: number): number {
  if (samples.length === 0) return NaN;
  const sorted = Float64Array.from(samples).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.ceil(place);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

/**
 * The mean of ratios: the n-th root of their product (Fleming, Wallace, CACM 29(3), 1986).
 *
 * @param ratios Positive numbers, at least one; NaN for none.
 *
 * @example Twice as fast and half as fast make even
 * ```ts
 * import { geometricMean } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * assert.equal(geometricMean([2, 0.5]), 1);
 * ```
 */
export function geometricMean(ratios: ArrayLike<number>): number {
  let logs = 0;
  for (let i = 0; i < ratios.length; i++) logs += Math.log(ratios[i]);
  return Math.exp(logs / ratios.length);
}
