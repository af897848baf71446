import type { Device } from "./device.ts";
import { UnsupportedError } from "./errors.ts";
import type { SpmmKernel } from "./kernel.ts";
import { checkProblem, type SpmmProblem } from "./problem.ts";

/**
 * Lets only problems through that a kernel can plan; the first line of every `plan`.
 *
 * @param kernel The kernel asked to plan.
 * @param problem The problem to be planned.
 * @param device The device to plan it for.
 * @throws {ShapeError} If the parts of the problem do not fit together.
 * @throws {UnsupportedError} If the kernel's `supports` says no; the message carries its reason.
 *
 * @example A device that the kernel does not run on
 * ```ts
 * import { hostDevice, referenceKernel, requireSupport, UnsupportedError } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const problem = { a: csrFromDense(dense(1, 1, new Float32Array([2]))), n: 1 };
 * requireSupport(referenceKernel, problem, hostDevice);
 * const gpu = { ...hostDevice, kind: "webgpu" as const };
 * assert.throws(() => requireSupport(referenceKernel, problem, gpu), UnsupportedError);
 * ```
 */
export function requireSupport(kernel: SpmmKernel, problem: SpmmProblem, device: Device): void {
  checkProblem(problem);
  const support = kernel.supports(problem, device);
  if (!support.ok) {
    throw new UnsupportedError(
      `Cannot plan SpMM with ${kernel.name} on ${device.name}: ${support.reason}`,
    );
  }
}
