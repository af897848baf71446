import { type ChallengeNeurons, findData, GRAPH_CHALLENGE, openChallenge } from "@spmm/datasets";
import { SourceError } from "./errors.ts";
import { isFile, isFolder } from "./paths.ts";

/**
 * Where a network comes from, in full: whoever has this opens the same network, another process
 * too. JSON holds it.
 */
export type NetworkSource =
  | {
    /** Generated, with the structure of the Graph Challenge. */
    readonly kind: "radix-net";
    readonly neurons: ChallengeNeurons;
    readonly layers: number;
    readonly seed: number;
    /** All 1/16, as in the challenge, or drawn around that. */
    readonly weights: "equal" | "random";
  }
  | {
    /** The challenge's own files, as `openChallenge` of `@spmm/datasets` has them. */
    readonly kind: "official";
    readonly folder: string;
    readonly neurons: ChallengeNeurons;
    readonly layers: number;
  }
  | {
    /** The trained MNIST network, as `loadTrained` of `@spmm/datasets` has it. */
    readonly kind: "trained";
    readonly folder: string;
  }
  | {
    /** Any layers: a folder with a file `network.json`. */
    readonly kind: "directory";
    readonly folder: string;
  };

/** What stands for a network in help texts. */
export const NETWORK_HELP: string =
  "1024x120 (official where at hand, else generated), radix:1024x120[:SEED], " +
  "random:1024x120[:SEED], trained, or a folder";

const GENERATED_SEED = 1;
const TRAINED = "trained/mnist-n128-l18";

/**
 * Finds the network that a text names.
 *
 * | text                       | network                                                          |
 * | -------------------------- | ---------------------------------------------------------------- |
 * | `1024x120`                 | the challenge's, from its files where they are at hand, else generated |
 * | `radix:1024x120[:SEED]`    | generated in any case, all weights 1/16                          |
 * | `random:1024x120[:SEED]`   | generated, all weights different                                 |
 * | `trained`                  | the trained MNIST network among the published data               |
 * | a folder                   | with `network.json`, the trained network, or files of the challenge |
 *
 * @param text What names it.
 * @throws {SourceError} If that names no network.
 *
 * @example A generated network
 * ```ts
 * import { parseNetworkSource } from "@spmm/network";
 * import assert from "node:assert/strict";
 *
 * const source = await parseNetworkSource("random:4096x480:7");
 * assert.deepEqual(source, {
 *   kind: "radix-net", neurons: 4096, layers: 480, seed: 7, weights: "random",
 * });
 * ```
 */
export async function parseNetworkSource(text: string): Promise<NetworkSource> {
  const found = /^(?:(radix|random):)?(\d{1,9})x(\d{1,9})(?::(\d{1,9}))?$/.exec(text);
  if (found === null) return text === "trained" ? trained() : await sourceInFolder(text);
  const [, prefix, width, depth, seed] = found;
  const neurons = challengeNeurons(Number(width), text);
  const layers = Number(depth);
  if (layers === 0) throw unnamed("there must be a layer or more", text);
  if (prefix === undefined) {
    if (seed !== undefined) throw unnamed("a seed goes with radix: or random:", text);
    const official = await officialAtHand(neurons, layers);
    if (official !== undefined) return official;
  }
  return {
    kind: "radix-net",
    neurons,
    layers,
    seed: Number(seed ?? GENERATED_SEED),
    weights: prefix === "random" ? "random" : "equal",
  };
}

/**
 * Where a network comes from, for people: official, generated, trained, and from which files.
 *
 * @param source The source.
 *
 * @example Generated networks say so
 * ```ts
 * import { networkOrigin } from "@spmm/network";
 * import assert from "node:assert/strict";
 *
 * const origin = networkOrigin({
 *   kind: "radix-net", neurons: 1024, layers: 120, seed: 1, weights: "equal",
 * });
 * assert.equal(origin, "generated RadiX-Net, seed 1, all weights 1/16");
 * ```
 */
export function networkOrigin(source: NetworkSource): string {
  switch (source.kind) {
    case "radix-net": {
      const weights = source.weights === "equal" ? "all weights 1/16" : "random weights";
      return `generated RadiX-Net, seed ${source.seed}, ${weights}`;
    }
    case "official":
      return `official files in ${source.folder}`;
    case "trained":
      return `trained, files in ${source.folder}`;
    case "directory":
      return `files in ${source.folder}`;
  }
}

function trained(): NetworkSource {
  const root = findData(TRAINED);
  if (root !== undefined) return { kind: "trained", folder: `${root}/${TRAINED}` };
  throw unnamed(`the folder ${TRAINED} must be among the published data`, "none");
}

async function officialAtHand(
  neurons: ChallengeNeurons,
  layers: number,
): Promise<NetworkSource | undefined> {
  const root = findData(`graph-challenge/neuron${neurons}`);
  if (root === undefined) return undefined;
  const folder = `${root}/graph-challenge`;
  const { depth } = await openChallenge(folder, neurons);
  return depth >= layers ? { kind: "official", folder, neurons, layers } : undefined;
}

async function sourceInFolder(text: string): Promise<NetworkSource> {
  const folder = text.replace(/(?<=.)\/+$/, "");
  if (!await isFolder(folder)) {
    throw unnamed(`it must be NEURONSxLAYERS, radix:…, random:…, trained or a folder`, text);
  }
  if (await isFile(`${folder}/network.json`)) return { kind: "directory", folder };
  if (await isFolder(`${folder}/weights`) && await isFolder(`${folder}/biases`)) {
    return { kind: "trained", folder };
  }
  const itself = /^(?:(.*)\/)?neuron(\d+)$/.exec(folder);
  if (itself !== null) {
    return await officialIn(itself[1] ?? ".", challengeNeurons(Number(itself[2]), text));
  }
  const sizes = await sizesIn(folder);
  if (sizes.length === 1) return await officialIn(folder, sizes[0]);
  const rule = sizes.length === 0
    ? "a folder must have network.json, or weights and biases, or layers of the Graph Challenge"
    : `name one of its folders, as in ${folder}/neuron${sizes[0]}`;
  throw unnamed(rule, text);
}

async function officialIn(folder: string, neurons: ChallengeNeurons): Promise<NetworkSource> {
  const { depth } = await openChallenge(folder, neurons);
  if (depth > 0) return { kind: "official", folder, neurons, layers: depth };
  throw unnamed("the folder must have the challenge's first layer", `${folder}/neuron${neurons}`);
}

async function sizesIn(folder: string): Promise<ChallengeNeurons[]> {
  const sizes: ChallengeNeurons[] = [];
  for (const neurons of SIZES) {
    if (await isFolder(`${folder}/neuron${neurons}`)) sizes.push(neurons);
  }
  return sizes;
}

const SIZES: readonly ChallengeNeurons[] = [1024, 4096, 16384, 65536];

/** One of the challenge's sizes. */
export function isChallengeSize(neurons: number): neurons is ChallengeNeurons {
  return Object.hasOwn(GRAPH_CHALLENGE.bias, neurons);
}

function challengeNeurons(neurons: number, text: string): ChallengeNeurons {
  if (isChallengeSize(neurons)) return neurons;
  throw unnamed(`neurons must be ${SIZES.join(", ")}`, text);
}

function unnamed(rule: string, received: string): SourceError {
  return new SourceError(`Cannot find a network: ${rule}: received ${received}`);
}
