import { type Csr, takeRows } from "@spmm/formats";
import type { Network, NetworkLayer } from "./network.ts";

/** A network without its duplicate neurons. */
export interface Deduplicated {
  /** The network that computes each distinct neuron once. */
  readonly network: Network;
  /** For each output of the original network, the output here that has its value. */
  readonly outputs: Uint32Array<ArrayBuffer>;
  /** Neurons of the original, inputs not counted, that are computed no more. */
  readonly removed: number;
}

/**
 * Removes neurons whose weights, support and bias equal another's: of each class one is computed, and
 * the next layer, whose connections to it fold into one with the sum of their weights, may have
 * duplicates then that it had not before. In the Graph Challenge's networks 16 neurons each are
 * alike: a sixteenth of them is left. That is a property of the benchmark, so what
 * uses this must say so.
 *
 * Folding sums weights in f64 and rounds once: exact wherever the sum is a number of f32, as it is
 * for equal powers of two.
 *
 * @param network The network.
 * @returns The smaller network; O(connections).
 *
 * @example Two neurons that are one
 * ```ts
 * import { deduplicate } from "@spmm/network";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const twins = csrFromDense(dense(2, 1, new Float32Array([0.5, 0.5])));
 * const sum = csrFromDense(dense(1, 2, new Float32Array([1, 2])));
 * const { network, removed } = deduplicate({
 *   name: "twins",
 *   layers: [
 *     { weights: twins, bias: new Float32Array(2) },
 *     { weights: sum, bias: new Float32Array(1) },
 *   ],
 * });
 * assert.equal(removed, 1);
 * assert.deepEqual([...network.layers[1].weights.values], [3]);
 * ```
 */
export function deduplicate({ name, layers }: Network): Deduplicated {
  let classes = new Uint32Array(layers[0].weights.cols).map((_, neuron) => neuron);
  let count = classes.length;
  let removed = 0;
  const folded = layers.map((layer): NetworkLayer => {
    const weights = foldColumns(layer.weights, classes, count);
    const found = classesOf(weights, layer.bias);
    classes = found.classes;
    count = found.firsts.length;
    removed += weights.rows - count;
    return {
      ...layer,
      weights: takeRows(weights, found.firsts),
      bias: Float32Array.from(found.firsts, (row) => layer.bias[row]),
    };
  });
  return { network: { name, layers: folded }, outputs: classes, removed };
}

/** Columns of one class become one, with the sum of their weights. */
function foldColumns(a: Csr, classes: Uint32Array, count: number): Csr {
  const rowOffsets = new Uint32Array(a.rows + 1);
  const colIndices = new Uint32Array(a.values.length);
  const values = new Float32Array(a.values.length);
  const sums = new Float64Array(count);
  const seenBy = new Uint32Array(count);
  let at = 0;
  for (let row = 0; row < a.rows; row++) {
    const first = at;
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      const column = classes[a.colIndices[entry]];
      if (seenBy[column] !== row + 1) {
        seenBy[column] = row + 1;
        sums[column] = 0;
        colIndices[at++] = column;
      }
      sums[column] += a.values[entry];
    }
    colIndices.subarray(first, at).sort();
    for (let entry = first; entry < at; entry++) values[entry] = sums[colIndices[entry]];
    rowOffsets[row + 1] = at;
  }
  return {
    format: "csr",
    rows: a.rows,
    cols: count,
    rowOffsets,
    colIndices: colIndices.slice(0, at),
    values: values.slice(0, at),
  };
}

/** Rows with equal columns, values and bias get one number, in the order of their first rows. */
function classesOf(
  weights: Csr,
  bias: Float32Array,
): { classes: Uint32Array<ArrayBuffer>; firsts: Uint32Array<ArrayBuffer> } {
  const bits = new Uint32Array(weights.values.slice().buffer);
  const classes = new Uint32Array(weights.rows);
  const firsts: number[] = [];
  const byHash = new Map<number, number[]>();
  for (let row = 0; row < weights.rows; row++) {
    const hash = hashOf(weights, bits, row);
    const candidates = byHash.get(hash) ?? [];
    let found = candidates.find((one) =>
      Object.is(bias[firsts[one]], bias[row]) && sameRow(weights, bits, firsts[one], row)
    );
    if (found === undefined) {
      found = firsts.push(row) - 1;
      byHash.set(hash, [...candidates, found]);
    }
    classes[row] = found;
  }
  return { classes, firsts: Uint32Array.from(firsts) };
}

function hashOf({ rowOffsets, colIndices }: Csr, bits: Uint32Array, row: number): number {
  let hash = 0;
  for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
    hash = Math.imul(hash ^ colIndices[entry], 0xcc9e2d51);
    hash = Math.imul(hash ^ (hash >>> 15) ^ bits[entry], 0x1b873593);
  }
  return hash;
}

function sameRow(
  { rowOffsets, colIndices }: Csr,
  bits: Uint32Array,
  one: number,
  other: number,
): boolean {
  const length = rowOffsets[one + 1] - rowOffsets[one];
  if (rowOffsets[other + 1] - rowOffsets[other] !== length) return false;
  const shift = rowOffsets[other] - rowOffsets[one];
  for (let entry = rowOffsets[one]; entry < rowOffsets[one + 1]; entry++) {
    if (colIndices[entry] !== colIndices[entry + shift]) return false;
    if (bits[entry] !== bits[entry + shift]) return false;
  }
  return true;
}
