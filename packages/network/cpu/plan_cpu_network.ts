import { checkCsr } from "@spmm/formats";
import type { CpuDevice } from "@spmm/wasm";
import type { NetworkPlan } from "../inference.ts";
import { checkNetwork, type Network } from "../network.ts";
import { checkChunk, type PlanOptions, withDefaults } from "../strategies.ts";
import { zeroStaysZeroFrom } from "../zero_stays_zero.ts";
import { Cascade } from "./cascade.ts";
import { fitCascade } from "./cascade_sizes.ts";
import { CpuNetworkPlan } from "./cpu_network_plan.ts";
import { stageNotes, strategyLines } from "./cpu_stage_notes.ts";
import { layerWords } from "./layer_encoding.ts";
import { tileLayer } from "./layer_tiling.ts";

/**
 * Makes a network ready for the CPU.
 *
 * Batches of 32 inputs fall through all layers one batch after the other, their features staying in
 * the second-level cache (fusion); what dies leaves a batch, and batches that are short wait until
 * they are full again (pruning); outputs with equal supports are computed four by eight inputs in
 * registers (reordering). Threads take inputs from one queue. A neuron's sum is taken in the order
 * of its connections, so outputs have the same bits on any number of threads, with any strategies
 * and in any chunks, and the same as a plain loop in f32.
 *
 * Strategies that do not apply to a CPU (staging, codebook, deduplication, fixed points) change
 * nothing; `describe()` says why. Where `chunk` is given, all inputs of a chunk are through before
 * the next begin; where it is absent, some may wait at their layers for those that follow.
 *
 * @param network The network; its weights are copied.
 * @param cpu The device.
 * @param options Strategies, a budget, a chunk.
 * @throws {NetworkError} If layers do not fit one another, or the budget is too small.
 * @throws {FormatError} If weights are no right CSR.
 *
 * @example A layer with a ReLU
 * ```ts
 * import { planCpuNetwork } from "@spmm/network";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import { openCpu } from "@spmm/wasm";
 * import assert from "node:assert/strict";
 *
 * await using cpu = await openCpu({ threads: 1 });
 * const weights = csrFromDense(dense(2, 2, new Float32Array([1, 0, -1, 2])));
 * const layer = { weights, bias: new Float32Array(2), activation: { kind: "relu" } } as const;
 * await using plan = await planCpuNetwork({ name: "small", layers: [layer] }, cpu);
 * const inputs = csrFromDense(dense(2, 2, new Float32Array([3, 1, -1, -1])));
 * const { survivors, outputs } = await plan.infer(inputs, { outputs: true });
 * assert.deepEqual([...survivors], [0]);
 * assert.deepEqual([...outputs?.data ?? []], [3, 0]);
 * ```
 */
export async function planCpuNetwork(
  network: Network,
  cpu: CpuDevice,
  options: PlanOptions = {},
): Promise<NetworkPlan> {
  const start = performance.now();
  checkNetwork(network);
  network.layers.forEach(({ weights }) => checkCsr(weights));
  checkChunk(options);
  const { pruning, fusion, reordering } = withDefaults(options.strategies);
  const tilings = network.layers.map(({ weights }) => tileLayer(weights, reordering));
  const bytes = network.layers.map(({ weights }, l) => 4 * layerWords(weights, tilings[l]));
  const weightBytes = bytes.reduce((sum, count) => sum + count, 0);
  const dropFrom = pruning ? zeroStaysZeroFrom(network) : undefined;
  const { memory, threads } = cpu;
  const sizes = fitCascade({
    network,
    threads,
    dropFrom,
    fused: fusion,
    chunk: options.chunk,
    weightBytes,
    budget: Math.min(options.budgetBytes ?? Infinity, memory.maxBytes - memory.bytesInUse),
  });
  const inspected = performance.now();
  const cascade = await Cascade.open({
    network,
    tilings,
    sizes,
    fused: fusion,
    dropInputs: dropFrom === 0,
    dropAfter: (layer) => dropFrom !== undefined && layer >= dropFrom,
  }, cpu);
  return new CpuNetworkPlan(network, cpu, cascade, {
    drains: options.chunk !== undefined || !fusion,
    stages: stageNotes({ network, tilings, bytes, dropFrom, fused: fusion }),
    lines: strategyLines({ options, network, sizes, dropFrom, threads }),
    labels: Object.entries({ pruning: pruning && dropFrom !== network.layers.length, fusion })
      .concat([["reordering", tilings.some(({ tiled }) => tiled.length > 0)]])
      .flatMap(([label, on]) => on ? [label] : []),
    weightBytes,
    featureBytes: sizes.bytes - weightBytes,
    chunk: sizes.results,
    inspectSeconds: (inspected - start) / 1000,
    uploadSeconds: (performance.now() - inspected) / 1000,
  });
}
