import { SchedulerError } from "../errors.ts";

/**
 * Shares inputs out by weights: each worker's part is within one input of the exact proportion
 * (largest remainders). Equal weights are the paper's static partition (Hidayetoğlu et al. §III-D);
 * measured speeds as weights let unlike devices end together. O(workers · log workers).
 *
 * @param inputs How many there are; none is fine, and so are more workers than inputs.
 * @param weights A number from 0 for each worker, inputs per second for instance.
 * @returns Inputs for each worker; their sum is `inputs`.
 * @throws {SchedulerError} If weights are no numbers from 0, or none is above 0.
 *
 * @example A device that is three times as fast
 * ```ts
 * import { shareByWeights } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(shareByWeights(10, [3, 1]), [8, 2]);
 * assert.deepEqual(shareByWeights(2, [1, 1, 1]), [1, 1, 0]);
 * ```
 */
export function shareByWeights(inputs: number, weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (!weights.every((weight) => weight >= 0) || !(total > 0) || !Number.isFinite(total)) {
    throw new SchedulerError(
      "Cannot share inputs out: weights must be numbers from 0, one of them above: " +
        `received ${weights.join(", ") || "none"}`,
    );
  }
  const exact = weights.map((weight) => inputs * weight / total);
  const shares = exact.map(Math.floor);
  const left = inputs - shares.reduce((sum, share) => sum + share, 0);
  const byRemainder = [...weights.keys()]
    .filter((worker) => weights[worker] > 0)
    .sort((a, b) => (exact[b] - shares[b]) - (exact[a] - shares[a]) || a - b);
  for (let i = 0; i < left; i++) shares[byRemainder[i % byRemainder.length]]++;
  return shares;
}
