import type { Csr, Dense } from "@spmm/formats";
import { checkOperands } from "./check_operands.ts";
import type { Device } from "./device.ts";
import { applyEpilogue } from "./epilogue.ts";
import { DisposedError, ShapeError } from "./errors.ts";
import type { DenseMatrix, PlanDescription, SpmmKernel, SpmmPlan, Support } from "./kernel.ts";
import { extents, flops, operand, type SpmmProblem } from "./problem.ts";
import { requireSupport } from "./require_support.ts";
import { hostZeros, roundToStorage } from "./storage.ts";

/**
 * The plainest kernel that honours every option: row by row, one f32 sum per element of C, in
 * TypeScript. It is there to be read, and for the conformance suite to be tested on; for speed take
 * any other.
 *
 * @example The product of a 2×3 and a 3×2 matrix
 * ```ts
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 3, new Float32Array([0, 2, 0, 1, 0, -1])));
 * await using plan = await referenceKernel.plan({ a, n: 2 }, hostDevice);
 * const c = await plan.multiply(dense(3, 2, new Float32Array([1, 2, 3, 4, 5, 6])));
 * assert.ok(c.location === "host");
 * assert.deepEqual([...c.data], [6, 8, -4, -4]);
 * ```
 */
export const referenceKernel: SpmmKernel = {
  name: "reference",
  family: "reference",
  device: "cpu",
  source: "Saad, Iterative Methods for Sparse Linear Systems, 2nd ed., SIAM 2003 §3.4",
  supports,
  plan: (problem, device) =>
    Promise.try(() => {
      requireSupport(referenceKernel, problem, device);
      return new ReferencePlan(problem, device);
    }),
};

function supports(_problem: SpmmProblem, device: Device): Support {
  if (device.kind === "cpu") return { ok: true };
  return { ok: false, reason: `it runs on a cpu, and ${device.name} is ${device.kind}` };
}

/** A row of A by a column of B, each product and each sum rounded to f32. */
function dotProduct(a: Csr, row: number, b: Dense, col: number): number {
  let sum = 0;
  for (let at = a.rowOffsets[row]; at < a.rowOffsets[row + 1]; at++) {
    const product = Math.fround(a.values[at] * b.data[a.colIndices[at] * b.cols + col]);
    sum = Math.fround(sum + product);
  }
  return sum;
}

class ReferencePlan implements SpmmPlan {
  readonly kernel = "reference";
  readonly bytes: number;
  readonly inspectSeconds: number;
  readonly flops: number;
  /** op(A), its values rounded to the storage; undefined once disposed of. */
  #a: Csr | undefined;

  constructor(readonly problem: SpmmProblem, readonly device: Device) {
    const start = performance.now();
    const a = operand(problem);
    const values = roundToStorage(a.values, problem.storage ?? "f32");
    this.#a = { ...a, values: new Float32Array(values) };
    this.bytes = this.#a.rowOffsets.byteLength + this.#a.colIndices.byteLength +
      this.#a.values.byteLength;
    this.flops = flops(problem);
    this.inspectSeconds = (performance.now() - start) / 1000;
  }

  describe(): PlanDescription {
    const { transpose = false, storage = "f32" } = this.problem;
    return {
      summary: `${this.kernel} on ${this.device.name}: row by row over CSR`,
      facts: { transpose, storage },
    };
  }

  multiply(b: DenseMatrix, c?: DenseMatrix): Promise<DenseMatrix> {
    return Promise.try(() => this.#multiply(b, c));
  }

  #multiply(b: DenseMatrix, given?: DenseMatrix): Dense {
    if (this.#a === undefined) {
      throw new DisposedError("Cannot multiply: the plan has been disposed of");
    }
    checkOperands(this, b, given);
    if (b.location === "device" || given?.location === "device") {
      throw new ShapeError(
        "Cannot multiply: B and C must be on the host: received device matrices",
      );
    }
    const { m, n } = extents(this.problem);
    const c = given ?? hostZeros(m, n, this.problem.storage ?? "f32");
    const order = this.problem.rowOrder ?? Uint32Array.from({ length: m }, (_, row) => row);
    for (const row of order) {
      for (let col = 0; col < n; col++) {
        const sum = dotProduct(this.#a, row, b, col);
        c.data[row * n + col] = Math.fround(applyEpilogue(this.problem.epilogue, row, sum));
      }
    }
    return c;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#a = undefined;
    return Promise.resolve();
  }
}
