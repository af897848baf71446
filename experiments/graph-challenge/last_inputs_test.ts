import { csrFromDense, dense } from "@spmm/formats";
import assert from "node:assert/strict";
import { lastInputs } from "./last_inputs.ts";

const WHOLE = {
  neurons: 2,
  layers: [],
  inputs: csrFromDense(dense(4, 2, new Float32Array([1, 0, 0, 1, 1, 1, 0, 1]))),
  bias: -0.3,
  ceiling: 32,
  survivors: new Uint32Array([0, 2, 3]),
};

Deno.test("the last inputs keep those of the survivors that are among them", () => {
  const { network, features } = lastInputs(WHOLE, 2);
  assert.deepEqual([...network.survivors], [0, 1]);
  assert.deepEqual(features, dense(2, 2, new Float32Array([1, 0, 1, 1])));
});

Deno.test("all inputs, or more than there are, are all of them", () => {
  assert.deepEqual(lastInputs(WHOLE, 9), lastInputs(WHOLE, 4));
  assert.deepEqual([...lastInputs(WHOLE, 9).network.survivors], [0, 2, 3]);
});
