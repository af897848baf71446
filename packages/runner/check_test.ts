import { type Dense, dense, randomCsr, randomDense } from "@spmm/formats";
import { hostDevice, MismatchError, referenceKernel, type SpmmProblem } from "@spmm/spmm";
import fc from "fast-check";
import assert from "node:assert/strict";
import { CheckedResult, expectation } from "./check.ts";

/** So little that only a few rows are compared and the projection has to see the others. */
const LITTLE_WORK = 400;

async function product(problem: SpmmProblem, b: Dense): Promise<Dense> {
  await using plan = await referenceKernel.plan(problem, hostDevice);
  const c = await plan.multiply(b);
  assert.ok(c.location === "host");
  return c;
}

Deno.test("a right result passes, be it compared whole or by some rows and a projection", async () => {
  const shapes = fc.record({
    rows: fc.integer({ min: 1, max: 40 }),
    cols: fc.integer({ min: 1, max: 40 }),
    n: fc.integer({ min: 1, max: 20 }),
    density: fc.double({ min: 0, max: 1, noNaN: true }),
    transpose: fc.boolean(),
    storage: fc.constantFrom("f32" as const, "f16" as const),
    biased: fc.boolean(),
    seed: fc.nat(1000),
  });
  const property = fc.asyncProperty(shapes, async ({ biased, ...shape }) => {
    const { rows, cols, n, transpose, storage, seed } = shape;
    const m = transpose ? cols : rows;
    const bias = new Float32Array(randomDense(m, 1, seed + 2).data);
    const problem: SpmmProblem = {
      a: randomCsr(shape),
      n,
      transpose,
      storage,
      ...(biased && { epilogue: { bias } }),
    };
    const { data } = randomDense(transpose ? rows : cols, n, seed + 1);
    const b = dense(
      transpose ? rows : cols,
      n,
      storage === "f16" ? new Float16Array(data) : data,
    );
    const c = await product(problem, b);
    for (const work of [Infinity, LITTLE_WORK]) {
      assert.ok(CheckedResult.of(c, expectation(problem, b, work)).passed);
    }
  });
  await fc.assert(property, { seed: 3, numRuns: 150 });
});

const PROBLEM: SpmmProblem = {
  a: randomCsr({ rows: 60, cols: 50, density: 0.2, seed: 1 }),
  n: 24,
};
const B = randomDense(50, 24, 2);

const DAMAGE: Readonly<Record<string, (c: Dense) => void>> = {
  "one element off by a thousandth": ({ data }) => data[31 * 24 + 7] *= 1.001,
  "two rows swapped": ({ data, cols }) => {
    const row = data.slice(12 * cols, 13 * cols);
    data.copyWithin(12 * cols, 41 * cols, 42 * cols);
    data.set(row, 41 * cols);
  },
  "an element never written": ({ data }) => data[44 * 24 + 23] = NaN,
  "the last row left out": ({ data, cols }) => data.fill(0, 59 * cols),
};

for (const [damage, inflict] of Object.entries(DAMAGE)) {
  for (const [how, work] of [["whole", Infinity], ["by projection", LITTLE_WORK]] as const) {
    Deno.test(`${damage} is found when compared ${how}`, async () => {
      const c = await product(PROBLEM, B);
      const expected = expectation(PROBLEM, B, work);
      CheckedResult.of(c, expected);
      inflict(c);
      assert.throws(() => CheckedResult.of(c, expected), MismatchError);
    });
  }
}

Deno.test("of a large product some rows are compared, the longest among them, and all are projected", () => {
  const rowLengths = new Uint32Array(200).fill(3);
  rowLengths[77] = 40;
  const a = randomCsr({ rows: 200, cols: 50, rowLengths, seed: 1 });
  const { rows, projection } = expectation({ a, n: 8 }, randomDense(50, 8, 2), 800);
  assert.ok(rows.length < 60 && rows.includes(77) && rows.includes(0) && rows.includes(199));
  assert.ok(projection);
});

Deno.test("an activation is not linear, so nothing is projected", () => {
  const epilogue = { activation: { kind: "relu" } } as const;
  assert.equal(expectation({ ...PROBLEM, epilogue }, B, LITTLE_WORK).projection, undefined);
});

Deno.test("a result of another shape is refused", () => {
  const expected = expectation(PROBLEM, B);
  assert.throws(() => CheckedResult.of(dense(59, 24), expected), MismatchError);
  assert.throws(() => CheckedResult.of(dense(60, 23), expected), MismatchError);
});
