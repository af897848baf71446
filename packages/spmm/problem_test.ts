import { randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import { ShapeError } from "./errors.ts";
import { checkProblem, extents } from "./problem.ts";

const a = randomCsr({ rows: 3, cols: 5, density: 0.5, seed: 1 });

Deno.test("extents follow op(A)", () => {
  assert.deepEqual(extents({ a, n: 7 }), { m: 3, n: 7, k: 5 });
  assert.deepEqual(extents({ a, n: 7, transpose: true }), { m: 5, n: 7, k: 3 });
});

Deno.test("checkProblem takes the parts that fit op(A)", () => {
  checkProblem({ a, n: 0 });
  checkProblem({ a, n: 7, transpose: true, epilogue: { bias: new Float32Array(5) } });
  checkProblem({ a, n: 7, rowOrder: Uint32Array.of(2, 0, 1) });
});

Deno.test("checkProblem refuses an n that counts nothing", () => {
  for (const n of [-1, 0.5, NaN, Infinity]) {
    assert.throws(() => checkProblem({ a, n }), ShapeError);
  }
});

Deno.test("checkProblem refuses a ceiling below zero", () => {
  for (const ceiling of [-1, NaN]) {
    const activation = { kind: "clipped-relu" as const, ceiling };
    assert.throws(() => checkProblem({ a, n: 1, epilogue: { activation } }), ShapeError);
  }
});

Deno.test("checkProblem refuses a row order that is no permutation of C's rows", () => {
  for (const rowOrder of [[0, 1], [0, 1, 1], [0, 1, 3], [0, 1, 2, 0]]) {
    const problem = { a, n: 1, rowOrder: Uint32Array.from(rowOrder) };
    assert.throws(() => checkProblem(problem), ShapeError);
  }
});
