import { challengeNetwork, loadTrained, openChallenge, radixNet } from "@spmm/datasets";
import type { Csr } from "@spmm/formats";
import { checkNetwork, type Network } from "../network.ts";
import { type LayerProgress, readNetworkFolder } from "./network_manifest.ts";
import { networkOrigin, type NetworkSource } from "./network_source.ts";
import { withRandomWeights } from "./random_weights.ts";

/** What must be known of a network to open inputs for it; its weights need not be at hand. */
export interface NetworkIdentity {
  /** Where it came from. */
  readonly source: NetworkSource;
  /** Inputs of the first layer: the columns that inputs must have. */
  readonly inputNeurons: number;
}

/** A network that was opened from a source. */
export interface OpenNetwork extends Network, NetworkIdentity {
  /** Where it came from, for people. */
  readonly origin: string;
}

/**
 * Opens a network: reads or generates all of its layers.
 *
 * Layers of a generated network with equal weights share their values, so that 120 layers of 65 536
 * neurons are 1 GB; with random weights they are 2 GB.
 *
 * @param source Where it comes from.
 * @param onProgress Told after every layer, where they come one by one.
 * @throws {SourceError} If `network.json` is no network.
 * @throws {DatasetError} If files of a published network are missing or damaged.
 * @throws {NetworkError} If layers do not fit one another.
 *
 * @example Three layers
 * ```ts
 * import { openNetwork, parseNetworkSource } from "@spmm/network";
 * import assert from "node:assert/strict";
 *
 * const network = await openNetwork(await parseNetworkSource("radix:1024x3"));
 * assert.deepEqual([network.name, network.layers.length], ["1024x3", 3]);
 * assert.match(network.origin, /^generated/);
 * ```
 */
export async function openNetwork(
  source: NetworkSource,
  onProgress?: LayerProgress,
): Promise<OpenNetwork> {
  const network = await layersOf(source, onProgress);
  checkNetwork(network);
  return {
    ...network,
    source,
    origin: networkOrigin(source),
    inputNeurons: network.layers[0].weights.cols,
  };
}

async function layersOf(source: NetworkSource, onProgress?: LayerProgress): Promise<Network> {
  switch (source.kind) {
    case "trained":
      return await loadTrained(source.folder);
    case "directory":
      return await readNetworkFolder(source.folder, onProgress);
    case "radix-net":
      return await generated(source, onProgress);
    case "official": {
      const { neurons, layers: depth } = source;
      const challenge = await openChallenge(source.folder, neurons);
      const layers: Csr[] = [];
      while (layers.length < depth) {
        layers.push(await challenge.layer(layers.length));
        onProgress?.(layers.length, depth);
      }
      return challengeNetwork({ layers, bias: challenge.bias });
    }
  }
}

/** So often others get a turn, progress and Ctrl-C among them, in milliseconds. */
const TURN = 50;

async function generated(
  source: Extract<NetworkSource, { readonly kind: "radix-net" }>,
  onProgress?: LayerProgress,
): Promise<Network> {
  const { neurons, layers: depth, seed, weights } = source;
  const net = radixNet({ neurons, layers: depth, seed });
  const layers: Csr[] = [];
  let turn = performance.now();
  for (const layer of net.layers()) {
    // Seeds of the permutations count up from `seed`; those of the weights count down.
    layers.push(weights === "equal" ? layer : withRandomWeights(layer, ~(seed + layers.length)));
    onProgress?.(layers.length, depth);
    if (performance.now() - turn < TURN) continue;
    await new Promise((resolve) => setTimeout(resolve));
    turn = performance.now();
  }
  return challengeNetwork({ layers });
}
