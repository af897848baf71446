import { randomCsr } from "@spmm/formats";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Network, NetworkLayer } from "../network.ts";
import { checkInference } from "../reference_agreement.ts";
import { referenceInference } from "../reference_inference.ts";
import { pieces, randomNetwork } from "../reference_networks.ts";
import { planGpuNetwork } from "./plan_gpu_network.ts";

/** Networks with few values, in which some inputs die and others fill every neuron. */
const networks = fc.record({
  widths: fc.array(fc.integer({ min: 8, max: 80 }), { minLength: 3, maxLength: 6 }),
  density: fc.constantFrom(0.3, 1),
  alike: fc.integer({ min: 1, max: 19 }),
  activation: fc.constant({ kind: "clipped-relu", ceiling: 1.5 } as const),
  seed: fc.nat(2 ** 30),
  values: fc.constantFrom(1, 3, 250, 1000),
}).map(({ values, ...options }): Network => {
  const { name, layers } = randomNetwork({ ...options, bias: "negative", lastLinear: false });
  return { name, layers: layers.map((layer) => withFewValues(layer, values)) };
});

const cases = fc.record({
  network: networks,
  rows: fc.integer({ min: 1, max: 120 }),
  density: fc.constantFrom(0.02, 0.3, 1),
  seed: fc.nat(),
  strategies: fc.record({
    pruning: fc.boolean(),
    fusion: fc.boolean(),
    staging: fc.boolean(),
    reordering: fc.boolean(),
    codebook: fc.boolean(),
    deduplication: fc.boolean(),
    fixedPoints: fc.boolean(),
  }),
});

gpuTest("what exploits redundancy changes nothing in networks with and without it", async (gpu) => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(cases, async ({ network, rows, density, seed, strategies }) => {
      const inputs = randomCsr({ rows, cols: network.layers[0].weights.cols, density, seed });
      await using plan = await planGpuNetwork(network, gpu, { strategies });
      const actual = await plan.infer(pieces(inputs, [70]), { outputs: true });
      checkInference(actual, referenceInference(network, inputs));
      assert.ok(actual.edges.executed <= actual.edges.counted);
      for (const label of plan.labels) seen.add(label);
    }),
    { seed: 9, numRuns: 24, endOnFailure: true },
  );
  const strategies = ["fusion", "staging", "reordering", "codebook"];
  const wanted = ["pruning", ...strategies, "deduplication", "fixed points"];
  assert.deepEqual(wanted.filter((label) => !seen.has(label)), []);
});

/** The same supports, each neuron's weights and bias one of so many, one value being mostly large. */
function withFewValues({ weights, bias, ...layer }: NetworkLayer, values: number): NetworkLayer {
  const few = (x: number): number => Math.fround((Math.floor(x * values) + 1) / values * 3);
  return {
    ...layer,
    weights: { ...weights, values: weights.values.map((x) => few(Math.abs(x) / 1.2)) },
    bias: bias.map((b) => -few(-b) / 3),
  };
}
