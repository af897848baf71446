import { loadMnist, type Mnist, mnistFeatures, openChallenge, rebuiltInputs } from "@spmm/datasets";
import { type Csr, sliceRows } from "@spmm/formats";
import { SourceError } from "./errors.ts";
import { type InputSource, PIXELS } from "./input_source.ts";
import type { NetworkIdentity } from "./open_network.ts";
import { readSparseFile } from "./read_sparse_file.ts";

/** What is known of the right result. */
export type Truth =
  | {
    /** Which inputs have an output that is not zero, ascending from 0. */
    readonly kind: "survivors";
    readonly survivors: Uint32Array;
  }
  | {
    /** How many inputs have an output that is not zero, by the f64 reference. */
    readonly kind: "survivor-count";
    readonly survivors: number;
  }
  | {
    /** The class of each input: the largest of its outputs. */
    readonly kind: "labels";
    readonly labels: Uint8Array;
    /** As many must come out right, or something is wrong with the inference. */
    readonly leastRight: number;
  };

/** Inputs that were found, of which any part can be had. */
export interface OpenInputs {
  /** Where they come from. */
  readonly source: InputSource;
  /** How many there are. */
  readonly count: number;
  /** Where they come from, for people. */
  readonly origin: string;
  /** What is known of the right result for all of them; absent where nothing is. */
  readonly truth?: Truth;
  /**
   * Some of them, in chunks that are made as they are asked for: a row for each input.
   *
   * @param first The first, from 0; 0 where absent.
   * @param end The one after the last; `count` where absent.
   * @throws {SourceError} If there are no such inputs.
   */
  chunks(first?: number, end?: number): AsyncGenerator<Csr, void, void>;
}

/**
 * Opens inputs for a network. Rebuilt ones are made chunk by chunk; files are in memory.
 *
 * @param source Where they come from.
 * @param network What they are for: its source tells which truth applies.
 * @throws {SourceError} If they have another number of columns than the network has inputs.
 * @throws {DatasetError} If published data is missing or damaged.
 * @throws {ParseError | FormatError} If a file is malformed.
 *
 * @example The last three of five
 * ```ts
 * import { openInputs, parseInputSource, parseNetworkSource } from "@spmm/network";
 * import assert from "node:assert/strict";
 *
 * const network = { source: await parseNetworkSource("radix:1024x2"), inputNeurons: 1024 };
 * const inputs = await openInputs(parseInputSource("mnist:5", network), network);
 * const sizes = (await Array.fromAsync(inputs.chunks(2))).map(({ rows }) => rows);
 * assert.deepEqual([inputs.count, sizes, inputs.origin], [5, [3], "rebuilt from MNIST"]);
 * ```
 */
export async function openInputs(
  source: InputSource,
  network: NetworkIdentity,
): Promise<OpenInputs> {
  const inputs = await opened(source, network);
  return {
    ...inputs,
    source,
    chunks(first = 0, end = inputs.count) {
      const whole = Number.isInteger(first) && Number.isInteger(end);
      if (whole && first >= 0 && first <= end && end <= inputs.count) {
        return inputs.chunks(first, end);
      }
      throw new SourceError(
        `Cannot take inputs: there are ${inputs.count}: received ${first} to ${end}`,
      );
    },
  };
}

interface Opened extends Omit<OpenInputs, "chunks" | "source"> {
  chunks(first: number, end: number): AsyncGenerator<Csr, void, void>;
}

async function opened(source: InputSource, network: NetworkIdentity): Promise<Opened> {
  switch (source.kind) {
    case "rebuilt":
      return await rebuilt(source, network);
    case "mnist-test":
      return await testImages(source, network);
    case "official":
      return await official(source, network);
    case "file": {
      const { inputNeurons: cols } = network;
      const matrix = await readSparseFile(source.path, { rows: undefined, cols });
      return inMemory(matrix, `file ${source.path}`, cols);
    }
  }
}

/**
 * Features of a chunk, at most: a chunk of rebuilt inputs has one in eight or so, at 8 bytes each.
 */
const CHUNK_FEATURES = 2 ** 26;

function chunkFor(neurons: number): number {
  return Math.min(4096, Math.max(1, Math.floor(CHUNK_FEATURES / Math.max(1, neurons))));
}

/** Of all rebuilt inputs, through the official network of 1024 neurons and 120 layers. */
const REBUILT_SURVIVORS = 1832;

async function rebuilt(
  { neurons, first: start, count: wanted }: Extract<InputSource, { readonly kind: "rebuilt" }>,
  { source, inputNeurons }: NetworkIdentity,
): Promise<Opened> {
  if (neurons !== inputNeurons) throw unfit("rebuilt inputs", inputNeurons, neurons);
  const mnist = await loadMnist("train");
  const count = countIn(mnist, start, wanted);
  const counted = source.kind === "official" && source.layers === 120 && neurons === 1024 &&
    count === mnist.count;
  return {
    count,
    ...counted && { truth: { kind: "survivor-count", survivors: REBUILT_SURVIVORS } },
    origin: "rebuilt from MNIST",
    async *chunks(first, end) {
      const range = { first: start + first, count: end - first };
      for await (
        const { inputs } of rebuiltInputs({ neurons, ...range, chunk: chunkFor(neurons), mnist })
      ) yield inputs;
    },
  };
}

async function testImages(
  { first: start, count: wanted }: Extract<InputSource, { readonly kind: "mnist-test" }>,
  { source, inputNeurons }: NetworkIdentity,
): Promise<Opened> {
  if (inputNeurons !== PIXELS) throw unfit("MNIST's test images", inputNeurons, PIXELS);
  const mnist = await loadMnist("test");
  const count = countIn(mnist, start, wanted);
  const labels = mnist.labels.subarray(start, start + count);
  const leastRight = source.kind === "trained" ? leastRightOf(count, mnist.count) : 0;
  return {
    count,
    origin: "MNIST test images",
    truth: { kind: "labels", labels, leastRight },
    async *chunks(first, end) {
      const step = chunkFor(PIXELS);
      for (let begin = first; begin < end; begin += step) {
        yield await mnistFeatures(mnist, start + begin, Math.min(step, end - begin));
      }
    },
  };
}

/** Of the 10 000 test images, as its authors have it. */
const TRAINED_ACCURACY = 0.9494;
/** Images whose two largest outputs are so close that rounding may turn them. */
const ROUNDING_MAY_TURN = 5;

/** Of all images the trained network gets a known number right, of some of them about that share. */
function leastRightOf(count: number, all: number): number {
  const right = TRAINED_ACCURACY * count;
  if (count === all) return Math.round(right) - ROUNDING_MAY_TURN;
  // Five standard deviations of so many independent trials.
  const deviation = Math.sqrt(right * (1 - TRAINED_ACCURACY));
  return Math.max(0, Math.floor(right - 5 * deviation));
}

async function official(
  { folder, neurons }: Extract<InputSource, { readonly kind: "official" }>,
  { source, inputNeurons }: NetworkIdentity,
): Promise<Opened> {
  const challenge = await openChallenge(folder, neurons);
  const matrix = await challenge.inputs();
  const inputs = inMemory(matrix, `official, ${challenge.inputFile}`, inputNeurons);
  // Generated networks permute their neurons otherwise, so the published truth is not theirs.
  const judged = source.kind === "official" && challenge.judged.includes(source.layers);
  if (!judged) return inputs;
  const survivors = await challenge.survivors(source.layers, matrix.rows);
  return { ...inputs, truth: { kind: "survivors", survivors } };
}

function inMemory(matrix: Csr, origin: string, inputNeurons: number): Opened {
  if (matrix.cols !== inputNeurons) throw unfit(origin, inputNeurons, matrix.cols);
  return {
    count: matrix.rows,
    origin,
    async *chunks(first, end) {
      const step = chunkFor(matrix.cols);
      for (let begin = first; begin < end; begin += step) {
        yield await sliceRows(matrix, begin, Math.min(begin + step, end));
      }
    },
  };
}

function countIn(mnist: Mnist, first: number, wanted = mnist.count - first): number {
  if (wanted >= 0 && first + wanted <= mnist.count) return wanted;
  const rule = `there are ${mnist.count} images`;
  throw new SourceError(`Cannot open inputs: ${rule}: received ${first} and ${wanted} more`);
}

function unfit(what: string, neurons: number, received: number): SourceError {
  return new SourceError(
    `Cannot open inputs: ${what} must have ${neurons} columns, a column for each input of the ` +
      `first layer: received ${received}`,
  );
}
