import assert from "node:assert/strict";
import { applyEpilogue } from "../epilogue.ts";
import { MismatchError } from "../errors.ts";
import { hostDevice } from "../host_device.ts";
import type { SpmmKernel } from "../kernel.ts";
import { operand } from "../problem.ts";
import { referenceKernel } from "../reference_kernel.ts";
import { roundToStorage } from "../storage.ts";
import { ConformanceError } from "./conformance_error.ts";
import { CONTRACT } from "./contract.ts";
import {
  keep,
  lengthOf,
  multiplyAgain,
  mutant,
  type Mutation,
  overwrite,
  restore,
  withEpilogue,
  withOperand,
} from "./mutant.ts";
import { type ConformanceReport, runConformance } from "./run_conformance.ts";

function judge(kernel: SpmmKernel): Promise<ConformanceReport> {
  return runConformance(kernel, hostDevice, { stopAtFirstFailure: true });
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "drops a non-zero in the middle": {
    problem: withOperand((a) => keep(a, (_, at) => at !== a.values.length >> 1)),
  },
  "drops the very last non-zero": {
    problem: withOperand((a) => keep(a, (_, at) => at !== a.values.length - 1)),
  },
  "drops the last non-zero of rows longer than 1024": {
    problem: withOperand((a) =>
      keep(a, (row, at) => at !== a.rowOffsets[row + 1] - 1 || lengthOf(a, row) <= 1024)
    ),
  },
  "drops the 32nd non-zero of a row that has exactly 32": {
    problem: withOperand((a) =>
      keep(a, (row, at) => lengthOf(a, row) !== 32 || at !== a.rowOffsets[row] + 31)
    ),
  },
  "takes the last non-zero of odd rows twice": {
    result: ({ problem, b, c }) => {
      const a = operand(problem);
      for (let row = 1; row < c.rows; row += 2) {
        if (lengthOf(a, row) === 0) continue;
        const at = a.rowOffsets[row + 1] - 1;
        for (let j = 0; j < c.cols; j++) {
          c.data[row * c.cols + j] += a.values[at] * b.data[a.colIndices[at] * c.cols + j];
        }
      }
    },
  },
  "takes a stored zero for the end of the row": {
    problem: withOperand((a) =>
      keep(a, (row, at) => !a.values.subarray(a.rowOffsets[row], at).includes(0))
    ),
  },
  "swaps two rows of C": {
    result: ({ c }) => {
      if (c.rows < 2) return;
      const first = c.data.slice(0, c.cols);
      c.data.copyWithin(0, c.cols, 2 * c.cols);
      c.data.set(first, c.cols);
    },
  },
  "reads columns off by one": {
    problem: withOperand((a) => ({
      ...a,
      colIndices: a.colIndices.map((col) => Math.min(col + 1, a.cols - 1)),
    })),
  },
  "cuts column indices to 10 bits": {
    problem: withOperand((a) => ({ ...a, colIndices: a.colIndices.map((col) => col & 1023) })),
  },
  "cuts row numbers to 12 bits": {
    result: (product) => restore(product, (row) => row >= 4096),
  },
  "adds to C instead of overwriting it": {
    result: ({ c, before }) => c.data.forEach((value, at) => c.data[at] = value + before.data[at]),
  },
  "adds to C from the second product on": {
    result: ({ c, before, turn }) => {
      if (turn > 0) c.data.forEach((value, at) => c.data[at] = value + before.data[at]);
    },
  },
  "leaves C as it was from the second product on": {
    result: (product) => restore(product, () => product.turn > 0),
  },
  "leaves empty rows of C unwritten": {
    result: (product) => {
      const a = operand(product.problem);
      restore(product, (row) => lengthOf(a, row) === 0);
    },
  },
  "leaves empty rows after the last non-zero unwritten": {
    result: (product) => {
      const a = operand(product.problem);
      restore(product, (row) => a.rowOffsets[row] === a.values.length);
    },
  },
  "leaves the last row of C unwritten": {
    result: (product) => restore(product, (row) => row === product.c.rows - 1),
  },
  "leaves the tail of n % 4 columns unwritten": {
    result: (product) => restore(product, (_, col) => col >= product.c.cols - product.c.cols % 4),
  },
  "leaves columns from 128 on unwritten": {
    result: (product) => restore(product, (_, col) => col >= 128),
  },
  "shifts the tail of n % 4 columns": {
    result: ({ c }) => {
      const tail = c.cols % 4;
      if (tail < 2) return;
      for (let end = c.cols; end <= c.data.length; end += c.cols) {
        c.data.copyWithin(end - tail, end - tail + 1, end);
      }
    },
  },
  "forgets the bias": { problem: withEpilogue(({ bias: _, ...rest }) => rest) },
  "forgets the bias of empty rows": {
    result: ({ problem, c }) => {
      const a = operand(problem);
      overwrite(c, (row, _, value) => lengthOf(a, row) === 0 ? 0 : value);
    },
  },
  "takes the bias of the next row": {
    problem: withEpilogue(({ bias, ...rest }) => ({
      ...rest,
      ...(bias === undefined ? {} : { bias: bias.map((_, row) => bias[(row + 1) % bias.length]) }),
    })),
  },
  "forgets the activation": { problem: withEpilogue(({ activation: _, ...rest }) => rest) },
  "forgets to clip": {
    problem: withEpilogue((epilogue) => ({
      ...epilogue,
      ...(epilogue.activation === undefined ? {} : { activation: { kind: "relu" as const } }),
    })),
  },
  "applies ReLU before the bias": {
    problem: ({ epilogue: _, ...problem }) => problem,
    result: ({ problem: { epilogue = {} }, c }) =>
      overwrite(c, (row, _, value) => {
        const { bias, ...activation } = epilogue;
        return applyEpilogue(activation, row, value) + (bias?.[row] ?? 0);
      }),
  },
  "ignores transpose where A is square": {
    problem: (problem) =>
      problem.a.rows === problem.a.cols ? { ...problem, transpose: false } : problem,
  },
  "takes rows in the wrong order when a row order is given": {
    result: ({ problem: { rowOrder }, c }) => {
      if (rowOrder === undefined) return;
      const right = c.data.slice();
      rowOrder.forEach((row, at) =>
        c.data.set(right.subarray(row * c.cols, (row + 1) * c.cols), at * c.cols)
      );
    },
  },
  "sums in f16": { result: (product) => multiplyAgain(product, Math.f16round) },
  "rounds A to f16 under f32 storage": {
    problem: (problem) => ({
      ...problem,
      a: { ...problem.a, values: Float32Array.from(roundToStorage(problem.a.values, "f16")) },
    }),
  },
  "differs in the last bit from run to run": {
    result: ({ c, turn }) => overwrite(c, (_, __, value) => value * (1 + turn * 2 ** -23)),
  },
  "gives NaN in one element": {
    result: ({ c }) => void c.data.fill(NaN, c.data.length - 1),
  },
  "writes to B": { result: ({ b }) => void b.data.fill(0, 0, 1) },
};

for (const [what, mutation] of Object.entries(MUTATIONS)) {
  Deno.test(`the conformance suite catches a kernel that ${what}`, async () => {
    const report = await judge(mutant(mutation));
    assert.ok(report.failures.length > 0, "the wrong kernel passed");
    const [{ error, name }] = report.failures;
    assert.ok(error instanceof MismatchError || error instanceof ConformanceError, `${error}`);
    assert.ok(!CONTRACT.some((promise) => promise.name === name), "no product showed it");
  });
}

Deno.test("the conformance suite accepts the kernel that all the wrong ones are made of", async () => {
  assert.deepEqual((await judge(mutant({}))).failures, []);
});

Deno.test("the conformance suite accepts sums in another order and with fused multiply-adds", async () => {
  assert.deepEqual(
    (await judge(mutant({ result: (product) => multiplyAgain(product, Math.fround) }))).failures,
    [],
  );
});

Deno.test("the conformance suite rejects a kernel that says no to everything", async () => {
  const kernel: SpmmKernel = {
    ...referenceKernel,
    supports: () => ({ ok: false, reason: "not today" }),
    plan: (problem) => referenceKernel.plan(problem, { ...hostDevice, kind: "cuda" }),
  };
  const report = await judge(kernel);
  assert.equal(report.cases, 0);
  assert.match(String(report.failures[0].error), /some case/);
});
