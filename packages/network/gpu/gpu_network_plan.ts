import { type Csr, type Dense, sliceRows } from "@spmm/formats";
import { DisposedError } from "@spmm/spmm";
import type { GpuDevice } from "@spmm/webgpu";
import { NetworkError } from "../errors.ts";
import type {
  Inference,
  InferenceSeconds,
  InferOptions,
  NetworkInputs,
  NetworkPlan,
  StageNote,
} from "../inference.ts";
import { BOUNDARY_WORDS } from "./compaction_code.ts";
import { allocateFeatures, bytesPerSlot, type FeatureStore, slotsFor } from "./feature_store.ts";
import { gatherOutputs } from "./gather_outputs.ts";
import { InferenceTally } from "./inference_tally.ts";
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
  /** Neurons of the first layer. */
  readonly neurons: number;
  /** Rows of the largest features. */
  readonly featureRows: number;
  /** Where each output of the network is stored; several may share a place. */
  readonly outputPlace: Uint32Array;
  /** What an output of a retired input is. */
  readonly retiredOutput: number;
  /** The most slots at once. */
  readonly mostSlots: number;
  readonly notes: readonly StageNote[];
  readonly labels: readonly string[];
  readonly lines: readonly string[];
  readonly inspectSeconds: number;
  readonly uploadSeconds: number;
  /** Connections of the network as it was given, for edges counted. */
  readonly connections: number;
}

/** What a chunk came to. */
interface ChunkOutcome {
  readonly alive: readonly number[];
  readonly living: number;
  readonly survivors: Uint32Array;
  readonly retired: Uint32Array;
  readonly seconds: InferenceSeconds;
  readonly outputs: Dense | undefined;
}

/** A network on a GPU; made by `planGpuNetwork`. */
export class GpuNetworkPlan implements NetworkPlan {
  readonly device: string;
  readonly stages: readonly StageNote[];
  readonly labels: readonly string[];
  readonly inspectSeconds: number;
  readonly uploadSeconds: number;
  readonly #parts: GpuNetworkParts;
  #room: { readonly store: FeatureStore; readonly runner: StageRunner } | undefined;
  #most: number;
  #disposed = false;

  /** Of parts that belong to one another. */
  constructor(parts: GpuNetworkParts) {
    this.#parts = parts;
    this.#most = parts.mostSlots;
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
    return this.chunk * bytesPerSlot(this.#parts.featureRows);
  }

  /** The most inputs on the device at once. */
  get chunk(): number {
    return this.#most;
  }

  /** The stages as lines for a reader. */
  describe(): string {
    return this.#parts.lines.join("\n");
  }

  /** Runs inputs through all layers. */
  async infer(inputs: NetworkInputs, options: InferOptions = {}): Promise<Inference> {
    const start = performance.now();
    const { plans, connections, outputPlace, retiredOutput } = this.#parts;
    const tally = new InferenceTally({
      stages: plans.map(({ design, compact }) => ({ design, compact })),
      connections,
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
  async sampleCompute(
    inputs: NetworkInputs,
    samples: number,
    warmSeconds: number,
  ): Promise<Float64Array> {
    const sums = new Float64Array(samples);
    for await (const chunk of this.#chunks(inputs)) {
      const { store, runner } = await this.#roomFor(chunk.rows);
      using upload = await uploadInputs(this.#parts.device, chunk, store);
      for (let busy = 0; busy < warmSeconds;) {
        busy += Math.max(1e-6, (await this.#runLayers(upload, store, runner)).compute);
      }
      for (let sample = 0; sample < samples; sample++) {
        sums[sample] += (await this.#runLayers(upload, store, runner)).compute;
      }
    }
    return sums;
  }

  /** Frees what the plan holds on the device. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#room?.runner[Symbol.dispose]();
    this.#room?.store[Symbol.dispose]();
    this.#room = undefined;
    this.#parts.weights[Symbol.dispose]();
    return Promise.resolve();
  }

  /** Inputs in parts that fit the device; empty ones are left out. */
  async *#chunks(inputs: NetworkInputs): AsyncGenerator<Csr> {
    if (this.#disposed) throw new DisposedError("Cannot infer: the plan was disposed of");
    const source = "format" in inputs && "rows" in inputs ? [inputs] : inputs;
    for await (const chunk of source) {
      if (chunk.cols !== this.#parts.neurons) {
        throw new NetworkError(
          `Cannot infer: inputs must have ${this.#parts.neurons} columns: received ${chunk.cols}`,
        );
      }
      for (let first = 0; first < chunk.rows;) {
        const end = this.#endOfPart(chunk, first);
        yield first === 0 && end === chunk.rows ? chunk : sliceRows(chunk, first, end);
        first = end;
      }
    }
  }

  /** As many inputs as there are slots for, and as fit a binding. */
  #endOfPart({ rows, rowOffsets }: Csr, first: number): number {
    const most = this.#parts.device.limits.maxStorageBufferBindingSize / 4;
    let end = Math.min(rows, first + this.#most);
    while (end > first + 1 && rowOffsets[end] - rowOffsets[first] > most) {
      end = first + Math.ceil((end - first) / 2);
    }
    return end;
  }

  async #inferChunk(chunk: Csr, wantOutputs: boolean): Promise<ChunkOutcome> {
    const start = performance.now();
    const { store, runner } = await this.#roomFor(chunk.rows);
    using upload = await uploadInputs(this.#parts.device, chunk, store);
    await this.#parts.device.settled();
    const uploaded = performance.now();
    const run = await this.#runLayers(upload, store, runner);
    const ran = performance.now();
    const { alive, survivors, retired } = run;
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
      compute: run.compute,
      readback: (performance.now() - ran) / 1e3,
      total: 0,
    };
    return { alive, living: upload.living, survivors, retired, seconds, outputs };
  }

  async #runLayers(upload: InputUpload, store: FeatureStore, runner: StageRunner) {
    const { device, weights, plans } = this.#parts;
    const boundaries = countBoundaries(plans);
    const words = new Uint32Array(BOUNDARY_WORDS * boundaries);
    words[3] = upload.inputs;
    const passes = weights.streamed
      ? weights.windows
      : [{ stages: plans.map((_, stage) => stage), ranges: [] }];
    using clock = await PassClock.open(device, passes.length);
    let weightSeconds = 0;
    let stamps: ReturnType<PassClock["resolve"]> | undefined;
    const start = performance.now();
    await device.guarded("infer", () => {
      const { queue } = device.handle;
      queue.writeBuffer(store.boundaries.handle, 0, words);
      let encoder = device.handle.createCommandEncoder({ label: "infer" });
      upload.record(encoder);
      passes.forEach((window, w) => {
        if (weights.streamed) {
          const before = performance.now();
          weights.write(window);
          weightSeconds += (performance.now() - before) / 1e3;
        }
        const timestampWrites = clock?.around(w);
        const pass = encoder.beginComputePass({
          label: "layers",
          ...timestampWrites === undefined ? {} : { timestampWrites },
        });
        runner.record(pass, window.stages, upload.inputs);
        pass.end();
        if (w === passes.length - 1) stamps = clock?.resolve(encoder);
        queue.submit([encoder.finish()]);
        encoder = device.handle.createCommandEncoder({ label: "infer" });
      });
    });
    if (stamps === undefined) await device.settled();
    const settled = (performance.now() - start) / 1e3;
    const [counts, ids, retired, times] = await readBuffers(device, [
      { buffer: store.boundaries, bytes: words.byteLength },
      { buffer: runner.last.live, bytes: 8 * store.stride },
      { buffer: store.retired, bytes: 4 * (store.stride + 1) },
      ...stamps === undefined ? [] : [stamps],
    ]);
    const alive = [...new Uint32Array(counts)].filter((_, i) => i % BOUNDARY_WORDS === 3);
    const retiredIds = new Uint32Array(retired);
    return {
      alive,
      survivors: new Uint32Array(ids).slice(store.stride, store.stride + alive[alive.length - 1]),
      retired: retiredIds.slice(1, 1 + retiredIds[0]),
      compute: times === undefined ? settled : PassClock.seconds(times),
      weightSeconds,
    };
  }

  /** Buffers for a chunk; fewer slots than wanted where the device's memory has no room for more. */
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
