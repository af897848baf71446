import { csrFromDense, dense, randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { NetworkLayer } from "./network.ts";
import { referenceInference } from "./reference_inference.ts";
import { saturatesFrom } from "./saturates_from.ts";

const CEILING = 1.5;

/** A layer of `width` neurons, each of which sums `weight` times its inputs, less a bias. */
function layer(weight: number, bias: number, width = 3, ceiling = CEILING): NetworkLayer {
  return {
    weights: csrFromDense(dense(width, width, new Float32Array(width * width).fill(weight))),
    bias: new Float32Array(width).fill(bias),
    activation: { kind: "clipped-relu", ceiling },
  };
}

Deno.test("layers that keep what is full count from after the last that does not", () => {
  const [keeps, loses] = [layer(1, -1), layer(0.25, -1)];
  const from = (...layers: NetworkLayer[]): number => saturatesFrom({ name: "some", layers });
  assert.equal(from(keeps, keeps, keeps), 1);
  assert.equal(from(loses, keeps, keeps), 1);
  assert.equal(from(keeps, loses, keeps, keeps), 2);
  assert.equal(from(keeps, keeps, loses), 3);
});

Deno.test("without a ceiling nothing is ever full", () => {
  const { weights, bias } = layer(1, 0);
  const relu: NetworkLayer = { weights, bias, activation: { kind: "relu" } };
  assert.equal(saturatesFrom({ name: "relu", layers: [relu, relu] }), 2);
  assert.equal(saturatesFrom({ name: "mixed", layers: [layer(1, 0), relu, layer(1, 0)] }), 3);
  assert.equal(saturatesFrom({ name: "linear", layers: [layer(1, 0), { weights, bias }] }), 2);
});

Deno.test("a sum that rounding may leave below the ceiling is not full", () => {
  const exactly = layer(1 / 3, 0);
  assert.equal(saturatesFrom({ name: "exactly", layers: [exactly, exactly] }), 2);
});

Deno.test("what is full when it may retire is full at the end", () => {
  const weights = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 8 }));
  fc.assert(
    fc.property(fc.array(weights, { minLength: 1, maxLength: 6 }), fc.nat(), (pairs, seed) => {
      const layers = pairs.map(([w, b]) => layer(w / 8, -b / 4));
      const from = saturatesFrom({ name: "random", layers });
      const inputs = randomCsr({ rows: 20, cols: 3, density: 0.8, seed });
      const early = referenceInference({ name: "early", layers: layers.slice(0, from) }, inputs);
      const late = referenceInference({ name: "late", layers }, inputs);
      for (let input = 0; input < inputs.rows; input++) {
        const isFull = ({ outputs }: typeof early): boolean =>
          outputs.subarray(3 * input, 3 * input + 3).every((x) => x === CEILING);
        assert.ok(!isFull(early) || isFull(late));
      }
    }),
    { seed: 3, numRuns: 150 },
  );
});
