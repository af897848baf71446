import assert from "node:assert/strict";
import fc from "fast-check";
import { SchedulerError } from "./errors.ts";
import { clipRanges, countInputs, cutRanges, missingRanges, shareOf } from "./ranges.ts";

const range = fc.tuple(fc.nat(60), fc.nat(60))
  .map(([a, b]) => ({ first: Math.min(a, b), end: Math.max(a, b) }));

function inputsOf(ranges: readonly { first: number; end: number }[]): number[] {
  return ranges.flatMap(({ first, end }) =>
    Array.from({ length: end - first }, (_, i) => first + i)
  );
}

Deno.test("what is missing and what is done make up all inputs, whatever the order", () => {
  fc.assert(
    fc.property(fc.nat(50), fc.array(range, { maxLength: 8 }), (inputs, done) => {
      const covered = new Set(inputsOf(done));
      const missing = inputsOf(missingRanges(inputs, done));
      const expected = Array.from({ length: inputs }, (_, i) => i).filter((i) => !covered.has(i));
      assert.deepEqual(missing, expected);
    }),
    { seed: 1, numRuns: 300 },
  );
});

Deno.test("ranges that are cut by sizes keep every input, in order", () => {
  const ranges = [{ first: 3, end: 10 }, { first: 20, end: 21 }, { first: 30, end: 34 }];
  const pieces = cutRanges(ranges, [0, 9, 1, 2]);
  assert.deepEqual(pieces[1], [{ first: 3, end: 10 }, { first: 20, end: 21 }, {
    first: 30,
    end: 31,
  }]);
  assert.deepEqual(inputsOf(pieces.flat()), inputsOf(ranges));
  assert.deepEqual(pieces.map(countInputs), [0, 9, 1, 2]);
});

Deno.test("ranges are clipped to what they have in common with a share", () => {
  const ranges = [{ first: 0, end: 5 }, { first: 8, end: 9 }];
  assert.deepEqual(clipRanges(ranges, { first: 4, end: 8 }), [{ first: 4, end: 5 }]);
});

Deno.test("shares of a job array follow one another and differ by one input at most", () => {
  for (const inputs of [0, 1, 7, 100]) {
    const shares = Array.from({ length: 9 }, (_, index) => shareOf(inputs, index, 9));
    assert.deepEqual(inputsOf(shares), Array.from({ length: inputs }, (_, i) => i));
    const sizes = shares.map(({ first, end }) => end - first);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
  }
});

Deno.test("a share that does not exist is refused", () => {
  for (const [index, count] of [[4, 4], [-1, 4], [0.5, 2], [0, 0]]) {
    assert.throws(() => shareOf(10, index, count), SchedulerError);
  }
});
