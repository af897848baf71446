import { ShapeError } from "./errors.ts";
import type { DenseMatrix, SpmmPlan } from "./kernel.ts";
import { extents } from "./problem.ts";
import { storageOf } from "./storage.ts";

/**
 * Checks what is handed to {@linkcode SpmmPlan.multiply}; every plan calls it first, so that a wrong
 * operand never leaves a half-written C.
 *
 * @param plan The plan that multiplies, or the parts of it that matter.
 * @param b Must be k×n in the problem's storage, on the host or on the plan's device.
 * @param c Where given, must be m×n, of the same storage and in the same place as b, and not b.
 * @throws {ShapeError} If an operand has another shape, storage or place.
 *
 * @example B with a row too few
 * ```ts
 * import { checkOperands, hostDevice, ShapeError } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(1, 3, new Float32Array([0, 0, 7])));
 * const plan = { problem: { a, n: 4 }, device: hostDevice };
 * checkOperands(plan, dense(3, 4));
 * assert.throws(() => checkOperands(plan, dense(2, 4)), ShapeError);
 * ```
 */
export function checkOperands(
  plan: Pick<SpmmPlan, "problem" | "device">,
  b: DenseMatrix,
  c?: DenseMatrix,
): void {
  const { m, n, k } = extents(plan.problem);
  checkMatrix(plan, "B", b, k, n);
  if (c === undefined) return;
  checkMatrix(plan, "C", c, m, n);
  if (c.location !== b.location) {
    throw new ShapeError(
      `Cannot multiply: C must be where B is, on the ${b.location}: received C on the ${c.location}`,
    );
  }
  if (sharesMemory(b, c)) {
    throw new ShapeError("Cannot multiply: C must be another matrix than B: received B as C");
  }
}

function checkMatrix(
  plan: Pick<SpmmPlan, "problem" | "device">,
  name: string,
  matrix: DenseMatrix,
  rows: number,
  cols: number,
): void {
  const storage = plan.problem.storage ?? "f32";
  const elements = matrix.location === "host" ? matrix.data.length : rows * cols;
  if (matrix.rows !== rows || matrix.cols !== cols || elements !== rows * cols) {
    throw new ShapeError(
      `Cannot multiply: ${name} must be ${rows}x${cols}: received ${matrix.rows}x${matrix.cols}`,
    );
  }
  if (storageOf(matrix) !== storage) {
    throw new ShapeError(
      `Cannot multiply: ${name} must be stored as ${storage}: received ${storageOf(matrix)}`,
    );
  }
  if (matrix.location === "device" && matrix.device !== plan.device) {
    throw new ShapeError(
      `Cannot multiply: ${name} must be on the plan's device, ${plan.device.name}: received a matrix on another, ${matrix.device.name}`,
    );
  }
}

function sharesMemory(b: DenseMatrix, c: DenseMatrix): boolean {
  if (b.location === "host" && c.location === "host") {
    return b.data === c.data && b.data.length > 0;
  }
  return b === c;
}
