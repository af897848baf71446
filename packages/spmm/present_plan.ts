import type { SpmmPlan } from "./kernel.ts";

/**
 * A plan that says other things of itself: for kernels that hand the work to another kernel and add
 * to its name, its description or its inspection time.
 *
 * It is a proxy rather than a copy of the interface's members, since a plan may be more than the
 * interface says: a GPU plan records itself, and stays one.
 *
 * @param plan The plan that does the work.
 * @param own What stands in the place of its own members.
 *
 * @example Under another name
 * ```ts
 * import { hostDevice, presentPlan, referenceKernel } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(1, 1, new Float32Array([2])));
 * await using plan = await referenceKernel.plan({ a, n: 1 }, hostDevice);
 * const renamed = presentPlan(plan, { kernel: "two" });
 * assert.equal(renamed.kernel, "two");
 * assert.deepEqual(await renamed.multiply(dense(1, 1)), await plan.multiply(dense(1, 1)));
 * ```
 */
export function presentPlan(plan: SpmmPlan, own: Partial<SpmmPlan>): SpmmPlan {
  return new Proxy(plan, {
    get(target, key) {
      if (Object.hasOwn(own, key)) return Reflect.get(own, key);
      const value: unknown = Reflect.get(target, key);
      // Private fields are found on the plan only, so methods must be called on it.
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
