import { dataRoot, denseFeatures, type GraphChallenge, loadGraphChallenge } from "@spmm/datasets";
import { type Dense, sliceRows } from "@spmm/formats";
import { kernels } from "@spmm/registry";
import { fetchMatrix } from "@spmm/runner";
import type { Device, SpmmKernel } from "@spmm/spmm";
import { openCpu } from "@spmm/wasm";
import { openGpu } from "@spmm/webgpu";
import { gpuTest } from "@spmm/webgpu/conformance";
import assert from "node:assert/strict";
import { survivorFault } from "./survivors.ts";

const root = dataRoot();
const suffix = root === undefined ? " (skipped: the official network is not at hand)" : "";

/** The truth is the same from this layer on. */
const LAYERS = 30;
/** Of the last inputs more survive than of the first. */
const INPUTS = 40;

Deno.test(`layer by layer every kernel of the CPU finds the official survivors${suffix}`, {
  ignore: root === undefined,
}, async () => {
  await using cpu = await openCpu();
  await everyKernel(cpu);
});

gpuTest(`layer by layer every kernel of a GPU finds the official survivors${suffix}`, async () => {
  if (root === undefined) return;
  await using gpu = await openGpu();
  await everyKernel(gpu);
});

async function everyKernel(device: Device): Promise<void> {
  const network = await loadGraphChallenge(root ?? "", { layers: LAYERS });
  const { rows } = network.inputs;
  const inputs = denseFeatures(sliceRows(network.inputs, rows - INPUTS, rows));
  const official = network.survivors.filter((input) => input >= rows - INPUTS)
    .map((input) => input - rows + INPUTS);
  assert.ok(official.length > 0);
  const [a] = network.layers;
  const ofSingles = kernels.on(device.kind)
    .filter((kernel) => kernel.supports({ a, n: inputs.cols, transpose: true }, device).ok);
  for (const kernel of ofSingles) {
    const outputs = await throughLayers(kernel, device, network, inputs);
    assert.equal(survivorFault(survivorsOf(outputs), official), undefined, kernel.name);
  }
}

/** The files hold W by input neuron, so each layer is the transposed product. */
async function throughLayers(
  kernel: SpmmKernel,
  device: Device,
  { layers, bias, ceiling, neurons }: GraphChallenge,
  inputs: Dense,
): Promise<Dense> {
  let features = inputs;
  for (const a of layers) {
    const problem = {
      ...{ a, n: features.cols, transpose: true },
      epilogue: {
        bias: new Float32Array(neurons).fill(bias),
        activation: { kind: "clipped-relu", ceiling },
      },
    } as const;
    await using plan = await kernel.plan(problem, device);
    features = (await fetchMatrix(await plan.multiply(features))).host;
  }
  return features;
}

/** NaN counts as alive, so that features that were never written cannot pass for dead ones. */
function survivorsOf({ rows, cols, data }: Dense): number[] {
  return Array.from({ length: cols }, (_, input) => input)
    .filter((input) =>
      Array.from({ length: rows }, (_, row) => row)
        .some((row) => data[row * cols + input] !== 0)
    );
}
