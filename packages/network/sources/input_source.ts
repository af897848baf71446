import { type ChallengeNeurons, findData } from "@spmm/datasets";
import { SourceError } from "./errors.ts";
import { isChallengeSize } from "./network_source.ts";
import type { NetworkIdentity } from "./open_network.ts";

/**
 * Where inputs come from, in full: whoever has this opens the same inputs, another process too. JSON
 * holds it.
 */
export type InputSource =
  | {
    /** Those of the Graph Challenge, rebuilt from MNIST's training images. */
    readonly kind: "rebuilt";
    readonly neurons: ChallengeNeurons;
    /** The first image, from 0. */
    readonly first: number;
    /** How many; all that follow where absent. */
    readonly count?: number;
  }
  | {
    /** MNIST's test images with their labels, for a trained network. */
    readonly kind: "mnist-test";
    /** The first image, from 0. */
    readonly first: number;
    /** How many; all that follow where absent. */
    readonly count?: number;
  }
  | {
    /** The challenge's own files: all 60 000 inputs or, where those are not there, the first 1200. */
    readonly kind: "official";
    readonly folder: string;
    readonly neurons: ChallengeNeurons;
  }
  | {
    /** A matrix file, a row for each input. */
    readonly kind: "file";
    readonly path: string;
  };

/** What stands for inputs in help texts. */
export const INPUT_HELP: string =
  "mnist, mnist:COUNT or mnist:FIRST+COUNT (rebuilt for the challenge's networks, the test images " +
  "for a trained one), official, or a file: .tsv, .mtx, .npy, plain or .gz, or .npz";

/** Neurons of the first layer of a network that takes MNIST's own pixels. */
export const PIXELS = 784;

/**
 * Finds the inputs that a text names, for a network.
 *
 * | text                                   | inputs                                             |
 * | -------------------------------------- | -------------------------------------------------- |
 * | `mnist`, `mnist:600`, `mnist:1000+600` | all images, the first 600, 600 from the 1000th on: rebuilt for 1024, 4096, 16 384 or 65 536 neurons, MNIST's test images for 784 |
 * | `official`                             | the challenge's own                                |
 * | a file                                 | a row for each input: `.tsv`, `.mtx`, `.npy`, plain or `.gz`, or `.npz` |
 *
 * @param text What names them.
 * @param network What they are for.
 * @throws {SourceError} If that names no inputs, or none that the network takes.
 *
 * @example Images for a small and a large network
 * ```ts
 * import { parseInputSource, parseNetworkSource } from "@spmm/network";
 * import assert from "node:assert/strict";
 *
 * const source = await parseNetworkSource("radix:4096x120");
 * assert.deepEqual(
 *   parseInputSource("mnist:100+20", { source, inputNeurons: 4096 }),
 *   { kind: "rebuilt", neurons: 4096, first: 100, count: 20 },
 * );
 * ```
 */
export function parseInputSource(text: string, network: NetworkIdentity): InputSource {
  const { inputNeurons: neurons } = network;
  const images = /^mnist(?::(?:(\d{1,9})\+)?(\d{1,9}))?$/.exec(text);
  if (images !== null) {
    const [, first = "0", count] = images;
    const range = { first: Number(first), ...count !== undefined && { count: Number(count) } };
    if (neurons === PIXELS) return { kind: "mnist-test", ...range };
    if (isChallengeSize(neurons)) return { kind: "rebuilt", neurons, ...range };
    throw unnamed("MNIST fits networks of 784, 1024, 4096, 16384 or 65536 inputs", neurons);
  }
  if (text === "official") return officialInputs(network);
  if (/\.((tsv|mtx|npy)(\.gz)?|npz)$/.test(text)) return { kind: "file", path: text };
  throw unnamed(`they must be ${INPUT_HELP}`, text);
}

function officialInputs({ source, inputNeurons: neurons }: NetworkIdentity): InputSource {
  if (!isChallengeSize(neurons)) {
    throw unnamed("official ones are for the Graph Challenge's networks", neurons);
  }
  const root = findData("graph-challenge");
  const beside = root === undefined ? undefined : `${root}/graph-challenge`;
  const folder = source.kind === "official" ? source.folder : beside;
  if (folder !== undefined) return { kind: "official", folder, neurons };
  throw unnamed("official ones must be among the published data, in graph-challenge", "none");
}

function unnamed(rule: string, received: string | number): SourceError {
  return new SourceError(`Cannot find inputs: ${rule}: received ${received}`);
}
