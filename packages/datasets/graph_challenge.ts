import { type Csr, type Dense, dense } from "@spmm/formats";
import {
  categoriesFile,
  inputFiles,
  readInputs,
  readLayer,
  readSurvivors,
} from "./challenge_files.ts";
import { DatasetError } from "./errors.ts";
import { type ChallengeNeurons, GRAPH_CHALLENGE } from "./open_challenge.ts";

/** Neurons of the official network that is at hand. */
const NEURONS: ChallengeNeurons = 1024;
const MOST_LAYERS = 120;

/** The official 1024-neuron network with its first inputs and their truth. */
export interface GraphChallenge {
  /** Neurons in each layer, 1024. */
  readonly neurons: number;
  /**
   * The layers in turn, W with row = input neuron and column = output neuron, so that
   * Y' = clip(Y·W + bias, 0, ceiling), or on columns Y'ᵀ = clip(Wᵀ·Yᵀ + bias, 0, ceiling).
   */
  readonly layers: readonly Csr[];
  /** The inputs Y, inputs × neurons; every entry is 1. */
  readonly inputs: Csr;
  /** What is added to every neuron. */
  readonly bias: number;
  /** Above which activations are clipped. */
  readonly ceiling: number;
  /** The inputs, from 0, that are not all zero after 120 layers. */
  readonly survivors: Uint32Array;
}

/**
 * Loads the official 1024-neuron network of the Sparse DNN Graph Challenge (Kepner et al., HPEC
 * 2019) and the inputs at hand: the first 1200 of 60 000, of which 19 survive all 120 layers (the
 * same after 30).
 *
 * @param root The folder of published data, with a folder `graph-challenge` in it.
 * @param options How many layers to load; 120 where absent.
 * @throws {DatasetError} If files are missing or are not of the challenge.
 * @throws {ParseError} If a file is malformed.
 *
 * @example Two layers
 * ```ts
 * import { dataRoot, loadGraphChallenge } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const root = dataRoot();
 * if (root !== undefined) {
 *   const { layers, inputs, survivors } = await loadGraphChallenge(root, { layers: 2 });
 *   assert.deepEqual([layers.length, inputs.rows, survivors.length], [2, 1200, 19]);
 * }
 * ```
 */
export async function loadGraphChallenge(
  root: string,
  options: { readonly layers?: number } = {},
): Promise<GraphChallenge> {
  const count = options.layers ?? MOST_LAYERS;
  if (!Number.isInteger(count) || count < 1 || count > MOST_LAYERS) {
    const rule = `layers must be a whole number from 1 to ${MOST_LAYERS}`;
    throw new DatasetError(`Cannot load the Graph Challenge: ${rule}: received ${count}`);
  }
  const folder = `${root}/graph-challenge`;
  const layers: Csr[] = [];
  for (let layer = 1; layer <= count; layer++) {
    layers.push(await readLayer(folder, NEURONS, layer));
  }
  const [, , firstInputs] = inputFiles(folder, NEURONS);
  const inputs = await readInputs(firstInputs, NEURONS);
  const categories = await readSurvivors(categoriesFile(folder, NEURONS, MOST_LAYERS));
  return {
    neurons: NEURONS,
    layers,
    inputs,
    bias: GRAPH_CHALLENGE.bias[NEURONS],
    ceiling: GRAPH_CHALLENGE.ceiling,
    survivors: categories.filter((input) => input < inputs.rows),
  };
}

/**
 * Inputs as the dense matrix that layers are multiplied with: a column for each input, a row for
 * each neuron.
 *
 * @param inputs Inputs × neurons, sparse.
 * @returns Neurons × inputs, in f32.
 *
 * @example An input is a column
 * ```ts
 * import { denseFeatures } from "@spmm/datasets";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const inputs = csrFromDense(dense(1, 3, new Float32Array([0, 1, 0])));
 * assert.deepEqual(denseFeatures(inputs), dense(3, 1, new Float32Array([0, 1, 0])));
 * ```
 */
export function denseFeatures(inputs: Csr): Dense {
  const features = dense(inputs.cols, inputs.rows);
  for (let input = 0; input < inputs.rows; input++) {
    for (let entry = inputs.rowOffsets[input]; entry < inputs.rowOffsets[input + 1]; entry++) {
      features.data[inputs.colIndices[entry] * inputs.rows + input] = inputs.values[entry];
    }
  }
  return features;
}
