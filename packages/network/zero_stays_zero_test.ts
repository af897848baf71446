import { csrFromDense, dense } from "@spmm/formats";
import type { Activation } from "@spmm/spmm";
import assert from "node:assert/strict";
import type { Network } from "./network.ts";
import { zeroStaysZeroFrom } from "./zero_stays_zero.ts";

const RELU = { kind: "relu" } as const;

Deno.test("under ReLUs, biases that are nowhere positive let even inputs be dropped", () => {
  assert.equal(
    zeroStaysZeroFrom(networkOf([-1, RELU], [0, { kind: "clipped-relu", ceiling: 3 }])),
    0,
  );
});

Deno.test("a positive bias stands in the way until its layer is done", () => {
  assert.equal(zeroStaysZeroFrom(networkOf([-1, RELU], [0.5, RELU], [-1, RELU])), 2);
  assert.equal(zeroStaysZeroFrom(networkOf([-1, RELU], [-1, RELU], [0.5, RELU])), 3);
});

Deno.test("without an activation any bias makes the dead live, and zero does not", () => {
  assert.equal(zeroStaysZeroFrom(networkOf([-1, undefined], [-1, RELU])), 1);
  assert.equal(zeroStaysZeroFrom(networkOf([0, undefined], [-1, RELU])), 0);
});

Deno.test("a ceiling of zero kills whatever the bias is, and NaN is no bias to build on", () => {
  assert.equal(zeroStaysZeroFrom(networkOf([9, { kind: "clipped-relu", ceiling: 0 }])), 0);
  assert.equal(zeroStaysZeroFrom(networkOf([NaN, RELU])), 1);
});

function networkOf(...layers: readonly (readonly [number, Activation | undefined])[]): Network {
  const weights = csrFromDense(dense(1, 1, new Float32Array([2])));
  return {
    name: "a chain",
    layers: layers.map(([b, activation]) => {
      const bias = new Float32Array([b]);
      return activation === undefined ? { weights, bias } : { weights, bias, activation };
    }),
  };
}
