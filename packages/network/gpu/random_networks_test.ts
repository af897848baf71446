import { randomCsr } from "@spmm/formats";
import type { GpuDevice } from "@spmm/webgpu";
import { gpuTest, LEAST_LIMITS } from "@spmm/webgpu/conformance";
import fc from "fast-check";
import type { Network } from "../network.ts";
import { checkInference } from "../reference_agreement.ts";
import { referenceInference } from "../reference_inference.ts";
import { pieces, randomNetwork } from "../reference_networks.ts";
import { COMBINATIONS } from "./gpu_test_networks.ts";
import { planGpuNetwork } from "./plan_gpu_network.ts";

const shapes = {
  alike: fc.integer({ min: 1, max: 19 }),
  bias: fc.constantFrom("negative", "zero", "positive", "mixed"),
  activation: fc.constantFrom(
    { kind: "relu" },
    { kind: "clipped-relu", ceiling: 1.1 },
    { kind: "clipped-relu", ceiling: 0 },
  ),
  lastLinear: fc.boolean(),
  seed: fc.nat(2 ** 30),
};

const small = fc.record({
  ...shapes,
  widths: fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 2, maxLength: 6 }),
  density: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 0.6, noNaN: true })),
}).map(randomNetwork);

const large = fc.record({
  ...shapes,
  widths: fc.array(fc.integer({ min: 100, max: 300 }), { minLength: 2, maxLength: 4 }),
  density: fc.constantFrom(0.03, 0.1),
}).map(randomNetwork);

const inputs = {
  rows: fc.integer({ min: 0, max: 150 }),
  density: fc.constantFrom(0, 0.02, 0.3, 1),
  seed: fc.nat(),
  strategies: fc.constantFrom(...COMBINATIONS),
  chunks: fc.array(fc.integer({ min: 31, max: 150 }), { minLength: 1, maxLength: 3 }),
  chunk: fc.constantFrom(undefined, 49, 64),
};

/** Each network has programs of its own, and compiling them is what takes the time. */
async function checkNetworks(
  gpu: GpuDevice,
  network: fc.Arbitrary<Network>,
  seed: number,
  numRuns: number,
): Promise<void> {
  const cases = fc.record({ ...inputs, network });
  await fc.assert(
    fc.asyncProperty(cases, async ({ network, rows, density, seed, strategies, ...sizes }) => {
      const inputs = randomCsr({ rows, cols: network.layers[0].weights.cols, density, seed });
      const chunk = sizes.chunk === undefined ? {} : { chunk: sizes.chunk };
      await using plan = await planGpuNetwork(network, gpu, { strategies, ...chunk });
      const actual = await plan.infer(pieces(inputs, sizes.chunks), { outputs: true });
      checkInference(actual, referenceInference(network, inputs));
    }),
    { seed, numRuns, endOnFailure: true },
  );
}

gpuTest("random networks of every shape agree with f64", async (gpu) => {
  await checkNetworks(gpu, small, 7, 60);
});

gpuTest("and on the smallest device that WebGPU allows", async (gpu) => {
  await checkNetworks(gpu, small, 8, 25);
}, { limits: LEAST_LIMITS });

/** Workgroups for which 128 rows of 8 inputs are too much, 256 of 4 too, and bindings to be split. */
const CRAMPED = {
  maxComputeWorkgroupStorageSize: 4096,
  maxComputeInvocationsPerWorkgroup: 64,
  maxComputeWorkgroupSizeX: 64,
  maxStorageBufferBindingSize: 65_536,
  maxComputeWorkgroupsPerDimension: 100,
};

gpuTest(
  "and in workgroups that hold few features, through bindings that hold few inputs",
  async (gpu) => {
    await checkNetworks(gpu, large, 9, 20);
  },
  { limits: CRAMPED },
);
