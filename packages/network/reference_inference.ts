import type { Csr } from "@spmm/formats";
import { applyEpilogue, type Epilogue } from "@spmm/spmm";
import { NetworkError } from "./errors.ts";
import { checkNetwork, type Network, type NetworkLayer } from "./network.ts";
import { zeroStaysZeroFrom } from "./zero_stays_zero.ts";

/** Twice the unit roundoff of f32. */
const EPSILON_F32 = 2 ** -23;
/** The smallest normal f32: a product or sum below it may be flushed to zero. */
const TINY_F32 = 2 ** -126;
/** Inputs that go through the layers together: loops over them are what makes this bearable. */
const TOGETHER = 128;

/** What a network makes of its inputs in f64, and how far from it an engine in f32 may be. */
export interface ReferenceInference {
  /** Inputs taken. */
  readonly inputs: number;
  /** Outputs of each input. */
  readonly neurons: number;
  /** Inputs with an output that is not zero in f64, ascending. */
  readonly survivors: Uint32Array<ArrayBuffer>;
  /** Inputs that rounding in f32 may let survive or not, ascending. */
  readonly uncertain: Uint32Array<ArrayBuffer>;
  /** Inputs × neurons, row-major. */
  readonly outputs: Float64Array<ArrayBuffer>;
  /** The largest difference from `outputs` that passes, per element. */
  readonly bound: Float64Array<ArrayBuffer>;
  /** Inputs with a non-zero activation after as many layers as the index says, 0 for the inputs. */
  readonly alive: Uint32Array<ArrayBuffer>;
  /** How many of the inputs rounding in f32 may make alive or not, by the same index. */
  readonly doubtful: Uint32Array<ArrayBuffer>;
}

/**
 * Runs a network in f64, and bounds, element by element, how far one that sums in f32, in any order
 * and with or without fused multiply-adds, may be from it.
 *
 * With features x that are off by e or less, a neuron with z connections is off by no more than
 *
 * ```text
 * d = |w|·e + (z + 4) · (ε₃₂ · (|w|·(|x| + e) + |bias|) + 2⁻¹²⁶)        ε₃₂ = 2⁻²³
 * ```
 *
 * before its activation: what the features are off, and the rounding of the sum (Higham, *Accuracy
 * and Stability of Numerical Algorithms*, 2nd ed., SIAM 2002, §3.1). The activation is applied to
 * both ends of that interval, so a neuron that is surely clipped or surely silent is exact again:
 * that is why the bound stays narrow over a hundred layers of a network that saturates.
 *
 * O(connections · inputs) in the worst case; inputs that are surely dead for good are dropped.
 *
 * @param network The network.
 * @param inputs A row for each input.
 * @throws {NetworkError} If layers do not fit one another, or inputs the first of them.
 *
 * @example Two inputs, one of which dies
 * ```ts
 * import { referenceInference } from "@spmm/network";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const weights = csrFromDense(dense(1, 2, new Float32Array([1, 2])));
 * const layer = { weights, bias: new Float32Array([-3]), activation: { kind: "relu" } } as const;
 * const inputs = csrFromDense(dense(2, 2, new Float32Array([1, 0, 0, 4])));
 * const { survivors, outputs } = referenceInference({ name: "one neuron", layers: [layer] }, inputs);
 * assert.deepEqual([...survivors], [1]);
 * assert.deepEqual([...outputs], [0, 5]);
 * ```
 */
export function referenceInference(network: Network, inputs: Csr): ReferenceInference {
  checkNetwork(network);
  const { layers } = network;
  const neurons = layers[layers.length - 1].weights.rows;
  if (inputs.cols !== layers[0].weights.cols) {
    throw new NetworkError(
      `Cannot infer with ${network.name}: inputs must have ${layers[0].weights.cols} columns: ` +
        `received ${inputs.cols}`,
    );
  }
  const result = {
    inputs: inputs.rows,
    neurons,
    outputs: new Float64Array(inputs.rows * neurons),
    bound: new Float64Array(inputs.rows * neurons),
    alive: new Uint32Array(layers.length + 1),
    doubtful: new Uint32Array(layers.length + 1),
  };
  const fates = new Uint8Array(inputs.rows);
  const dropFrom = zeroStaysZeroFrom(network);
  for (let begin = 0; begin < inputs.rows; begin += TOGETHER) {
    let features = readInputs(inputs, begin, Math.min(begin + TOGETHER, inputs.rows));
    for (let layer = 0; layer <= layers.length; layer++) {
      if (layer > 0) features = runLayer(layers[layer - 1], features);
      const columns = columnFates(features);
      result.alive[layer] += count(columns, SURVIVORS);
      result.doubtful[layer] += count(columns, UNCERTAIN);
      if (layer === layers.length) write(features, columns, result, fates);
      else if (layer >= dropFrom) features = withoutDead(features, columns);
    }
  }
  const where = (wanted: readonly number[]): Uint32Array<ArrayBuffer> =>
    Uint32Array.from([...fates.keys()].filter((input) => wanted.includes(fates[input])));
  return { ...result, survivors: where(SURVIVORS), uncertain: where(UNCERTAIN) };
}

/** What f64 says, and where rounding may turn it round, what it may become. */
const Fate = { dead: 0, alive: 1, aliveOrDead: 2, deadOrAlive: 3 } as const;
const SURVIVORS: readonly number[] = [Fate.alive, Fate.aliveOrDead];
const UNCERTAIN: readonly number[] = [Fate.aliveOrDead, Fate.deadOrAlive];

function count(fates: readonly number[], wanted: readonly number[]): number {
  return fates.filter((fate) => wanted.includes(fate)).length;
}

/** A column for each of some inputs, a row for each neuron. */
interface Features {
  readonly ids: readonly number[];
  readonly rows: number;
  readonly x: Float64Array;
  /** How far an f32 engine's x may be off. */
  readonly off: Float64Array;
}

function readInputs(inputs: Csr, begin: number, end: number): Features {
  const n = end - begin;
  const x = new Float64Array(inputs.cols * n);
  for (let input = begin; input < end; input++) {
    for (let entry = inputs.rowOffsets[input]; entry < inputs.rowOffsets[input + 1]; entry++) {
      x[inputs.colIndices[entry] * n + input - begin] = inputs.values[entry];
    }
  }
  const ids = Array.from({ length: n }, (_, column) => begin + column);
  return { ids, rows: inputs.cols, x, off: new Float64Array(x.length) };
}

function runLayer(layer: NetworkLayer, { ids, x, off }: Features): Features {
  const { rows, rowOffsets, colIndices, values } = layer.weights;
  const epilogue = inF32(layer);
  const n = ids.length;
  const y = new Float64Array(rows * n);
  const away = new Float64Array(rows * n);
  const size = new Float64Array(n);
  for (let row = 0; row < rows; row++) {
    const sum = y.subarray(row * n, (row + 1) * n);
    const carried = away.subarray(row * n, (row + 1) * n);
    size.fill(Math.abs(layer.bias[row]));
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      const weight = values[entry];
      const magnitude = Math.abs(weight);
      const start = colIndices[entry] * n;
      for (let j = 0; j < n; j++) {
        sum[j] += weight * x[start + j];
        carried[j] += magnitude * off[start + j];
        size[j] += magnitude * (Math.abs(x[start + j]) + off[start + j]);
      }
    }
    const roundings = rowOffsets[row + 1] - rowOffsets[row] + 4;
    for (let j = 0; j < n; j++) {
      const d = carried[j] + roundings * (EPSILON_F32 * size[j] + TINY_F32);
      const middle = applyEpilogue(epilogue, row, sum[j]);
      const low = applyEpilogue(epilogue, row, sum[j] - d);
      const high = applyEpilogue(epilogue, row, sum[j] + d);
      sum[j] = middle;
      carried[j] = Math.max(high - middle, middle - low);
    }
  }
  return { ids, rows, x: y, off: away };
}

/** Engines hold the ceiling in f32. */
function inF32({ bias, activation }: NetworkLayer): Epilogue {
  if (activation?.kind !== "clipped-relu") return { bias, ...activation && { activation } };
  return { bias, activation: { ...activation, ceiling: Math.fround(activation.ceiling) } };
}

function columnFates({ ids, rows, x, off }: Features): number[] {
  const n = ids.length;
  return ids.map((_, j) => {
    let alive = false;
    let doubtful = false;
    for (let row = 0; row < rows; row++) {
      const at = row * n + j;
      if (Math.abs(x[at]) > off[at]) return Fate.alive;
      alive ||= x[at] !== 0;
      doubtful ||= off[at] > 0;
    }
    if (!doubtful) return alive ? Fate.alive : Fate.dead;
    return alive ? Fate.aliveOrDead : Fate.deadOrAlive;
  });
}

function withoutDead(features: Features, fates: readonly number[]): Features {
  const { ids, rows, x, off } = features;
  const kept = [...fates.keys()].filter((column) => fates[column] !== Fate.dead);
  if (kept.length === ids.length) return features;
  const pick = (all: Float64Array): Float64Array => {
    const picked = new Float64Array(rows * kept.length);
    for (let row = 0; row < rows; row++) {
      kept.forEach((column, j) => {
        picked[row * kept.length + j] = all[row * ids.length + column];
      });
    }
    return picked;
  };
  return { ids: kept.map((column) => ids[column]), rows, x: pick(x), off: pick(off) };
}

function write(
  { ids, rows, x, off }: Features,
  columns: readonly number[],
  result: Pick<ReferenceInference, "outputs" | "bound">,
  fates: Uint8Array,
): void {
  ids.forEach((input, j) => {
    fates[input] = columns[j];
    for (let row = 0; row < rows; row++) {
      result.outputs[input * rows + row] = x[row * ids.length + j];
      result.bound[input * rows + row] = off[row * ids.length + j];
    }
  });
}
