import { type PlanDescription, presentPlan, requireSupport, type SpmmKernel } from "@spmm/spmm";
import { swizzleOf } from "./row_swizzle.ts";

/**
 * A kernel that takes the rows of op(A) by decreasing length: any kernel, with its load balanced.
 *
 * The result has the same bits, since a row order changes only when a row is worked on. A row order
 * that the problem brings is replaced. Kernels that do not go row by row gain nothing.
 *
 * @param kernel The kernel to balance; what it supports is supported.
 *
 * @example The same product in another order
 * ```ts
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { swizzled } from "@spmm/row-swizzle";
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * const kernel = swizzled(referenceKernel);
 * assert.equal(kernel.name, "reference+swizzle");
 *
 * const a = randomCsr({ rows: 9, cols: 8, density: 0.4, seed: 1 });
 * const b = randomDense(8, 5, 2);
 * await using plan = await kernel.plan({ a, n: 5 }, hostDevice);
 * await using plain = await referenceKernel.plan({ a, n: 5 }, hostDevice);
 * assert.deepEqual(await plan.multiply(b), await plain.multiply(b));
 * ```
 */
export function swizzled(kernel: SpmmKernel): SpmmKernel {
  const balanced: SpmmKernel = {
    name: `${kernel.name}+swizzle`,
    family: "row-swizzle",
    device: kernel.device,
    source: `Gale, Zaharia, Young, Elsen, SC 2020, §5.2; ${kernel.source}`,
    supports: (problem, device) => kernel.supports(problem, device),
    async plan(problem, device) {
      requireSupport(balanced, problem, device);
      const start = performance.now();
      const rowOrder = swizzleOf(problem);
      const swizzleSeconds = (performance.now() - start) / 1000;
      const plan = await kernel.plan({ ...problem, rowOrder }, device);
      return presentPlan(plan, {
        kernel: balanced.name,
        problem,
        inspectSeconds: plan.inspectSeconds + swizzleSeconds,
        describe: () => described(plan.describe(), swizzleSeconds),
      });
    },
  };
  return balanced;
}

function described({ summary, facts }: PlanDescription, swizzleSeconds: number): PlanDescription {
  return {
    summary: `${summary}; rows by decreasing length`,
    facts: { ...facts, rowOrder: "by decreasing length", swizzleSeconds },
  };
}
