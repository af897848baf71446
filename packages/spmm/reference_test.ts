import { csrFromDense, dense, denseFromCsr, randomCsr, randomDense } from "@spmm/formats";
import fc from "fast-check";
import assert from "node:assert/strict";
import { applyEpilogue, type Epilogue } from "./epilogue.ts";
import { ShapeError } from "./errors.ts";
import { extents, type SpmmProblem } from "./problem.ts";
import { reference } from "./reference.ts";

const problems: fc.Arbitrary<SpmmProblem> = fc.record({
  rows: fc.nat(12),
  cols: fc.nat(12),
  n: fc.nat(9),
  seed: fc.nat(),
  transpose: fc.boolean(),
  storage: fc.constantFrom("f32" as const, "f16" as const),
  ceiling: fc.option(fc.constantFrom(0, 0.5, 32), { nil: undefined }),
}).map(({ rows, cols, n, seed, transpose, storage, ceiling }) => {
  const bias = Float32Array.from(randomDense(1, transpose ? cols : rows, seed).data);
  const epilogue: Epilogue = ceiling === undefined
    ? { bias }
    : { bias, activation: { kind: "clipped-relu", ceiling } };
  const a = randomCsr({ rows, cols, density: 0.4, seed });
  return { a, n, transpose, storage, epilogue };
});

Deno.test("reference is the textbook's triple loop over the dense matrix", () => {
  fc.assert(
    fc.property(problems, (problem) => {
      const { m, n, k } = extents(problem);
      const round = problem.storage === "f16" ? Math.f16round : Math.fround;
      const a = denseFromCsr(problem.a);
      const b = randomDense(k, n, 5);
      const expected = reference(problem, b);
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let l = 0; l < k; l++) {
            const left = problem.transpose ? a.data[l * m + i] : a.data[i * k + l];
            sum += round(left) * round(b.data[l * n + j]);
          }
          const wanted = applyEpilogue(problem.epilogue, i, sum);
          assert.ok(Math.abs(expected.c[i * n + j] - wanted) <= 1e-12);
        }
      }
    }),
    { seed: 1, numRuns: 100 },
  );
});

Deno.test("the bound counts the row's non-zeros, their magnitudes and the bias", () => {
  const a = csrFromDense(dense(2, 3, new Float32Array([1, -1, 0, 0, 0, 0])));
  const b = dense(3, 1, new Float32Array([3, 3, 7]));
  const { c, bound } = reference({ a, n: 1, epilogue: { bias: new Float32Array([-2, 8]) } }, b);
  assert.deepEqual([...c], [-2, 8]);
  assert.deepEqual([...bound], [(2 + 4) * (3 + 3 + 2) * 2 ** -23, (0 + 4) * 8 * 2 ** -23]);
});

Deno.test("the bound of f16 adds the rounding of C", () => {
  const a = csrFromDense(dense(1, 1, new Float32Array([2])));
  const { c, bound } = reference({ a, n: 1, storage: "f16" }, dense(1, 1, new Float32Array([3])));
  const summing = 5 * 6 * 2 ** -23;
  assert.deepEqual([...c], [6]);
  assert.equal(bound[0], summing + 2 ** -10 * (6 + summing) + 2 ** -24);
});

Deno.test("f16 storage rounds A and B before they are multiplied", () => {
  const a = csrFromDense(dense(1, 1, new Float32Array([1 / 3])));
  const { c } = reference({ a, n: 1, storage: "f16" }, dense(1, 1, new Float32Array([0.1])));
  assert.equal(c[0], Math.f16round(1 / 3) * Math.f16round(0.1));
});

Deno.test("an element that is not finite has no bound, its neighbours keep theirs", () => {
  const a = csrFromDense(dense(2, 2, new Float32Array([1, 0, 0, 1])));
  const { c, bound } = reference({ a, n: 1 }, dense(2, 1, new Float32Array([NaN, 2])));
  assert.deepEqual([...c], [NaN, 2]);
  assert.deepEqual([...bound].map(Number.isFinite), [false, true]);
});

Deno.test("reference refuses a B that does not fit op(A)", () => {
  const a = randomCsr({ rows: 2, cols: 3, density: 1, seed: 1 });
  assert.throws(() => reference({ a, n: 4 }, dense(2, 4)), ShapeError);
  assert.doesNotThrow(() => reference({ a, n: 4, transpose: true }, dense(2, 4)));
});
