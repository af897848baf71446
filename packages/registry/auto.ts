import {
  type DeviceKind,
  presentPlan,
  requireSupport,
  type SpmmKernel,
  type SpmmPlan,
} from "@spmm/spmm";
import { type Choice, chooseKernel, someSupport } from "./choose_kernel.ts";

/**
 * Chooses a kernel for each problem on a GPU, by {@linkcode chooseKernel}. Its plans are those of the
 * chosen kernel: `plan.kernel` names it and `describe()` tells why.
 *
 * @example Where there is a GPU
 * ```ts
 * import { auto } from "@spmm/registry";
 * import { randomCsr } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   await using plan = await auto.plan({ a, n: 32 }, gpu);
 *   assert.notEqual(plan.kernel, "auto");
 *   assert.match(plan.describe().summary, /chosen/);
 * }
 * ```
 */
export const auto: SpmmKernel = chooser("auto", "webgpu");

/** As {@linkcode auto}, on the CPU. */
export const autoCpu: SpmmKernel = chooser("auto-cpu", "cpu");

function chooser(name: string, device: DeviceKind): SpmmKernel {
  const kernel: SpmmKernel = {
    name,
    family: "auto",
    device,
    source: "the rule of @spmm/registry",
    supports: (problem, given) => someSupport(device, problem, given),
    async plan(problem, given) {
      const start = performance.now();
      requireSupport(kernel, problem, given);
      const choice = chooseKernel(problem, given);
      const choosingSeconds = (performance.now() - start) / 1000;
      const plan = await choice.kernel.plan(problem, given);
      return withReasons(plan, choice, choosingSeconds);
    },
  };
  return kernel;
}

function withReasons(plan: SpmmPlan, choice: Choice, choosingSeconds: number): SpmmPlan {
  return presentPlan(plan, {
    inspectSeconds: plan.inspectSeconds + choosingSeconds,
    describe() {
      const { summary, facts } = plan.describe();
      const because = choice.reasons.join("; ");
      return {
        summary: `${summary}; ${plan.kernel} was chosen because ${because}`,
        facts: { ...facts, chosen: plan.kernel, because },
      };
    },
  });
}
