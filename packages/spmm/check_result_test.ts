import { dense } from "@spmm/formats";
import assert from "node:assert/strict";
import { checkResult } from "./check_result.ts";
import { MismatchError } from "./errors.ts";
import type { Storage } from "./problem.ts";
import type { Expected } from "./reference.ts";
import { roundToStorage } from "./storage.ts";

/** A row of numbers wanted to within 1/8. */
function wanted(c: number[], storage: Storage = "f32"): Expected {
  const bound = new Float64Array(c.length).fill(0.125);
  return { rows: 1, cols: c.length, storage, c: Float64Array.from(c), bound };
}

function row(values: number[], storage: Storage = "f32") {
  return dense(1, values.length, roundToStorage(values, storage));
}

Deno.test("checkResult measures how close the worst element came to its bound", () => {
  const agreement = checkResult(row([1, 2.0625, 3]), wanted([1, 2, 3]));
  assert.deepEqual(agreement, { compared: 3, unbounded: 0, worst: 0.5 });
});

Deno.test("checkResult names the first element that is off, the worst, and their number", () => {
  const expected = { ...wanted([1, 2, 3, 4]), rows: 2, cols: 2 };
  const result = dense(2, 2, new Float32Array([1, 2.5, 9, 4.25]));
  assert.throws(() => checkResult(result, expected), {
    name: "MismatchError",
    message: "Cannot accept the result: 3 of 4 elements are off; " +
      "the first is row 0, column 1: wanted 2 within 0.125: received 2.5; " +
      "the worst is row 1, column 0: wanted 3 within 0.125: received 9",
  });
});

Deno.test("checkResult lets no NaN pass, and takes it for the worst", () => {
  assert.throws(
    () => checkResult(row([1, 99, NaN]), wanted([1, 2, 3])),
    /worst is row 0, column 2/,
  );
  assert.throws(() => checkResult(row([NaN], "f16"), wanted([1], "f16")), MismatchError);
});

Deno.test("checkResult asks nothing where the reference is not finite", () => {
  const expected = { ...wanted([NaN, Infinity, 3]), bound: Float64Array.of(Infinity, Infinity, 0) };
  assert.deepEqual(checkResult(row([1, NaN, 3]), expected), {
    compared: 1,
    unbounded: 2,
    worst: 0,
  });
});

Deno.test("checkResult lets an overflow pass only where the exact result overflows", () => {
  const halfUlp = { ...wanted([1e5, -65530], "f16"), bound: Float64Array.of(97, 64) };
  assert.equal(checkResult(row([Infinity, -Infinity], "f16"), halfUlp).compared, 2);
  assert.throws(() => checkResult(row([Infinity], "f16"), wanted([65000], "f16")), MismatchError);
  assert.throws(() => checkResult(row([-Infinity], "f16"), wanted([1e5], "f16")), MismatchError);
  assert.throws(() => checkResult(row([Infinity]), wanted([1e30])), MismatchError);
});

Deno.test("checkResult refuses another shape and another storage", () => {
  assert.throws(() => checkResult(dense(2, 1), wanted([0, 0])), /must be 1x2 in f32: received 2x1/);
  assert.throws(() => checkResult(row([0], "f16"), wanted([0])), /in f16/);
});
