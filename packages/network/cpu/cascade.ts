import type { CpuBuffer, CpuDevice, CpuProgram, ProgramBinaries, RunProgram } from "@spmm/wasm";
import type { Network } from "../network.ts";
import { batchBytes, rowOffset, tailOffset } from "./batch_layout.ts";
import { type CascadeSizes, stateWords } from "./cascade_sizes.ts";
import { InputStage } from "./input_stage.ts";
import { encodeLayer, layerWords } from "./layer_encoding.ts";
import type { LayerTiling } from "./layer_tiling.ts";
import {
  Boundary,
  BOUNDARY_WORDS,
  LAYER_WORDS,
  Shared,
  SHARED_WORDS,
  State,
} from "./memory_map.ts";

/** The program of `cascade.as.ts`. */
const BINARIES: ProgramBinaries = {
  shared: new URL("./cascade.shared.wasm", import.meta.url),
  single: new URL("./cascade.wasm", import.meta.url),
};

/** How a cascade runs. */
export interface CascadeDesign {
  readonly network: Network;
  /** How the outputs of each layer stand. */
  readonly tilings: readonly LayerTiling[];
  readonly sizes: CascadeSizes;
  /** Whether a batch falls through many layers before the next. */
  readonly fused: boolean;
  /** Whether inputs that are dead from the start may be dropped. */
  readonly dropInputs: boolean;
  /** Whether dead inputs may be dropped after a layer. */
  readonly dropAfter: (layer: number) => boolean;
}

/** What came out at the end: inputs in no order, and their outputs one after the other. */
export interface CascadeResults {
  readonly ids: Uint32Array<ArrayBuffer>;
  readonly outputs: Float32Array<ArrayBuffer>;
}

/** What the threads counted since the last reset. */
export interface CascadeCounts {
  /** Inputs alive at each boundary. */
  readonly alive: readonly number[];
  /** Inputs that each layer was run for. */
  readonly executed: readonly number[];
  /** Inputs that wait for others. */
  readonly waiting: number;
}

/**
 * The batches of all threads in the linear memory, and the layers they fall through.
 *
 * ```text
 *   inputs ─► queue ─► thread 0:  batch ══ layer 0 ══ layer 1 ══╗  a third died:
 *                 │                                             ╚═► waits before layer 2 until
 *                 │                    others fill it ─► batch ══ layer 2 ══ … ══► survivors
 *                 └──► thread 1:  …
 * ```
 *
 * A batch of 32 inputs has two copies, before and after a layer, that stay in the second-level
 * cache; weights stream past them once for 32 inputs.
 */
export class Cascade implements Disposable {
  /** Where inputs gather. */
  readonly stage: InputStage;
  readonly #design: CascadeDesign;
  readonly #device: CpuDevice;
  readonly #program: CpuProgram;
  readonly #taken: DisposableStack;
  readonly #shared: CpuBuffer;
  readonly #states: CpuBuffer;
  readonly #batches: CpuBuffer;
  readonly #resultIds: CpuBuffer;
  #resultOutputs: CpuBuffer | undefined;

  private constructor(design: CascadeDesign, device: CpuDevice, program: CpuProgram) {
    using taken = new DisposableStack();
    const take = (words: number, label: string): CpuBuffer =>
      taken.use(device.memory.allocate(4 * words, label));
    const { network, sizes } = design;
    this.#design = design;
    this.#device = device;
    this.#program = program;
    this.#shared = take(SHARED_WORDS, "what threads share");
    this.#states = take(device.threads * this.#stateWords, "the threads' states");
    const bytes = device.threads * sizes.batches * batchBytes(network);
    this.#batches = take(bytes / 4, "the batches");
    this.#resultIds = take(sizes.results, "the survivors");
    this.stage = new InputStage(
      take(sizes.staged + 1, "the inputs' offsets"),
      take(sizes.entries, "the inputs' columns"),
      take(sizes.entries, "the inputs' values"),
    );
    this.#write(take);
    this.#taken = taken.move();
  }

  /**
   * Takes memory and encodes the layers in it.
   *
   * @throws {MemoryExhaustedError} If there is no room.
   */
  static async open(design: CascadeDesign, device: CpuDevice): Promise<Cascade> {
    return new Cascade(design, device, await device.load(BINARIES));
  }

  /** Forgets all inputs and counts. */
  reset(outputs: boolean): void {
    const { network, sizes: { results } } = this.#design;
    if (outputs && this.#resultOutputs === undefined) {
      const rows = network.layers[network.layers.length - 1].weights.rows;
      this.#resultOutputs = this.#taken.use(
        this.#device.memory.allocate(4 * results * rows, "the survivors' outputs"),
      );
    }
    const shared = this.#shared.u32();
    shared[Shared.results] = 0;
    shared[Shared.firstId] = 0;
    shared[Shared.resultOutputs] = outputs ? this.#resultOutputs?.address ?? 0 : 0;
    for (let thread = 0; thread < this.#device.threads; thread++) this.#resetThread(thread);
    this.stage.clear();
  }

  /** Lets what is staged fall as far as it goes; with `drain`, all the way. */
  async run(run: RunProgram, drain: boolean): Promise<void> {
    const { fused, network: { layers } } = this.#design;
    const shared = this.#shared.u32();
    shared[Shared.nextInput] = 0;
    shared[Shared.inputs] = this.stage.rows;
    const stop = fused ? layers.length : 1;
    await this.#each(run, "take", stop);
    if (!fused) await this.#layerByLayer(run);
    else if (drain) await this.#each(run, "flush", 0, layers.length, layers.length);
    this.#shared.u32()[Shared.firstId] += this.stage.rows;
    this.stage.clear();
  }

  /** Takes away the results there are. */
  takeResults(): CascadeResults {
    const { layers } = this.#design.network;
    const shared = this.#shared.u32();
    const count = shared[Shared.results];
    shared[Shared.results] = 0;
    const length = shared[Shared.resultOutputs] === 0
      ? 0
      : count * layers[layers.length - 1].weights.rows;
    return {
      ids: new Uint32Array(this.#resultIds.u32().subarray(0, count)),
      outputs: new Float32Array(this.#resultOutputs?.f32().subarray(0, length) ?? []),
    };
  }

  /** What the threads counted, all of them together. */
  counts(): CascadeCounts {
    const { layers } = this.#design.network;
    const sum = (boundary: number, field: number): number => {
      let total = 0;
      for (let thread = 0; thread < this.#device.threads; thread++) {
        total += this.#boundary(thread, boundary)[field];
      }
      return total;
    };
    const boundaries = Array.from({ length: layers.length + 1 }, (_, boundary) => boundary);
    return {
      alive: boundaries.map((boundary) => sum(boundary, Boundary.alive)),
      executed: layers.map((_, layer) => sum(layer, Boundary.executed)),
      waiting: boundaries.reduce(
        (all, boundary) => all + sum(boundary, Boundary.waitingColumns),
        0,
      ),
    };
  }

  /** Gives all memory back. */
  [Symbol.dispose](): void {
    this.#taken.dispose();
  }

  #each(run: RunProgram, entry: string, ...args: readonly number[]): Promise<void> {
    return run(this.#program, entry, [this.#shared.address, ...args]);
  }

  async #layerByLayer(run: RunProgram): Promise<void> {
    const { layers } = this.#design.network;
    await this.#each(run, "flush", 0, 1, 1);
    for (let layer = 1; layer < layers.length; layer++) {
      const repacks = layer + 1 < layers.length && this.#design.dropAfter(layer + 1);
      for (let thread = 0; repacks && thread < this.#device.threads; thread++) {
        this.#boundary(thread, layer + 1)[Boundary.waiting] = this.#wandering(thread);
      }
      await this.#each(run, "pass", layer);
      for (let thread = 0; repacks && thread < this.#device.threads; thread++) {
        const boundary = this.#boundary(thread, layer + 1);
        this.#state(thread)[State.wandering] = boundary[Boundary.waiting];
        boundary[Boundary.waiting] = 0;
      }
    }
  }

  #wandering(thread: number): number {
    return this.#state(thread)[State.wandering];
  }

  get #stateWords(): number {
    return stateWords(this.#design.network, this.#design.sizes.listed);
  }

  #state(thread: number): Uint32Array<ArrayBufferLike> {
    const words = this.#stateWords;
    return this.#states.u32().subarray(thread * words, (thread + 1) * words);
  }

  #boundary(thread: number, boundary: number): Uint32Array<ArrayBufferLike> {
    return this.#state(thread).subarray(State.boundaries + boundary * BOUNDARY_WORDS);
  }

  #resetThread(thread: number): void {
    const { network: { layers }, sizes: { batches, listed, repacks }, fused } = this.#design;
    const state = this.#state(thread);
    state.fill(0);
    const bytes = batchBytes(this.#design.network);
    let next = this.#batches.address + thread * batches * bytes;
    const batch = (): number => (next += bytes) - bytes;
    state[State.spare] = batch();
    state[State.secondSpare] = batch();
    this.#boundary(thread, 0)[Boundary.waiting] = batch();
    if (fused) {
      for (const boundary of repacks) this.#boundary(thread, boundary)[Boundary.waiting] = batch();
      return;
    }
    state[State.wandering] = batch();
    const list = State.boundaries + BOUNDARY_WORDS * (layers.length + 1);
    const pool = list + 2 * listed;
    const address = this.#states.address + 4 * thread * this.#stateWords;
    state[State.list] = address + 4 * list;
    state[State.pool] = address + 4 * pool;
    state[State.pooled] = listed;
    for (let i = 0; i < listed; i++) state[pool + i] = batch();
  }

  /** Encodes the layers and says where everything stands. */
  #write(take: (words: number, label: string) => CpuBuffer): void {
    const { network, tilings } = this.#design;
    const { layers } = network;
    const words = layers.map(({ weights }, l) => layerWords(weights, tilings[l]));
    const weights = take(words.reduce((sum, count) => sum + count, 0), "the weights");
    const table = take(layers.length * LAYER_WORDS, "the layers' records");
    let begin = 0;
    layers.forEach((layer, l) => {
      encodeLayer(layer, tilings[l], stretch(weights, begin, words[l]), {
        ...stretch(table, l * LAYER_WORDS, LAYER_WORDS),
      });
      begin += words[l];
    });
    const shared = this.#shared.u32();
    shared[Shared.layers] = layers.length;
    shared[Shared.layerTable] = table.address;
    shared[Shared.tail] = tailOffset(network);
    shared[Shared.firstBytes] = rowOffset(layers[0].weights.cols);
    shared[Shared.dropInputs] = this.#design.dropInputs ? 1 : 0;
    shared[Shared.rowOffsets] = this.stage.rowOffsets.address;
    shared[Shared.colIndices] = this.stage.colIndices.address;
    shared[Shared.values] = this.stage.values.address;
    shared[Shared.resultIds] = this.#resultIds.address;
    shared[Shared.states] = this.#states.address;
    shared[Shared.stateBytes] = 4 * this.#stateWords;
  }
}

function stretch(buffer: CpuBuffer, begin: number, words: number) {
  return {
    address: buffer.address + 4 * begin,
    u32: buffer.u32().subarray(begin, begin + words),
    f32: buffer.f32().subarray(begin, begin + words),
  };
}
