import { randomSource } from "@spmm/formats";
import type { Network } from "@spmm/network";

/**
 * How far a weight may be from what it was, in parts of it: too little to change who lives and dies
 * by much, and so much that a layer has more weights than 16 bits can name.
 */
const SPREAD = 0.01;
const SEED = 7;

/** A network with every weight multiplied by 1 ± {@linkcode SPREAD}, each by another number. */
export function withArbitraryWeights(network: Network): Network {
  return {
    name: `${network.name}, arbitrary weights`,
    layers: network.layers.map((layer, l) => {
      const { unit } = randomSource(SEED + l);
      const values = layer.weights.values.map((value) => value * (1 + SPREAD * (2 * unit() - 1)));
      return { ...layer, weights: { ...layer.weights, values } };
    }),
  };
}
