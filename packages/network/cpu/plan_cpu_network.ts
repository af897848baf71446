import { checkCsr, type Dense, dense } from "@spmm/formats";
import { DisposedError } from "@spmm/spmm";
import type { CpuDevice } from "@spmm/wasm";
import { NetworkError } from "../errors.ts";
import type {
  Inference,
  InferOptions,
  NetworkInputs,
  NetworkPlan,
  StageNote,
} from "../inference.ts";
import { checkNetwork, connections, type Network } from "../network.ts";
import type { PlanOptions } from "../strategies.ts";
import { zeroStaysZeroFrom } from "../zero_stays_zero.ts";
import { Cascade, type CascadeResults } from "./cascade.ts";
import { checkInputs } from "./check_inputs.ts";
import { fitCascade } from "./cascade_sizes.ts";
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
  checkChunk(options.chunk);
  const { pruning = true, fusion = true, reordering = true } = options.strategies ?? {};
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

type Facts = Pick<
  NetworkPlan,
  | "stages"
  | "labels"
  | "weightBytes"
  | "featureBytes"
  | "chunk"
  | "inspectSeconds"
  | "uploadSeconds"
>;

interface PlanParts extends Facts {
  /** Whether all that is staged goes through before more is staged. */
  readonly drains: boolean;
  readonly lines: readonly string[];
}

class CpuNetworkPlan implements NetworkPlan {
  readonly device: string;
  readonly stages: readonly StageNote[];
  readonly weightBytes: number;
  readonly featureBytes: number;
  readonly chunk: number;
  readonly inspectSeconds: number;
  readonly uploadSeconds: number;
  readonly labels: readonly string[];
  readonly #network: Network;
  readonly #cpu: CpuDevice;
  readonly #cascade: Cascade;
  readonly #parts: PlanParts;
  #last: Promise<unknown> = Promise.resolve();
  #disposed = false;

  constructor(network: Network, cpu: CpuDevice, cascade: Cascade, parts: PlanParts) {
    this.#network = network;
    this.#cpu = cpu;
    this.#cascade = cascade;
    this.#parts = parts;
    this.device = cpu.name;
    this.stages = parts.stages;
    this.weightBytes = parts.weightBytes;
    this.featureBytes = parts.featureBytes;
    this.chunk = parts.chunk;
    this.inspectSeconds = parts.inspectSeconds;
    this.uploadSeconds = parts.uploadSeconds;
    this.labels = parts.labels;
  }

  describe(): string {
    return [
      `${this.#network.name} on ${this.device}`,
      ...this.stages.map(({ firstLayer, endLayer, strategies, why, weightBytes }) =>
        `layers ${firstLayer} to ${endLayer - 1}: ${strategies.join(", ") || "plain"}; ` +
        `${weightBytes} bytes of weights; ${why}`
      ),
      ...this.#parts.lines,
    ].join("\n");
  }

  infer(inputs: NetworkInputs, options: InferOptions = {}): Promise<Inference> {
    return Promise.try(() => {
      if (this.#disposed) throw new DisposedError("Cannot infer: the plan was disposed of");
      // The batches belong to one inference at a time.
      const turn = this.#last.then(() => this.#infer(inputs, options));
      this.#last = turn.catch(() => {});
      return turn;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#last;
    this.#cascade[Symbol.dispose]();
  }

  async #infer(inputs: NetworkInputs, options: InferOptions): Promise<Inference> {
    const started = performance.now();
    const clock = { upload: 0, compute: 0, readback: 0 };
    const cascade = this.#cascade;
    cascade.reset(options.outputs ?? false);
    const pieces: CascadeResults[] = [];
    let count = 0;
    const run = async (drain: boolean): Promise<void> => {
      const begin = performance.now();
      const compute = await this.#cpu.exclusively(async (runProgram) => {
        const turn = performance.now();
        await cascade.run(runProgram, drain);
        return performance.now() - turn;
      });
      clock.compute += compute;
      const before = performance.now();
      pieces.push(cascade.takeResults());
      clock.readback += performance.now() - before;
      clock.upload += before - begin - compute;
      const { waiting } = cascade.counts();
      const of = "format" in inputs ? inputs.rows : undefined;
      options.onProgress?.({ inputs: count - waiting, of });
    };
    for await (const chunk of "format" in inputs ? [inputs] : inputs) {
      const begin = performance.now();
      checkInputs(this.#network, chunk);
      clock.upload += performance.now() - begin;
      for (let row = 0; row < chunk.rows;) {
        const begin = performance.now();
        const next = cascade.stage.add(chunk, row);
        clock.upload += performance.now() - begin;
        count += next - row;
        row = next;
        if (row < chunk.rows) await run(this.#parts.drains);
      }
    }
    await run(true);
    const begin = performance.now();
    const { survivors, outputs } = inOrder(pieces, this.#outputs);
    clock.readback += performance.now() - begin;
    const { alive, executed } = cascade.counts();
    const { layers } = this.#network;
    return {
      inputs: count,
      survivors,
      ...options.outputs && { outputs },
      alive: alive.map((inputs, layers) => ({ layers, inputs })),
      seconds: {
        upload: clock.upload / 1000,
        compute: clock.compute / 1000,
        readback: clock.readback / 1000,
        total: (performance.now() - started) / 1000,
      },
      edges: {
        counted: count * connections(this.#network),
        executed: executed.reduce((sum, n, l) => sum + n * layers[l].weights.values.length, 0),
      },
    };
  }

  get #outputs(): number {
    return this.#network.layers[this.#network.layers.length - 1].weights.rows;
  }
}

function checkChunk(chunk: number | undefined): void {
  if (chunk === undefined || (Number.isSafeInteger(chunk) && chunk >= 1)) return;
  throw new NetworkError(
    `Cannot plan a network: chunk must be a positive integer: received ${chunk}`,
  );
}

/** Puts results in the order of the inputs, a column each. */
function inOrder(
  pieces: readonly CascadeResults[],
  rows: number,
): { readonly survivors: Uint32Array<ArrayBuffer>; readonly outputs: Dense } {
  const found = pieces.flatMap(({ ids, outputs }) =>
    [...ids].map((id, i) => ({ id, outputs: outputs.subarray(i * rows, (i + 1) * rows) }))
  ).sort((one, other) => one.id - other.id);
  const outputs = dense(rows, found.length);
  found.forEach((result, column) => {
    result.outputs.forEach((value, row) => {
      outputs.data[row * found.length + column] = value;
    });
  });
  return { survivors: Uint32Array.from(found, ({ id }) => id), outputs };
}
