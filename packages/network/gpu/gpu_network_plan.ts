import { type Csr, sliceRows } from "@spmm/formats";
import { type GpuDevice, writeBuffer } from "@spmm/webgpu";
import { Turns } from "../turns.ts";
import { checkInputRows, checkInputs } from "../check_inputs.ts";
import type {
  Inference,
  InferOptions,
  NetworkInputs,
  NetworkPlan,
  StageNote,
} from "../inference.ts";
import { connections, type Network } from "../network.ts";
import { BOUNDARY_WORDS } from "./compaction_code.ts";
import { allocateFeatures, bytesPerSlot, type FeatureStore, slotsFor } from "./feature_store.ts";
import { gatherOutputs } from "./gather_outputs.ts";
import { type ChunkTally, InferenceTally } from "./inference_tally.ts";
import { type InputUpload, uploadInputs } from "./input_upload.ts";
import { PassClock } from "./pass_clock.ts";
import { readBuffers } from "./readback.ts";
import {
  bindStages,
  countBoundaries,
  type StagePlan,
  type StagePrograms,
  type StageRunner,
} from "./stage_runner.ts";
import type { WeightStore } from "./weight_store.ts";

/** What a plan is made of. */
export interface GpuNetworkParts {
  readonly device: GpuDevice;
  readonly plans: readonly StagePlan[];
  readonly programs: StagePrograms;
  readonly weights: WeightStore;
  /** As it was given. */
  readonly network: Network;
  /** Rows of the largest features. */
  readonly featureRows: number;
  /** Where each output of the network is stored; several may share a place. */
  readonly outputPlace: Uint32Array;
  /** What an output of a retired input is. */
  readonly retiredOutput: number;
  /** The most slots at once. */
  readonly mostSlots: number;
  /** The most bytes of inputs as they arrive, sparse; a single input may take more. */
  readonly inputBytes: number;
  readonly notes: readonly StageNote[];
  readonly labels: readonly string[];
  readonly lines: readonly string[];
  readonly inspectSeconds: number;
  readonly uploadSeconds: number;
}

const BOUNDARY_USAGE = GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
/** GPU time of a batch of runs: long against the wait for its end, in which clocks would fall. */
const BATCH_SECONDS = 0.05;
/** Of an input that arrives: a column, and a value where values differ. */
const BYTES_PER_ENTRY = 8;
/** The most runs of a batch: beyond it, encoding takes longer than it is worth. */
const MOST_REPEATS = 256;

/**
 * A network on a GPU; made by `planGpuNetwork`. Inferences take turns; disposal waits for them.
 *
 * @example Time the layers on inputs that are there already
 * ```ts
 * import { GpuNetworkPlan, planGpuNetwork } from "@spmm/network";
 * import { randomCsr } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const weights = randomCsr({ rows: 64, cols: 64, density: 0.2, seed: 1 });
 *   const layer = { weights, bias: new Float32Array(64), activation: { kind: "relu" } } as const;
 *   await using plan = await planGpuNetwork({ name: "two", layers: [layer, layer] }, gpu);
 *   assert.ok(plan instanceof GpuNetworkPlan);
 *   const inputs = randomCsr({ rows: 100, cols: 64, density: 0.1, seed: 2 });
 *   const seconds = await plan.sampleCompute(inputs, 3, 0);
 *   assert.ok(seconds.length === 3 && seconds.every((s) => s > 0));
 * }
 * ```
 */
export class GpuNetworkPlan implements NetworkPlan {
  readonly device: string;
  readonly stages: readonly StageNote[];
  readonly labels: readonly string[];
  readonly inspectSeconds: number;
  readonly uploadSeconds: number;
  readonly #parts: GpuNetworkParts;
  #room: { readonly store: FeatureStore; readonly runner: StageRunner } | undefined;
  readonly #turns = new Turns();

  /** Of parts that belong to one another. */
  constructor(parts: GpuNetworkParts) {
    this.#parts = parts;
    this.device = parts.device.name;
    this.stages = parts.notes;
    this.labels = parts.labels;
    this.inspectSeconds = parts.inspectSeconds;
    this.uploadSeconds = parts.uploadSeconds;
  }

  /** Device bytes of the weights as encoded. */
  get weightBytes(): number {
    return this.#parts.weights.bytes;
  }

  /** Device bytes that the largest chunk's features take. */
  get featureBytes(): number {
    return slotsFor(this.chunk) * bytesPerSlot(this.#parts.featureRows);
  }

  /** The most inputs on the device at once. */
  get chunk(): number {
    return this.#parts.mostSlots;
  }

  /** The stages as lines for a reader. */
  describe(): string {
    return this.#parts.lines.join("\n");
  }

  /** Runs inputs through all layers. */
  infer(inputs: NetworkInputs, options: InferOptions = {}): Promise<Inference> {
    return this.#turns.take(() => this.#infer(inputs, options));
  }

  async #infer(inputs: NetworkInputs, options: InferOptions): Promise<Inference> {
    const start = performance.now();
    const { network, plans, outputPlace, retiredOutput } = this.#parts;
    const tally = new InferenceTally({
      stages: plans.map(({ design, compact }) => ({ design, compact })),
      connections: connections(network),
      outputs: options.outputs ? outputPlace.length : undefined,
      retiredOutput,
    });
    const of = "format" in inputs && "rows" in inputs ? inputs.rows : undefined;
    for await (const chunk of this.#chunks(inputs)) {
      tally.add(chunk.rows, await this.#inferChunk(chunk, options.outputs ?? false));
      options.onProgress?.({ inputs: tally.inputs, of });
    }
    return tally.finish((performance.now() - start) / 1e3);
  }

  /**
   * Times the layers on resident inputs, again and again, so that the clocks are warm.
   *
   * @param inputs Inputs × neurons.
   * @param samples How often to time each chunk, after warming.
   * @param warmSeconds Seconds of the layers' own time before the first sample of each chunk.
   * @returns Seconds of all layers over all inputs, one number per sample.
   * @throws {NetworkError} If inputs have another number of columns than the first layer.
   */
  sampleCompute(
    inputs: NetworkInputs,
    samples: number,
    warmSeconds: number,
  ): Promise<Float64Array> {
    return this.#turns.take(() => this.#sampleCompute(inputs, samples, warmSeconds));
  }

  async #sampleCompute(
    inputs: NetworkInputs,
    samples: number,
    warmSeconds: number,
  ): Promise<Float64Array> {
    const sums = new Float64Array(samples);
    for await (const chunk of this.#chunks(inputs)) {
      const { store, runner } = await this.#roomFor(chunk.rows);
      using upload = await uploadInputs(this.#parts.device, chunk, store);
      let [repeats, busy] = [1, 0];
      while (busy < warmSeconds) {
        const { compute } = await this.#runLayers(upload, store, runner, repeats);
        const once = Math.max(1e-6, Math.min(...compute));
        busy += once * repeats;
        repeats = this.#repeats(once, BATCH_SECONDS);
      }
      const count = this.#parts.weights.streamed ? 1 : samples;
      for (let sample = 0; sample < samples; sample += count) {
        const { compute } = await this.#runLayers(upload, store, runner, repeats + count);
        compute.slice(repeats).forEach((seconds, i) => sums[sample + i] += seconds);
      }
    }
    return sums;
  }

  /** Runs that last so many seconds together; streamed weights are written for one run at a time. */
  #repeats(once: number, seconds: number): number {
    if (this.#parts.weights.streamed) return 1;
    return Math.min(MOST_REPEATS, Math.max(1, Math.ceil(seconds / once)));
  }

  /** Frees what the plan holds on the device. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!(await this.#turns.close())) return;
    this.#room?.runner[Symbol.dispose]();
    this.#room?.store[Symbol.dispose]();
    this.#room = undefined;
    this.#parts.weights[Symbol.dispose]();
  }

  /** Inputs in parts that there are slots for; an input has no more entries than features. */
  async *#chunks(inputs: NetworkInputs): AsyncGenerator<Csr> {
    const source = "format" in inputs && "rows" in inputs ? [inputs] : inputs;
    for await (const chunk of source) {
      checkInputRows(this.#parts.network, chunk);
      for (let first = 0; first < chunk.rows;) {
        const end = this.#endOfPart(chunk, first);
        yield first === 0 && end === chunk.rows ? chunk : sliceRows(chunk, first, end);
        first = end;
      }
    }
  }

  /** As many inputs as there are slots for, and as what they bring has room for. */
  #endOfPart({ rows, rowOffsets }: Csr, first: number): number {
    const bytes = (end: number): number =>
      BYTES_PER_ENTRY * (rowOffsets[end] - rowOffsets[first]) + 4 * (end - first + 1);
    let end = Math.min(rows, first + this.chunk);
    while (end > first + 1 && bytes(end) > this.#parts.inputBytes) {
      end = first + Math.ceil((end - first) / 2);
    }
    return end;
  }

  async #inferChunk(chunk: Csr, wantOutputs: boolean): Promise<ChunkTally> {
    const start = performance.now();
    const { store, runner } = await this.#roomFor(chunk.rows);
    using upload = await uploadInputs(this.#parts.device, chunk, store);
    // Without waiting: the layers follow in the queue, and every wait takes 10 ms.
    const uploaded = performance.now();
    const run = await this.#runLayers(upload, store, runner, 1);
    const ran = performance.now();
    const { alive, survivors, retired, retiredAt } = run;
    const outputs = wantOutputs
      ? await gatherOutputs(
        this.#parts.device,
        runner.last,
        { rows: this.#parts.featureRows, stride: store.stride, live: survivors.length },
        this.#parts.outputPlace,
      )
      : undefined;
    const seconds = {
      upload: (uploaded - start) / 1e3 + run.weightSeconds,
      compute: run.compute[0],
      readback: (performance.now() - ran) / 1e3,
      total: 0,
    };
    return { alive, living: upload.living, survivors, retired, retiredAt, seconds, outputs };
  }

  /** Runs all layers on resident inputs, `repeats` times without waiting in between. */
  async #runLayers(upload: InputUpload, store: FeatureStore, runner: StageRunner, repeats: number) {
    const { device, weights, plans } = this.#parts;
    const words = new Uint32Array(BOUNDARY_WORDS * countBoundaries(plans));
    words[3] = upload.inputs;
    const passes = weights.streamed
      ? weights.windows
      : [{ stages: plans.map((_, stage) => stage), ranges: [] }];
    using first = await device.allocate(words.byteLength, BOUNDARY_USAGE, "first boundary");
    using clock = await PassClock.open(device, passes.length * repeats);
    writeBuffer(device, first, words);
    let weightSeconds = 0;
    const start = performance.now();
    await device.guarded("infer", () => {
      const { queue } = device.handle;
      for (let run = 0; run < repeats; run++) {
        let encoder = device.handle.createCommandEncoder({ label: "infer" });
        const { boundaries } = store;
        encoder.copyBufferToBuffer(first.handle, 0, boundaries.handle, 0, words.byteLength);
        upload.record(encoder);
        passes.forEach((window, w) => {
          if (weights.streamed) weightSeconds += weights.write(window);
          const timestampWrites = clock?.around(run * passes.length + w);
          const pass = encoder.beginComputePass({
            label: "layers",
            ...timestampWrites === undefined ? {} : { timestampWrites },
          });
          runner.record(pass, window.stages, upload.inputs);
          pass.end();
          queue.submit([encoder.finish()]);
          encoder = device.handle.createCommandEncoder({ label: "infer" });
        });
      }
    });
    if (clock === undefined) await device.settled();
    const settled = (performance.now() - start) / 1e3;
    const [counts, ids, retired, faults, times] = await readBuffers(device, [
      { buffer: store.boundaries, bytes: words.byteLength },
      { buffer: runner.last.live, bytes: 8 * store.stride },
      { buffer: store.retired, bytes: 4 * (store.stride + 1) },
      { buffer: upload.faults, bytes: 4 },
      ...clock === undefined ? [] : [clock.resolve(device)],
    ]);
    if (new Uint32Array(faults)[0] > 0) checkInputs(this.#parts.network, upload.chunk);
    const wordsAt = (word: number): number[] =>
      [...new Uint32Array(counts)].filter((_, i) => i % BOUNDARY_WORDS === word);
    const alive = wordsAt(3);
    const retiredIds = new Uint32Array(retired);
    return {
      alive,
      survivors: new Uint32Array(ids).slice(store.stride, store.stride + alive[alive.length - 1]),
      retired: retiredIds.slice(1, 1 + retiredIds[0]),
      retiredAt: wordsAt(4),
      compute: times === undefined
        ? new Float64Array(repeats).fill(settled / repeats)
        : PassClock.seconds(times, passes.length),
      weightSeconds,
    };
  }

  /** Buffers for a chunk: those there are, or larger ones in their place. */
  async #roomFor(inputs: number) {
    const wanted = slotsFor(inputs);
    if (this.#room !== undefined && this.#room.store.stride >= wanted) return this.#room;
    this.#room?.runner[Symbol.dispose]();
    this.#room?.store[Symbol.dispose]();
    this.#room = undefined;
    const { device, featureRows, plans, programs, weights } = this.#parts;
    const store = await allocateFeatures(device, featureRows, wanted, countBoundaries(plans));
    try {
      const runner = await bindStages(device, plans, programs, weights, store);
      return this.#room = { store, runner };
    } catch (error) {
      store[Symbol.dispose]();
      throw error;
    }
  }
}
