import type { Measurement, Outcome } from "./measurement.ts";
import type { RowOutcome, ScalarFields } from "./row.ts";

/**
 * The row of a kernel's outcome: all its samples and its check, beside what the experiment records.
 *
 * @param outcome What `measure` gave.
 * @param facts What is recorded where nothing was measured.
 * @param found What is recorded of a measurement.
 *
 * @example Of one kernel
 * ```ts
 * import { measure, QUICK_SAMPLING, rowOf } from "@spmm/runner";
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const problem = { a: randomCsr({ rows: 20, cols: 30, density: 0.2, seed: 1 }), n: 8 };
 * const request = { problem, b: randomDense(30, 8, 2), device: hostDevice };
 * const kernels = [referenceKernel];
 * const [outcome] = await measure({ ...request, kernels, sampling: QUICK_SAMPLING });
 * const row = rowOf(outcome, { n: 8 }, ({ time }) => ({ n: 8, medianUs: time.median * 1e6 }));
 * assert.ok(row.outcome === "measured" && row.values.medianUs > 0);
 * assert.equal(row.check?.comparedRows, 20);
 * ```
 */
export function rowOf<Values extends ScalarFields<Values>>(
  outcome: Outcome,
  facts: Partial<Values>,
  found: (measurement: Measurement) => Values,
): RowOutcome<Values> {
  const who = { contender: outcome.kernel, device: outcome.device };
  if (outcome.kind !== "measured") {
    const reason = outcome.kind === "skipped" ? outcome.reason : outcome.error;
    return { ...who, outcome: outcome.kind, reason, values: facts };
  }
  const { measurement } = outcome;
  const { sampled, costs, check } = measurement;
  return {
    ...who,
    outcome: "measured",
    values: found(measurement),
    samples: {
      kernel: sampled.seconds,
      host: sampled.host,
      inspect: costs.planSeconds,
      upload: [costs.uploadSeconds],
      readback: [costs.readbackSeconds],
    },
    check: { comparedRows: check.comparedRows, worstError: check.worst },
  };
}
