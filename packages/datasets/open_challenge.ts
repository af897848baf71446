import { type Csr, transposeCsr } from "@spmm/formats";
import {
  categoriesFile,
  inputFiles,
  layerFile,
  readInputs,
  readLayer,
  readSurvivors,
} from "./challenge_files.ts";
import { isReadableFolder } from "./data_root.ts";
import { DatasetError } from "./errors.ts";
import { plainOrGzip } from "./expanded_file.ts";

/** The sizes of the challenge's networks: neurons in each layer. */
export type ChallengeNeurons = 1024 | 4096 | 16384 | 65536;

/** What every network of the Sparse DNN Graph Challenge shares, and the bias by its size. */
export const GRAPH_CHALLENGE: {
  /** The ceiling of the clipped ReLU. */
  readonly ceiling: 32;
  /** The bias of every neuron, by the number of neurons in a layer. */
  readonly bias: Readonly<Record<ChallengeNeurons, number>>;
} = {
  ceiling: 32,
  bias: { 1024: -0.3, 4096: -0.35, 16384: -0.4, 65536: -0.45 },
};

/** The depths that the challenge publishes truths for. */
const DEPTHS = [120, 480, 1920] as const;

/** An official network, of which as much is read as is asked for. */
export interface OpenChallenge {
  /** Neurons in each layer. */
  readonly neurons: ChallengeNeurons;
  /** Layers at hand, from the first to the last before one is missing. */
  readonly depth: number;
  /** What is added to every neuron. */
  readonly bias: number;
  /** Above which activations are clipped. */
  readonly ceiling: number;
  /** The depths of which the truth is at hand. */
  readonly judged: readonly number[];
  /** The file that {@linkcode OpenChallenge.inputs} reads, or undefined where none is at hand. */
  readonly inputFile: string | undefined;
  /**
   * Reads a layer, from 0: outputs × inputs, the transpose of what the file has.
   *
   * @throws {DatasetError} If it is not at hand, or is not of the challenge.
   */
  layer(index: number): Promise<Csr>;
  /**
   * Reads the official inputs at hand, inputs × neurons: all 60 000, else the first 1200.
   *
   * @throws {DatasetError} If there are none.
   */
  inputs(): Promise<Csr>;
  /**
   * Reads which inputs, from 0, are not all zero after `depth` layers.
   *
   * @param depth One of the depths of the challenge.
   * @param inputs Only of the first so many inputs; of all 60 000 where absent.
   * @throws {DatasetError} If that is not at hand.
   */
  survivors(depth: number, inputs?: number): Promise<Uint32Array>;
}

/**
 * Opens a network of the Sparse DNN Graph Challenge (Kepner et al., HPEC 2019) as its site unpacks
 * it; each file plain or `.gz`:
 *
 * ```text
 *   neuron4096/n4096-l1.tsv … n4096-l1920.tsv     layers
 *   sparse-images-4096.tsv or .mtx                inputs (…-first1200.mtx: the first of them)
 *   neuron4096-l120-categories.tsv                survivors, for 120, 480 and 1920 layers
 * ```
 *
 * Any part may be missing until it is asked for.
 *
 * @param folder The folder that has those.
 * @param neurons Which network.
 * @throws {DatasetError} If there is no such folder or network.
 *
 * @example What is not there is named
 * ```ts
 * import { DatasetError, openChallenge } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * const network = await openChallenge(folder, 4096);
 * assert.deepEqual([network.depth, network.bias, network.judged], [0, -0.35, []]);
 * await assert.rejects(network.layer(0), DatasetError);
 * ```
 */
export async function openChallenge(
  folder: string,
  neurons: ChallengeNeurons,
): Promise<OpenChallenge> {
  const bias: number | undefined = GRAPH_CHALLENGE.bias[neurons];
  if (bias === undefined) {
    refuse(`neurons must be ${Object.keys(GRAPH_CHALLENGE.bias).join(", ")}`, neurons);
  }
  if (!isReadableFolder(folder)) refuse("the folder must exist and be readable", folder);
  const inputFile = await firstThatExists(inputFiles(folder, neurons));
  return {
    neurons,
    bias,
    ceiling: GRAPH_CHALLENGE.ceiling,
    depth: await depthOf(folder, neurons),
    judged: await judgedDepths(folder, neurons),
    inputFile,
    async layer(index) {
      const most = DEPTHS[2] - 1;
      if (!Number.isInteger(index) || index < 0 || index > most) {
        refuse(`a layer must be a whole number from 0 to ${most}`, index);
      }
      return transposeCsr(await readLayer(folder, neurons, index + 1));
    },
    async inputs() {
      const path = inputFile ??
        refuse(`the folder must have sparse-images-${neurons}.tsv or .mtx`, folder);
      return await readInputs(path, neurons);
    },
    async survivors(depth, inputs = Infinity) {
      const all = await readSurvivors(categoriesFile(folder, neurons, depth));
      return all.filter((input) => input < inputs);
    },
  };
}

async function depthOf(folder: string, neurons: number): Promise<number> {
  let depth = 0;
  while (await plainOrGzip(layerFile(folder, neurons, depth + 1)) !== undefined) depth++;
  return depth;
}

async function judgedDepths(folder: string, neurons: number): Promise<number[]> {
  const judged: number[] = [];
  for (const depth of DEPTHS) {
    const path = await plainOrGzip(categoriesFile(folder, neurons, depth));
    if (path !== undefined) judged.push(depth);
  }
  return judged;
}

async function firstThatExists(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) if (await plainOrGzip(path) !== undefined) return path;
  return undefined;
}

function refuse(rule: string, received: string | number): never {
  throw new DatasetError(`Cannot open the Graph Challenge: ${rule}: received ${received}`);
}
