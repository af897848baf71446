import { type Csr, randomSource, transposeCsr } from "@spmm/formats";

/** What {@linkcode radixNet} makes. */
export interface RadixNetOptions {
  /** Neurons per layer: 16 times a power of two. */
  readonly neurons: number;
  /** How many layers there are. */
  readonly layers: number;
  /** For the permutations of the layers after the first log2(neurons / 16). */
  readonly seed: number;
}

/** A network that makes its layers when they are asked for, so that nobody must hold all. */
export interface RadixNet {
  /** Neurons in each layer. */
  readonly neurons: number;
  /** Layers that there are. */
  readonly depth: number;
  /**
   * One layer, outputs × inputs; O(its non-zeros). Layers share their row offsets and their
   * values, which are all alike.
   */
  layer(index: number): Csr;
  /** All layers in turn, each made when its turn comes. */
  layers(): Generator<Csr, void, void>;
}

/** Outputs that share a support, and inputs of a group. */
const GROUP = 16;
/** An output listens to two groups. */
const CONNECTIONS = 2 * GROUP;

/**
 * A network with the structure of the Sparse DNN Graph Challenge (RadiX-Net: Robinett and Kepner,
 * 2018; Kepner et al., HPEC 2019): G = neurons/16 groups; layer l of a period of log2 G connects
 * output j to the inputs {j mod G, (j + 2^l) mod G} + k·G, k from 0 to 15; all weights are 1/16.
 * From the second period on, the inputs are permuted at random, the same way for a whole period.
 * The first period is equal to the official one; a later layer is the official one but for the
 * order of its inputs.
 *
 * The 16 outputs of a group share their inputs, so a support is put in order once and written 16
 * times: a layer of 65 536 neurons takes milliseconds.
 *
 * @param options Size, depth, seed.
 * @throws {RangeError} If there is no such network, or no layer of the index asked for.
 *
 * @example Every neuron has 32 connections
 * ```ts
 * import { radixNet } from "@spmm/datasets";
 * import { rowLengths } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const network = radixNet({ neurons: 256, layers: 6, seed: 1 });
 * assert.ok(rowLengths(network.layer(5)).every((length) => length === 32));
 * ```
 */
export function radixNet({ neurons, layers: depth, seed }: RadixNetOptions): RadixNet {
  const groups = neurons / GROUP;
  const period = Math.log2(groups);
  checkWhole("neurons must be 16 times a power of two from 2", neurons, period, 1);
  checkWhole("layers must be a whole number from 0", depth, depth, 0);
  const rowOffsets = new Uint32Array(neurons + 1).map((_, row) => row * CONNECTIONS);
  const values = new Float32Array(neurons * CONNECTIONS).fill(1 / 16);
  let latest = { period: 0, renamed: permutation(neurons, 0, seed) };
  const renamedIn = (wanted: number): Uint32Array => {
    if (wanted !== latest.period) {
      latest = { period: wanted, renamed: permutation(neurons, wanted, seed) };
    }
    return latest.renamed;
  };
  const layer = (index: number): Csr => {
    checkWhole(`a layer must be a whole number below ${depth}`, index, index, 0, depth - 1);
    const renamed = renamedIn(Math.floor(index / period));
    const colIndices = supports(renamed, 2 ** (index % period));
    return { format: "csr", rows: neurons, cols: neurons, rowOffsets, colIndices, values };
  };
  return {
    neurons,
    depth,
    layer,
    *layers() {
      for (let index = 0; index < depth; index++) yield layer(index);
    },
  };
}

/**
 * One layer of {@linkcode radixNet} as the challenge's files have it.
 *
 * @param options Size, layer from 0, seed.
 * @returns W with row = input neuron, column = output neuron: 32 entries in every row and column.
 *
 * @example The transpose
 * ```ts
 * import { radixNet, radixNetLayer } from "@spmm/datasets";
 * import { transposeCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const w = radixNetLayer({ neurons: 256, layer: 5, seed: 1 });
 * assert.deepEqual(transposeCsr(w), radixNet({ neurons: 256, layers: 6, seed: 1 }).layer(5));
 * ```
 */
export function radixNetLayer(
  { layer, ...options }: Omit<RadixNetOptions, "layers"> & { readonly layer: number },
): Csr {
  return transposeCsr(radixNet({ ...options, layers: layer + 1 }).layer(layer));
}

/** The inputs of every output, in order, where the second group lies `stride` behind the first. */
function supports(renamed: Uint32Array, stride: number): Uint32Array {
  const groups = renamed.length / GROUP;
  const inputs = new Uint32Array(renamed.length * CONNECTIONS);
  const support = new Uint32Array(CONNECTIONS);
  for (let group = 0; group < groups; group++) {
    const other = (group + stride) % groups;
    for (let k = 0; k < GROUP; k++) {
      support[k] = renamed[group + k * groups];
      support[k + GROUP] = renamed[other + k * groups];
    }
    support.sort();
    for (let output = group; output < renamed.length; output += groups) {
      inputs.set(support, output * CONNECTIONS);
    }
  }
  return inputs;
}

function permutation(count: number, period: number, seed: number): Uint32Array {
  const order = new Uint32Array(count).map((_, i) => i);
  if (period === 0) return order;
  const random = randomSource(seed + period);
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const moved = order[i];
    order[i] = order[j];
    order[j] = moved;
  }
  return order;
}

function checkWhole(
  rule: string,
  received: number,
  whole: number,
  least: number,
  most = Infinity,
): void {
  if (Number.isInteger(whole) && whole >= least && whole <= most) return;
  throw new RangeError(`Cannot make a RadiX-Net: ${rule}: received ${received}`);
}
