import { describeEnvironment } from "./environment.ts";
import type { Experiment, PlanRequest } from "./experiment.ts";
import { runExperiment, type RunReport } from "./run_experiment.ts";
import { QUICK_SAMPLING, type SamplingOptions } from "./sampling.ts";
import { Store } from "./store.ts";

/**
 * Runs an experiment and keeps nothing: for its tests. Rows go through a store in memory all the
 * same, so that they are what tables and figures will be given.
 *
 * @param experiment The experiment.
 * @param request Devices, scale, axes; quick sampling where none is given.
 *
 * @example An experiment of one point
 * ```ts
 * import { experiment, rehearse } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const subject = experiment({
 *   name: "one",
 *   question: "Is one measured?",
 *   axes: {},
 *   points: () => [{
 *     parameters: { x: 1 },
 *     measure: () =>
 *       Promise.resolve([
 *         { contender: "one", device: "host", outcome: "measured", values: { y: 1 } },
 *       ]),
 *   }],
 *   tables: () => [],
 * });
 * const { rows } = await rehearse(subject, { devices: [], scale: "quick", set: {} });
 * assert.deepEqual(rows.map(({ values }) => values["y"]), [1]);
 * ```
 */
export async function rehearse(
  experiment: Experiment,
  request: PlanRequest & { readonly sampling?: SamplingOptions },
): Promise<RunReport> {
  using store = Store.open(":memory:");
  const { time: _, ...environment } = await describeEnvironment(request.devices);
  const sampling = request.sampling ?? QUICK_SAMPLING;
  return await runExperiment(experiment, {
    ...request,
    ...{ store, environment, sampling, sourceHash: "rehearsal" },
  });
}
