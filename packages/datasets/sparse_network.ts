import type { Csr } from "@spmm/formats";
import { DatasetError } from "./errors.ts";
import { GRAPH_CHALLENGE } from "./open_challenge.ts";

/** A layer: outputs = min(ceiling, max(0, weights · inputs + bias)), or without the clipping. */
export interface SparseLayer {
  /** Outputs × inputs. */
  readonly weights: Csr;
  /** One number per output. */
  readonly bias: Float32Array;
  /** Applied after the bias; none where absent. */
  readonly activation?: { readonly kind: "clipped-relu"; readonly ceiling: number };
}

/** Layers that follow one another, as `Network` of `@spmm/network` has them. */
export interface SparseNetwork {
  /** For reports. */
  readonly name: string;
  /** The layers in turn. */
  readonly layers: readonly SparseLayer[];
}

/** What {@linkcode challengeNetwork} takes. */
export interface ChallengeNetworkOptions {
  /** The weights, outputs × inputs: of {@linkcode openChallenge} or {@linkcode radixNet}. */
  readonly layers: Iterable<Csr>;
  /** For reports; neurons × layers where absent. */
  readonly name?: string;
  /** Of every neuron; what the challenge says for that many neurons where absent. */
  readonly bias?: number;
}

/**
 * Weights as a network of the Graph Challenge: the same bias everywhere, clipped at 32.
 *
 * @param options The weights, and the bias where they have another size than the challenge's.
 * @throws {DatasetError} If there is no layer, or no bias for its size.
 *
 * @example Two generated layers
 * ```ts
 * import { challengeNetwork, radixNet } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const layers = radixNet({ neurons: 1024, layers: 2, seed: 1 }).layers();
 * const network = challengeNetwork({ layers });
 * assert.equal(network.name, "1024x2");
 * assert.equal(network.layers[1].bias[1023], Math.fround(-0.3));
 * ```
 */
export function challengeNetwork(options: ChallengeNetworkOptions): SparseNetwork {
  const weights = [...options.layers];
  const neurons = weights[0]?.rows;
  if (neurons === undefined) refuse("it must have a layer", "none");
  const biases: Readonly<Record<number, number>> = GRAPH_CHALLENGE.bias;
  const of: number | undefined = options.bias ?? biases[neurons];
  if (of === undefined) refuse("the challenge has no bias for that many neurons", neurons);
  const bias = new Float32Array(neurons).fill(of);
  const activation = { kind: "clipped-relu", ceiling: GRAPH_CHALLENGE.ceiling } as const;
  return {
    name: options.name ?? `${neurons}x${weights.length}`,
    layers: weights.map((layer) => ({ weights: layer, bias, activation })),
  };
}

function refuse(rule: string, received: string | number): never {
  throw new DatasetError(`Cannot make a challenge network: ${rule}: received ${received}`);
}
