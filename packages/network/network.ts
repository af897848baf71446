import type { Csr } from "@spmm/formats";
import type { Activation } from "@spmm/spmm";
import { NetworkError } from "./errors.ts";

/**
 * A layer of a sparse network: outputs = act(weights · inputs + bias), a column for each input of
 * the network.
 */
export interface NetworkLayer {
  /** Outputs × inputs: a row holds what one neuron listens to. */
  readonly weights: Csr;
  /** One number per output neuron. */
  readonly bias: Float32Array<ArrayBufferLike>;
  /** Applied after the bias; none where absent. */
  readonly activation?: Activation;
}

/** A feed-forward network of sparse layers, of any shapes that follow one another. */
export interface Network {
  /** For reports. */
  readonly name: string;
  /** The layers in turn; each has as many inputs as the one before it has outputs. */
  readonly layers: readonly NetworkLayer[];
}

/**
 * Checks that layers fit one another; their weights' own invariants are `checkCsr`'s.
 *
 * @param network The network; O(layers).
 * @throws {NetworkError} If there is no layer, a shape does not follow the one before, a bias is of
 * the wrong length, or a ceiling is no number from 0.
 *
 * @example A bias that is too short
 * ```ts
 * import { checkNetwork, NetworkError } from "@spmm/network";
 * import { randomCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const weights = randomCsr({ rows: 4, cols: 3, density: 0.5, seed: 1 });
 * const layers = [{ weights, bias: new Float32Array(3) }];
 * assert.throws(() => checkNetwork({ name: "short", layers }), NetworkError);
 * ```
 */
export function checkNetwork({ name, layers }: Network): void {
  if (layers.length === 0) {
    throw new NetworkError(`Cannot use network ${name}: it must have a layer: received none`);
  }
  layers.forEach(({ weights, bias, activation }, l) => {
    const refuse = (rule: string, received: number): NetworkError =>
      new NetworkError(`Cannot use network ${name}: layer ${l} ${rule}: received ${received}`);
    const before = layers[l - 1]?.weights.rows ?? weights.cols;
    if (weights.cols !== before) {
      throw refuse(`must have ${before} inputs, the outputs of the layer before it`, weights.cols);
    }
    if (bias.length !== weights.rows) {
      throw refuse(`needs a bias for each of its ${weights.rows} outputs`, bias.length);
    }
    if (activation?.kind === "clipped-relu" && !(activation.ceiling >= 0)) {
      throw refuse("needs a ceiling that is a number from 0", activation.ceiling);
    }
  });
}

/**
 * Connections of a network: what the Graph Challenge multiplies with the inputs to count edges.
 *
 * @param network The network.
 *
 * @example All layers together
 * ```ts
 * import { connections } from "@spmm/network";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const weights = csrFromDense(dense(1, 2, new Float32Array([1, 2])));
 * const layers = [{ weights, bias: new Float32Array(1) }];
 * assert.equal(connections({ name: "two weights", layers }), 2);
 * ```
 */
export function connections({ layers }: Network): number {
  return layers.reduce((sum, { weights }) => sum + weights.values.length, 0);
}
