import { dense } from "@spmm/formats";
import assert from "node:assert/strict";
import { survivorFault, survivorsOf } from "./survivors.ts";

Deno.test("an input survives if any neuron of its column is not zero, NaN included", () => {
  const features = dense(2, 5, new Float32Array([0, 1, 0, 0, NaN, 0, 0, 0, -2, 0]));
  assert.deepEqual(survivorsOf(features), [1, 3, 4]);
});

Deno.test("survivors that are missing and such that are not official are both named", () => {
  assert.equal(survivorFault([1, 5], [1, 5]), undefined);
  assert.equal(
    survivorFault([1, 7], [1, 5]),
    "found 2 survivors, official are 2: missing 5, not official 7",
  );
  assert.match(survivorFault([], [1, 2, 3, 4, 5, 6, 7]) ?? "", /missing 1, 2, 3, 4, 5 and 2 more/);
});
