import { type Csr, csrFromCoo, randomSource } from "@spmm/formats";

/** What {@linkcode radixNetLayer} makes. */
export interface RadixNetOptions {
  /** Neurons per layer: 16 times a power of two. */
  readonly neurons: number;
  /** Which layer, from 0. */
  readonly layer: number;
  /** For the permutations of the layers after the first log2(neurons / 16). */
  readonly seed: number;
}

const CONNECTIONS = 32;

/**
 * A layer with the structure of the networks of the Sparse DNN Graph Challenge (RadiX-Net: Robinett
 * and Kepner, 2018; Kepner et al., HPEC 2019): G = neurons/16 groups; layer l of a period of log2 G
 * connects output j to the inputs {j mod G, (j + 2^l) mod G} + k·G, k from 0 to 15; all weights are
 * 1/16. From the second period on, the inputs are permuted at random, the same way for a whole
 * period, so those layers resemble the official ones without being them. The first period is equal
 * to the official one.
 *
 * @param options Size, layer, seed.
 * @returns W with row = input neuron, column = output neuron: 32 entries in every row and column.
 *
 * @example Every neuron has 32 connections
 * ```ts
 * import { radixNetLayer } from "@spmm/datasets";
 * import { rowLengths } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const w = radixNetLayer({ neurons: 256, layer: 5, seed: 1 });
 * assert.ok(rowLengths(w).every((length) => length === 32));
 * ```
 */
export function radixNetLayer({ neurons, layer, seed }: RadixNetOptions): Csr {
  const groups = neurons / 16;
  const period = Math.log2(groups);
  if (!Number.isInteger(period) || period < 1 || !Number.isInteger(layer) || layer < 0) {
    const rule = "neurons must be 16 times a power of two from 2, and layer a whole number from 0";
    throw new RangeError(
      `Cannot make a RadiX-Net layer: ${rule}: received ${neurons} neurons, layer ${layer}`,
    );
  }
  const renamed = permutation(neurons, Math.floor(layer / period), seed);
  const rowIndices = new Uint32Array(neurons * CONNECTIONS);
  const colIndices = new Uint32Array(neurons * CONNECTIONS);
  let at = 0;
  for (let output = 0; output < neurons; output++) {
    for (const start of [output, output + 2 ** (layer % period)]) {
      for (let input = start % groups; input < neurons; input += groups) {
        rowIndices[at] = renamed[input];
        colIndices[at++] = output;
      }
    }
  }
  const values = new Float32Array(at).fill(1 / 16);
  return csrFromCoo({
    format: "coo",
    rows: neurons,
    cols: neurons,
    rowIndices,
    colIndices,
    values,
  });
}

function permutation(count: number, period: number, seed: number): Uint32Array {
  const order = new Uint32Array(count).map((_, i) => i);
  if (period === 0) return order;
  const random = randomSource(seed + period);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
