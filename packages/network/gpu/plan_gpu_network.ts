import { checkCsr } from "@spmm/formats";
import type { GpuDevice } from "@spmm/webgpu";
import { NetworkError } from "../errors.ts";
import { checkNetwork, connections, type Network } from "../network.ts";
import type { PlanOptions, Strategies } from "../strategies.ts";
import { zeroStaysZeroFrom } from "../zero_stays_zero.ts";
import { bytesPerSlot, mostSlots } from "./feature_store.ts";
import { designStages, type NetworkDesign } from "./design_stages.ts";
import { GpuNetworkPlan } from "./gpu_network_plan.ts";
import { bytesOfArrays, stageNote } from "./stage_design.ts";
import { compileStages, type StagePlan } from "./stage_runner.ts";
import { storeWeights } from "./weight_store.ts";

/** Inputs that are planned for where no chunk is named: those of the challenge. */
const EXPECTED_INPUTS = 60_000;
/** Inputs at once where no chunk is named: more would not fill a device better. */
const MOST_INPUTS = 65_536;
/** Of a budget, what weights may take before they are streamed. */
const WEIGHT_SHARE = 0.5;

/**
 * Makes a network ready for a GPU.
 *
 * Stages of one layer or many run one after the other without the host: each reads the live columns
 * of the features and writes them side by side; between stages the device counts who lives on and
 * dispatches the next stage indirectly (pruning). Small layers run many to a kernel (fusion); others
 * one by one, by tiles of outputs with equal supports (reordering) or by staged, sliced ELL
 * (staging). Weights that do not fit the budget are streamed through two buffers.
 *
 * The result does not depend on the strategies but for rounding: each sums in its own order.
 * Activations must stay finite.
 *
 * @param network The network; its weights must not change while the plan is in use.
 * @param device The GPU.
 * @param options Strategies, a budget, a chunk.
 * @throws {NetworkError} If layers do not fit one another, the budget or the device.
 * @throws {FormatError} If weights are no right CSR.
 * @throws {OutOfMemoryError} If the device has no room for the weights.
 * @source Hidayetoğlu et al., HPEC 2020, §III
 *
 * @example A layer with a ReLU
 * ```ts
 * import { planGpuNetwork } from "@spmm/network";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const weights = csrFromDense(dense(2, 2, new Float32Array([1, 0, -1, 2])));
 *   const layer = { weights, bias: new Float32Array(2), activation: { kind: "relu" } } as const;
 *   await using plan = await planGpuNetwork({ name: "small", layers: [layer] }, gpu);
 *   const inputs = csrFromDense(dense(2, 2, new Float32Array([3, 1, -1, -1])));
 *   const { survivors, outputs } = await plan.infer(inputs, { outputs: true });
 *   assert.deepEqual([...survivors], [0]);
 *   assert.deepEqual([...outputs?.data ?? []], [3, 0]);
 * }
 * ```
 */
export async function planGpuNetwork(
  network: Network,
  device: GpuDevice,
  options: PlanOptions = {},
): Promise<GpuNetworkPlan> {
  const start = performance.now();
  checkNetwork(network);
  network.layers.forEach(({ weights }) => checkCsr(weights));
  checkChunk(options.chunk);
  const wishes = withDefaults(options.strategies);
  const budget = options.budgetBytes ?? Infinity;
  const pruneFrom = wishes.pruning ? zeroStaysZeroFrom(network) : network.layers.length;
  const design = designStages(network, device.limits, {
    strategies: wishes,
    pruneFrom,
    inputs: options.chunk ?? EXPECTED_INPUTS,
    mostBytes: Math.min(device.limits.maxStorageBufferBindingSize, budget * WEIGHT_SHARE / 2),
  });
  const plans = planStages(design, wishes.pruning, pruneFrom);
  const programs = await compileStages(device, plans);
  const inspected = performance.now();
  const weights = await storeWeights(device, design.stages, budget * WEIGHT_SHARE);
  const slots = mostSlots(device, design.featureRows, budget - weights.bytes);
  if (slots === 0) {
    weights[Symbol.dispose]();
    const needed = 32 * bytesPerSlot(design.featureRows);
    throw new NetworkError(
      `Cannot plan the network: features of 32 inputs need ${needed} bytes beside ` +
        `${weights.bytes} of weights: received a budget of ${budget} bytes`,
    );
  }
  await device.settled();
  const notes = design.stages.map(stageNote);
  return new GpuNetworkPlan({
    device,
    plans,
    programs,
    weights,
    neurons: network.layers[0].weights.cols,
    featureRows: design.featureRows,
    outputPlace: design.outputPlace,
    retiredOutput: 0,
    mostSlots: Math.min(slots, options.chunk ?? MOST_INPUTS),
    notes,
    labels: labelsOf(wishes, design, weights.streamed),
    lines: design.stages.map(({ label, why, arrays }) =>
      `${label}: ${why}; ${bytesOfArrays(arrays)} bytes`
    ),
    inspectSeconds: (inspected - start) / 1e3,
    uploadSeconds: (performance.now() - inspected) / 1e3,
    connections: connections(network),
  });
}

function withDefaults(strategies: Strategies = {}): Required<Strategies> {
  return {
    pruning: true,
    fusion: true,
    staging: true,
    reordering: true,
    codebook: false,
    deduplication: false,
    fixedPoints: false,
    ...strategies,
  };
}

/** Dead inputs may go after any stage from which on zero stays zero; the last counts who is left. */
function planStages(design: NetworkDesign, pruning: boolean, pruneFrom: number): StagePlan[] {
  return design.stages.map((stage, i) => ({
    design: stage,
    compact: i === design.stages.length - 1 || (pruning && stage.endLayer >= pruneFrom),
    retire: false,
  }));
}

function labelsOf(
  wishes: Required<Strategies>,
  design: NetworkDesign,
  streamed: boolean,
): string[] {
  const used = new Set(design.stages.flatMap(({ strategies }) => strategies));
  return [
    ...wishes.pruning ? ["pruning"] : [],
    ...["fusion", "staging", "reordering"].filter((strategy) => used.has(strategy)),
    ...streamed ? ["out-of-core"] : [],
  ];
}

function checkChunk(chunk: number | undefined): void {
  if (chunk === undefined || (Number.isSafeInteger(chunk) && chunk >= 1)) return;
  throw new NetworkError(
    `Cannot plan the network: a chunk must be a whole number from 1: received ${chunk}`,
  );
}
