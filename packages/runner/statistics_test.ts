import fc from "fast-check";
import assert from "node:assert/strict";
import { geometricMean, median, quantile, summarize } from "./statistics.ts";

const samples = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1 });

Deno.test("the order of samples does not matter, and quantiles never fall", () => {
  fc.assert(
    fc.property(samples, fc.nat(), (values, seed) => {
      const shuffled = values.toSorted((a, b) => (a * seed) % 7 - (b * seed) % 7);
      assert.equal(median(shuffled), median(values));
      const quantiles = [0, 0.25, 0.5, 0.75, 1].map((share) => quantile(values, share));
      assert.deepEqual(quantiles, quantiles.toSorted((a, b) => a - b));
    }),
    { seed: 5 },
  );
});

Deno.test("one wild sample moves neither median nor spread far", () => {
  const { median, spread, least } = summarize([10, 11, 12, 13, 9000]);
  assert.deepEqual([median, spread, least], [12, 1, 10]);
});

Deno.test("the geometric mean lies between the least and the largest", () => {
  fc.assert(
    fc.property(samples, (values) => {
      const mean = geometricMean(values);
      assert.ok(
        mean >= Math.min(...values) * (1 - 1e-9) && mean <= Math.max(...values) * (1 + 1e-9),
      );
    }),
    { seed: 6 },
  );
});

Deno.test("of no samples nothing is known", () => {
  assert.ok(Number.isNaN(median([])) && Number.isNaN(geometricMean([])));
});
