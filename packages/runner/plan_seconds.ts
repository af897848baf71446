import type { SpmmPlan } from "@spmm/spmm";
import type { PlanSampling } from "./sampling.ts";

const ONCE: PlanSampling = { most: 1, seconds: 0 };

/**
 * What planning costs, plan by plan: one plan alone may have met a garbage collection, or code that
 * is being compiled. Plans beside the first are disposed of, one before the next.
 *
 * @param first A plan, which has compiled what programs were new; it stays as it is.
 * @param plan Makes another for the same problem.
 * @param sampling How often to plan.
 * @returns Seconds, those of the first plan first.
 */
export async function planSeconds(
  first: SpmmPlan,
  plan: () => Promise<SpmmPlan>,
  { most, seconds }: PlanSampling = ONCE,
): Promise<number[]> {
  const taken = [first.inspectSeconds];
  let spent = 0;
  while (taken.length < most && spent < seconds) {
    await using again = await plan();
    taken.push(again.inspectSeconds);
    spent += again.inspectSeconds;
  }
  return taken;
}
