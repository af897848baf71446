import { randomCsr } from "@spmm/formats";
import type { GpuLimits } from "@spmm/webgpu";
import { LARGE_LIMITS, LEAST_LIMITS } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Network } from "../network.ts";
import { deepNetwork, randomNetwork } from "../reference_networks.ts";
import { designStages, type NetworkDesign, type StageWishes } from "./design_stages.ts";
import { COMBINATIONS } from "./gpu_test_networks.ts";
import { bytesOfArrays, fusedRoom } from "./stage_design.ts";

const ALL = { fusion: true, staging: true, reordering: true, codebook: false };
const MANY_BUFFERS = { ...LARGE_LIMITS, maxStorageBuffersPerShaderStage: 16 };

function design(
  network: Network,
  limits: GpuLimits,
  strategies: Partial<StageWishes["strategies"]>,
  mostBytes = Infinity,
): NetworkDesign {
  return designStages(network, limits, {
    strategies: { ...ALL, ...strategies },
    pruneFrom: 0,
    inputs: 60_000,
    mostBytes,
  });
}

const networks = fc.record({
  widths: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 2, maxLength: 12 }),
  density: fc.constantFrom(0, 0.1, 0.5),
  alike: fc.integer({ min: 1, max: 19 }),
  bias: fc.constant("mixed" as const),
  activation: fc.constant({ kind: "relu" } as const),
  lastLinear: fc.boolean(),
  seed: fc.nat(2 ** 30),
}).map(randomNetwork);

Deno.test("stages follow one another over all layers and connections, with any strategies", () => {
  fc.assert(
    fc.property(
      networks,
      fc.constantFrom(...COMBINATIONS),
      fc.constantFrom(MANY_BUFFERS, LARGE_LIMITS, LEAST_LIMITS),
      ({ name, layers }, { fusion = true, staging = true, reordering = true }, limits) => {
        const strategies = { fusion, staging, reordering };
        const { stages, featureRows } = design({ name, layers }, limits, strategies);
        let layer = 0;
        for (const { firstLayer, endLayer, edges, strategies: used } of stages) {
          assert.equal(firstLayer, layer);
          const inside = layers.slice(firstLayer, endLayer);
          const connections = inside.map(({ weights }) => weights.values.length);
          assert.equal(edges, connections.reduce((sum, count) => sum + count, 0));
          assert.ok(fusion || !used.includes("fusion"));
          assert.ok(staging || !used.includes("staging"));
          assert.ok(reordering || !used.includes("reordering"));
          layer = endLayer;
        }
        assert.equal(layer, layers.length);
        for (const { outputRows } of stages) assert.ok(outputRows <= featureRows);
        assert.ok(featureRows >= layers[0].weights.cols);
      },
    ),
    { seed: 1, numRuns: 100 },
  );
});

Deno.test("every output of the network has a place of its own", () => {
  fc.assert(
    fc.property(networks, fc.boolean(), (network, reordering) => {
      const { outputPlace } = design(network, LARGE_LIMITS, { reordering });
      assert.deepEqual([...outputPlace].sort((a, b) => a - b), [...outputPlace.keys()]);
    }),
    { seed: 2, numRuns: 50 },
  );
});

Deno.test("a smaller workgroup memory holds fewer inputs, then no layer", () => {
  const network = deepNetwork("negative");
  const slots = [49_152, 2048, 1024].map((maxComputeWorkgroupStorageSize) => {
    const limits = { ...LARGE_LIMITS, maxComputeWorkgroupStorageSize };
    const { stages } = design(network, limits, { staging: false, reordering: false });
    const fused = stages.filter(({ strategies }) => strategies.includes("fusion"));
    return fused.length === 0 ? 0 : fused[0].dispatch.slots;
  });
  assert.deepEqual(slots, [8, 4, 0]);
  assert.equal(fusedRoom(LEAST_LIMITS).rows(8), Math.floor((16_384 - 64) / 32));
  assert.equal(fusedRoom(LEAST_LIMITS).outputs(1), 1024);
});

Deno.test("staging needs the buffers for it, and inputs that several outputs share", () => {
  const wide = (density: number): Network => {
    const weights = randomCsr({ rows: 256, cols: 5000, density, seed: 1 });
    return { name: "wide", layers: [{ weights, bias: new Float32Array(256) }] };
  };
  const staged = (network: Network, limits: GpuLimits): boolean =>
    design(network, limits, {}).stages.some(({ strategies }) => strategies.includes("staging"));
  assert.equal(staged(wide(0.05), MANY_BUFFERS), true);
  assert.equal(staged(wide(0.05), LARGE_LIMITS), false);
  assert.equal(staged(wide(0.002), MANY_BUFFERS), false);
});

Deno.test("fused stages stay within the bytes for weights where rows have unequal lengths", () => {
  const layers = Array.from({ length: 12 }, (_, seed) => {
    const rowLengths = Array.from({ length: 96 }, (_, row) => row % 32 === 0 ? 90 : 1);
    const weights = randomCsr({ rows: 96, cols: 96, rowLengths, seed });
    return { weights, bias: new Float32Array(96) };
  });
  const network = { name: "uneven", layers };
  const most = 100_000;
  const { stages } = design(network, LARGE_LIMITS, { staging: false, reordering: false }, most);
  assert.ok(stages.some(({ strategies }) => strategies.includes("fusion")));
  for (const { arrays } of stages) assert.ok(bytesOfArrays(arrays) <= most);
  const tight = design(network, LARGE_LIMITS, { staging: false, reordering: false }, 20_000);
  assert.equal(tight.stages.length, 12);
  for (const { arrays } of tight.stages) assert.ok(bytesOfArrays(arrays) <= 20_000);
});
