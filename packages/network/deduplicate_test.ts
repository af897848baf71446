import { type Csr, randomCsr } from "@spmm/formats";
import assert from "node:assert/strict";
import fc from "fast-check";
import { deduplicate } from "./deduplicate.ts";
import { checkNetwork, type Network, type NetworkLayer } from "./network.ts";
import { referenceInference } from "./reference_inference.ts";
import { randomNetwork } from "./reference_networks.ts";

/** Networks in which weights are small whole numbers, so that folding rounds nothing. */
const networks = fc.record({
  widths: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 6 }),
  density: fc.constantFrom(0.05, 0.3, 1),
  alike: fc.integer({ min: 1, max: 19 }),
  bias: fc.constant("negative" as const),
  activation: fc.constant({ kind: "clipped-relu", ceiling: 5 } as const),
  lastLinear: fc.boolean(),
  seed: fc.nat(2 ** 30),
  values: fc.integer({ min: 1, max: 3 }),
}).map(({ values, ...options }): Network => {
  const { name, layers } = randomNetwork(options);
  return { name, layers: layers.map((layer) => inWholeNumbers(layer, values)) };
});

Deno.test("without its duplicates a network makes the same of every input", () => {
  let removed = 0;
  fc.assert(
    fc.property(networks, fc.nat(), (original, seed) => {
      const small = deduplicate(original);
      removed += small.removed;
      checkNetwork(small.network);
      const before = original.layers.reduce((sum, { bias }) => sum + bias.length, 0);
      const after = small.network.layers.reduce((sum, { bias }) => sum + bias.length, 0);
      assert.equal(before - after, small.removed);
      const cols = original.layers[0].weights.cols;
      const inputs = wholeNumbers(randomCsr({ rows: 20, cols, density: 0.4, seed }), 3);
      const expected = referenceInference(original, inputs);
      const found = referenceInference(small.network, inputs);
      assert.deepEqual(found.survivors, expected.survivors);
      for (let input = 0; input < inputs.rows; input++) {
        small.outputs.forEach((output, neuron) => {
          const wanted = expected.outputs[input * expected.neurons + neuron];
          assert.equal(found.outputs[input * found.neurons + output], wanted);
        });
      }
    }),
    { seed: 1, numRuns: 150 },
  );
  assert.ok(removed > 1000, `${removed} neurons removed`);
});

Deno.test("no two neurons of what is left are alike", () => {
  fc.assert(
    fc.property(networks, (original) => {
      const again = deduplicate(deduplicate(original).network);
      assert.equal(again.removed, 0);
    }),
    { seed: 2, numRuns: 50 },
  );
});

function inWholeNumbers({ weights, bias, ...layer }: NetworkLayer, values: number): NetworkLayer {
  return {
    ...layer,
    weights: wholeNumbers(weights, values),
    bias: bias.map((b) => Math.floor(b * 2)),
  };
}

function wholeNumbers(a: Csr, values: number): Csr {
  return { ...a, values: a.values.map((x) => Math.ceil(Math.abs(x) * values) || 1) };
}
