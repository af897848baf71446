import { checkCsr } from "@spmm/formats";
import type { GpuDevice, GpuLimits } from "@spmm/webgpu";
import { NetworkError } from "../errors.ts";
import type { StageNote } from "../inference.ts";
import { checkNetwork, type Network, type NetworkLayer } from "../network.ts";
import { checkChunk, type PlanOptions, type Strategies, withDefaults } from "../strategies.ts";
import { deduplicate } from "../deduplicate.ts";
import { saturatesFrom } from "../saturates_from.ts";
import { zeroStaysZeroFrom } from "../zero_stays_zero.ts";
import { bytesPerSlot, mostSlots } from "./feature_store.ts";
import { designStages, type NetworkDesign } from "./design_stages.ts";
import { GpuNetworkPlan } from "./gpu_network_plan.ts";
import { stageNote } from "./stage_design.ts";
import { compileStages, mostDispatched, type StagePlan } from "./stage_runner.ts";
import { storeWeights } from "./weight_store.ts";

/** Inputs that are planned for where no chunk is named: those of the challenge. */
const EXPECTED_INPUTS = 60_000;
/** Inputs at once where no chunk is named: more would not fill a device better. */
const MOST_INPUTS = 65_536;
/** Of a budget, what weights may take before they are streamed. */
const WEIGHT_SHARE = 0.5;
/** Of what weights leave, what inputs may take as they arrive, sparse. */
const INPUT_SHARE = 0.125;

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
  checkChunk(options);
  const wishes = withDefaults(options.strategies);
  const budget = options.budgetBytes ?? Infinity;
  const distinct = wishes.deduplication ? deduplicate(network) : undefined;
  const computed = distinct?.network ?? network;
  const layers = computed.layers.length;
  const pruneFrom = wishes.pruning ? zeroStaysZeroFrom(computed) : layers;
  const retireFrom = wishes.fixedPoints ? saturatesFrom(computed) : layers;
  const design = designStages(computed, device.limits, {
    strategies: wishes,
    pruneFrom,
    inputs: options.chunk ?? EXPECTED_INPUTS,
    mostBytes: Math.min(device.limits.maxStorageBufferBindingSize, budget * WEIGHT_SHARE / 2),
  });
  const plans = planStages(design, wishes.pruning, pruneFrom, retireFrom);
  const programs = await compileStages(device, plans);
  const inspected = performance.now();
  const weights = await storeWeights(device, design.stages, budget * WEIGHT_SHARE);
  const inputBytes = (budget - weights.bytes) * INPUT_SHARE;
  const slots = mostSlots(device, design.featureRows, (budget - weights.bytes) * (1 - INPUT_SHARE));
  if (slots === 0) {
    weights[Symbol.dispose]();
    throw noRoom(design.featureRows, device.limits, weights.bytes, budget);
  }
  await device.settled();
  const notes = design.stages.map(stageNote);
  return new GpuNetworkPlan({
    device,
    plans,
    programs,
    weights,
    network,
    featureRows: design.featureRows,
    outputPlace: distinct === undefined
      ? design.outputPlace
      : distinct.outputs.map((output) => design.outputPlace[output]),
    retiredOutput: ceilingOf(network.layers[layers - 1]),
    mostSlots: Math.min(
      slots,
      options.chunk ?? MOST_INPUTS,
      mostDispatched(design.stages, device.limits),
    ),
    inputBytes,
    notes,
    labels: labelsOf(design, {
      pruning: wishes.pruning && pruneFrom < layers,
      "out-of-core": weights.streamed,
      deduplication: (distinct?.removed ?? 0) > 0,
      "fixed points": plans.some(({ retire }) => retire),
    }),
    lines: [
      ...remarks(wishes, { design, layers, pruneFrom, retireFrom, removed: distinct?.removed }),
      ...notes.map(stageLine),
    ],
    inspectSeconds: (inspected - start) / 1e3,
    uploadSeconds: (performance.now() - inspected) / 1e3,
  });
}

function noRoom(
  rows: number,
  { maxStorageBufferBindingSize: binding }: GpuLimits,
  weightBytes: number,
  budget: number,
): NetworkError {
  const features = 4 * 32 * rows;
  return new NetworkError(
    "Cannot plan the network: features of 32 inputs " +
      (features > binding
        ? `must fit the device's largest binding of ${binding} bytes: received ${features} bytes`
        : `need ${32 * bytesPerSlot(rows)} bytes beside ${weightBytes} of weights: ` +
          `received a budget of ${budget} bytes`),
  );
}

/**
 * Dead inputs may go after any stage from which on zero stays zero, and full ones where full stays
 * full; the last stage counts who is left.
 */
function planStages(
  { stages }: NetworkDesign,
  pruning: boolean,
  pruneFrom: number,
  retireFrom: number,
): StagePlan[] {
  return stages.map((design, i) => {
    const last = i === stages.length - 1;
    const compact = last || (pruning && design.endLayer >= pruneFrom);
    return { design, compact, retire: compact && !last && design.endLayer >= retireFrom };
  });
}

function ceilingOf({ activation }: NetworkLayer): number {
  return activation?.kind === "clipped-relu" ? activation.ceiling : 0;
}

function labelsOf(
  { stages }: NetworkDesign,
  whole: Readonly<Record<"pruning" | "out-of-core" | "deduplication" | "fixed points", boolean>>,
): string[] {
  const used = new Set(stages.flatMap(({ strategies }) => strategies));
  const { pruning, ...others } = whole;
  return [
    ...pruning ? ["pruning"] : [],
    ...["fusion", "staging", "reordering", "codebook"].filter((strategy) => used.has(strategy)),
    ...Object.entries(others).flatMap(([label, on]) => on ? [label] : []),
  ];
}

/** What was found in the network as a whole, and where there was nothing to find. */
function remarks(
  wishes: Required<Strategies>,
  { design, layers, pruneFrom, retireFrom, removed }: {
    readonly design: NetworkDesign;
    readonly layers: number;
    readonly pruneFrom: number;
    readonly retireFrom: number;
    readonly removed: number | undefined;
  },
): string[] {
  const line = (on: boolean, words: string): string[] => on ? [words] : [];
  const { reordered } = design;
  return [
    ...line(
      wishes.pruning,
      pruneFrom < layers
        ? `pruning: dead inputs stay dead after ${pruneFrom} layers or more`
        : "pruning does not apply: a bias makes dead inputs live again in the last layer",
    ),
    ...line(
      wishes.reordering,
      reordered > 0
        ? `reordering: ${reordered} of ${layers} layers have outputs of equal support`
        : "reordering: no layer has outputs of equal support",
    ),
    ...line(
      removed !== undefined,
      `deduplication (exploits redundancy): ${removed} neurons equal another and are not computed`,
    ),
    ...line(
      wishes.fixedPoints,
      retireFrom === layers
        ? "fixed points: the layers do not keep full inputs full"
        : wishes.pruning
        ? `fixed points (exploits saturation): full inputs stay full after ${retireFrom} layers or more`
        : "fixed points: nothing stops without pruning",
    ),
  ];
}

function stageLine({ firstLayer, endLayer, strategies, why, weightBytes }: StageNote): string {
  const layers = endLayer === firstLayer + 1
    ? `layer ${firstLayer}`
    : `layers ${firstLayer} to ${endLayer - 1}`;
  const how = strategies.length === 0 ? "row by row" : strategies.join(", ");
  return `${layers}: ${how}: ${why}; ${weightBytes} bytes`;
}
