import assert from "node:assert/strict";
import fc from "fast-check";
import { SchedulerError } from "../errors.ts";
import { shareByWeights } from "./shares.ts";

Deno.test("shares add up and are within one input of their exact part", () => {
  const weights = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1 })
    .filter((all) => all.some((weight) => weight > 1e-6));
  fc.assert(
    fc.property(fc.nat(5000), weights, (inputs, all) => {
      const shares = shareByWeights(inputs, all);
      const total = all.reduce((sum, weight) => sum + weight, 0);
      assert.equal(shares.reduce((sum, share) => sum + share, 0), inputs);
      shares.forEach((share, worker) => {
        assert.ok(Math.abs(share - inputs * all[worker] / total) < 1 + 1e-6);
      });
    }),
    { seed: 2, numRuns: 300 },
  );
});

Deno.test("a worker without speed gets nothing", () => {
  assert.deepEqual(shareByWeights(5, [0, 2, 0]), [0, 5, 0]);
});

Deno.test("weights that are no numbers from 0, or all 0, are refused", () => {
  for (const weights of [[], [0, 0], [1, -1], [NaN], [Infinity, 1]]) {
    assert.throws(() => shareByWeights(5, weights), SchedulerError);
  }
});
