import type { Csr, Dense } from "@spmm/formats";

/** How many inputs still had a non-zero activation where it was looked at. */
export interface AliveAfter {
  /** Layers done: 0 before the first. */
  readonly layers: number;
  /** Inputs alive then, of all chunks together. */
  readonly inputs: number;
}

/** Where the time of an inference went, in seconds. */
export interface InferenceSeconds {
  /** Bringing inputs, and out of core weights too, to the device. */
  readonly upload: number;
  /**
   * The layers on the device: by its own clock where it has one, features resident before, results
   * resident after.
   */
  readonly compute: number;
  /** Bringing the results back. */
  readonly readback: number;
  /** All of it by the host's clock, what overlaps counted once. */
  readonly total: number;
}

/** Multiply-adds, counted two ways that must never be mixed. */
export interface Edges {
  /** As the Graph Challenge counts: inputs × connections. */
  readonly counted: number;
  /** Multiply-adds with weights of the network that were really done for an input. */
  readonly executed: number;
}

/** What a network made of its inputs. */
export interface Inference {
  /** Inputs taken. */
  readonly inputs: number;
  /** Inputs with an output that is not zero, ascending, counted from 0 over all chunks. */
  readonly survivors: Uint32Array;
  /** The outputs of the survivors, a column each in their order; absent unless asked for. */
  readonly outputs?: Dense;
  /** From the first layer to the last. */
  readonly alive: readonly AliveAfter[];
  /** Where the time went. */
  readonly seconds: InferenceSeconds;
  /** Multiply-adds, counted and executed. */
  readonly edges: Edges;
}

/** How far an inference is. */
export interface InferenceProgress {
  /** Inputs that are through all layers. */
  readonly inputs: number;
  /** All inputs, where their number is known. */
  readonly of: number | undefined;
}

/** Wishes for one inference. */
export interface InferOptions {
  /** Bring back the survivors' outputs too; false where absent. */
  readonly outputs?: boolean;
  /** Told after every chunk. */
  readonly onProgress?: (progress: InferenceProgress) => void;
}

/**
 * Inputs: a row for each, a column for each neuron of the first layer; all at once, or in chunks of
 * any size as they come.
 */
export type NetworkInputs = Csr | AsyncIterable<Csr> | Iterable<Csr>;

/** What a stage moves and computes for one live input. */
export interface StageWork {
  /** Bytes of features between memory and cores, each row once. */
  readonly bytes: number;
  /** Bytes of operands from the memory on the chip, weights included. */
  readonly onChipBytes: number;
  /** Operations, a multiply-add counted as two; those of padding included. */
  readonly operations: number;
}

/** Layers that run together, how, and why. */
export interface StageNote {
  /** The first layer of the stage. */
  readonly firstLayer: number;
  /** The layer after its last. */
  readonly endLayer: number;
  /** Strategies that apply: "fusion", "staging", … */
  readonly strategies: readonly string[];
  /** Why these and not others, in a sentence. */
  readonly why: string;
  /** Bytes of its weights as encoded. */
  readonly weightBytes: number;
  /** What it takes for a live input; absent where the engine does not reckon it. */
  readonly work?: StageWork;
}

/** A network made ready for a device. */
export interface NetworkPlan extends AsyncDisposable {
  /** The device's name. */
  readonly device: string;
  /** What runs how, from the first layer to the last. */
  readonly stages: readonly StageNote[];
  /** Device bytes of the weights as encoded. */
  readonly weightBytes: number;
  /** Device bytes of features and whatever else inputs need. */
  readonly featureBytes: number;
  /** The most inputs on the device at once. */
  readonly chunk: number;
  /** Host seconds of looking at the network: grouping, encoding, compiling. */
  readonly inspectSeconds: number;
  /** Host seconds of bringing the weights to the device. */
  readonly uploadSeconds: number;
  /** Strategies in force, labels of what exploits redundancy among them. */
  readonly labels: readonly string[];
  /** The stages as lines for a reader. */
  describe(): string;
  /**
   * Runs inputs through all layers.
   *
   * @throws {NetworkError} If inputs have another number of columns than the first layer.
   */
  infer(inputs: NetworkInputs, options?: InferOptions): Promise<Inference>;
}
