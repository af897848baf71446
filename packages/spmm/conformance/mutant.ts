import type { Csr, Dense } from "@spmm/formats";
import { applyEpilogue, type Epilogue } from "../epilogue.ts";
import type { DenseMatrix, SpmmKernel, SpmmPlan } from "../kernel.ts";
import { extents, operand, type SpmmProblem } from "../problem.ts";
import { referenceKernel } from "../reference_kernel.ts";
import { hostZeros, roundToStorage } from "../storage.ts";

/** What a wrong kernel has before it once the right one has multiplied. */
export interface Product {
  readonly problem: SpmmProblem;
  readonly b: Dense;
  /** The right result, to be spoilt. */
  readonly c: Dense;
  /** What stood in C before. */
  readonly before: Dense;
  /** How many products the plan had made before this one. */
  readonly turn: number;
}

/** How a wrong kernel differs from the reference kernel. */
export interface Mutation {
  /** What it makes of the problem before it plans. */
  readonly problem?: (problem: SpmmProblem) => SpmmProblem;
  /** What it does to C, or to B, after it has multiplied. */
  readonly result?: (product: Product) => void;
}

/** The reference kernel, made wrong. */
export function mutant(mutation: Mutation): SpmmKernel {
  return {
    ...referenceKernel,
    name: "mutant",
    plan: async (problem, device) => {
      const inner = await referenceKernel.plan(problem, device);
      if (mutation.problem === undefined) return spoilt(inner, inner, mutation);
      return spoilt(await referenceKernel.plan(mutation.problem(problem), device), inner, mutation);
    },
  };
}

/** A plan that says of itself what the right one says, and multiplies as the wrong one does. */
function spoilt(wrong: SpmmPlan, right: SpmmPlan, mutation: Mutation): SpmmPlan {
  const { kernel, problem, device, bytes, inspectSeconds, flops } = right;
  let turn = 0;
  const multiply = async (b: DenseMatrix, given?: DenseMatrix): Promise<DenseMatrix> => {
    const { m, n } = extents(problem);
    const before = given?.location === "host"
      ? { ...given, data: given.data.slice() }
      : hostZeros(m, n, problem.storage ?? "f32");
    const c = await wrong.multiply(b, given);
    if (b.location === "host" && c.location === "host") {
      mutation.result?.({ problem, b, c, before, turn: turn++ });
    }
    return c;
  };
  return {
    ...{ kernel, problem, device, bytes, inspectSeconds, flops, multiply },
    describe: () => right.describe(),
    [Symbol.asyncDispose]: () => wrong[Symbol.asyncDispose](),
  };
}

/** Changes op(A), whichever way the problem reads A. */
export function withOperand(change: (a: Csr) => Csr): (problem: SpmmProblem) => SpmmProblem {
  return (problem) => ({ ...problem, a: change(operand(problem)), transpose: false });
}

/** Changes the epilogue, where there is one. */
export function withEpilogue(
  change: (epilogue: Epilogue) => Epilogue,
): (problem: SpmmProblem) => SpmmProblem {
  return ({ epilogue, ...problem }) =>
    epilogue === undefined ? problem : { ...problem, epilogue: change(epilogue) };
}

/** The entries that a rule lets stay. */
export function keep(a: Csr, stays: (row: number, at: number) => boolean): Csr {
  const rowOffsets = new Uint32Array(a.rows + 1);
  const kept: number[] = [];
  for (let row = 0; row < a.rows; row++) {
    for (let at = a.rowOffsets[row]; at < a.rowOffsets[row + 1]; at++) {
      if (stays(row, at)) kept.push(at);
    }
    rowOffsets[row + 1] = kept.length;
  }
  return {
    ...a,
    rowOffsets,
    colIndices: Uint32Array.from(kept, (at) => a.colIndices[at]),
    values: Float32Array.from(kept, (at) => a.values[at]),
  };
}

/** Non-zeros of a row. */
export function lengthOf(a: Csr, row: number): number {
  return a.rowOffsets[row + 1] - a.rowOffsets[row];
}

/** Puts back what stood in C before, where a rule says so. */
export function restore(
  { c, before }: Product,
  where: (row: number, col: number) => boolean,
): void {
  overwrite(c, (row, col, value) => where(row, col) ? before.data[row * c.cols + col] : value);
}

/** Makes each element of C anew from what it is. */
export function overwrite(
  c: Dense,
  element: (row: number, col: number, value: number) => number,
): void {
  c.data.forEach((value, at) => {
    c.data[at] = element(Math.floor(at / c.cols), at % c.cols, value);
  });
}

/** Multiplies again, last non-zero first, with sums that a rule of rounding holds. */
export function multiplyAgain({ problem, b, c }: Product, round: (sum: number) => number): void {
  const a = operand(problem);
  const values = roundToStorage(a.values, problem.storage ?? "f32");
  overwrite(c, (row, col) => {
    let sum = 0;
    for (let at = a.rowOffsets[row + 1] - 1; at >= a.rowOffsets[row]; at--) {
      sum = round(sum + values[at] * b.data[a.colIndices[at] * b.cols + col]);
    }
    return applyEpilogue(problem.epilogue, row, sum);
  });
}
