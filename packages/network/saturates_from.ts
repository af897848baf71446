import type { Network, NetworkLayer } from "./network.ts";

/** Half the distance from 1 to the next number of f32, doubled for safety. */
const EPSILON = 2 ** -23;

/**
 * After how many layers a fully saturated input stays so: if all its activations are at the ceiling
 * then, they are at the ceilings of all later layers too, whatever order sums are taken in. Such an
 * input has reached a fixed point, and computing on tells nothing new. In the Graph Challenge's
 * networks that holds from the first layer on, and most survivors are there after a dozen layers: a
 * property of the benchmark, so what uses this must say so.
 *
 * @param network The network.
 * @returns Layers; as many as the network has where nothing can be said. O(connections).
 *
 * @example Weights that keep what is full, full
 * ```ts
 * import { type NetworkLayer, saturatesFrom } from "@spmm/network";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const layer: NetworkLayer = {
 *   weights: csrFromDense(dense(1, 1, new Float32Array([2]))),
 *   bias: Float32Array.of(-3),
 *   activation: { kind: "clipped-relu", ceiling: 32 },
 * };
 * assert.equal(saturatesFrom({ name: "full", layers: [layer, layer, layer] }), 1);
 * ```
 */
export function saturatesFrom({ layers }: Network): number {
  const breaks = layers.findLastIndex((layer, l) => l > 0 && !keepsFull(layer, layers[l - 1]));
  return breaks === -1 ? 1 : breaks + 1;
}

function keepsFull({ weights, bias, activation }: NetworkLayer, before: NetworkLayer): boolean {
  if (activation?.kind !== "clipped-relu") return false;
  if (before.activation?.kind !== "clipped-relu") return false;
  const { rowOffsets, values } = weights;
  for (let row = 0; row < weights.rows; row++) {
    let [sum, size] = [0, 0];
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      sum += values[entry];
      size += Math.abs(values[entry]);
    }
    const { ceiling } = before.activation;
    const terms = rowOffsets[row + 1] - rowOffsets[row];
    const error = (terms + 4) * EPSILON * (ceiling * size + Math.abs(bias[row]));
    if (!(ceiling * sum + bias[row] - error >= activation.ceiling)) return false;
  }
  return true;
}
