import type { Network, NetworkLayer } from "./network.ts";

/**
 * From how many layers on a dead input may be dropped: an input whose activations are all zero has
 * act(bias) as its next activations, so it stays all zero to the end, and is no survivor, exactly
 * where act(bias) = 0 for every neuron of every layer that is still to come. Under a ReLU that is a
 * bias that is nowhere positive, without an activation a bias of zero.
 *
 * One positive bias in the last layer thus switches pruning off altogether, and one in the first
 * layer only before it: right after that layer, dead is dead again. O(neurons).
 *
 * @param network The network.
 * @returns Layers done from which dead inputs may be dropped; 0 where even inputs may be, and the
 * number of layers where none may be before the end.
 *
 * @example A positive bias in the first of two layers
 * ```ts
 * import { zeroStaysZeroFrom } from "@spmm/network";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const weights = csrFromDense(dense(1, 1, new Float32Array([2])));
 * const layers = [0.5, -0.5].map((bias) => (
 *   { weights, bias: new Float32Array([bias]), activation: { kind: "relu" } } as const
 * ));
 * assert.equal(zeroStaysZeroFrom({ name: "both signs", layers }), 1);
 * ```
 */
export function zeroStaysZeroFrom({ layers }: Network): number {
  return layers.findLastIndex((layer) => !keepsZero(layer)) + 1;
}

function keepsZero({ bias, activation }: NetworkLayer): boolean {
  switch (activation?.kind) {
    case undefined:
      return bias.every((b) => b === 0);
    case "relu":
      return bias.every((b) => b <= 0);
    case "clipped-relu":
      return activation.ceiling === 0 || bias.every((b) => b <= 0);
  }
}
