import type { Csr } from "@spmm/formats";
import type { EqualSupports } from "../equal_supports.ts";
import type { NetworkLayer } from "../network.ts";

/**
 * A layer as tiles: outputs side by side that read the same inputs.
 *
 * ```text
 *  outputs 0..3          tile 0, width 4                  tile 1
 *  a · b · ·             rows     0  2  4                 rows     1  3
 *  c · d · ·             weights  a c · e | b d f g | h…  …
 *  · · f · h             (the weights of one row, all outputs of the tile, then the next row)
 *  e · g · ·
 * ```
 *
 * Where the outputs of a tile share their support, nothing is padded and a load of an input serves
 * them all; where they do not, the tile reads the union, and weights that are not there are zeros.
 * Invariants: `starts` are multiples of 4; a tile's rows ascend in the original numbering; padding
 * repeats a row of the tile with zero weights.
 */
export interface LayerTiles {
  /** Outputs of a tile. */
  readonly width: number;
  /** Where each tile begins in `rows`, and where the last ends. */
  readonly starts: Uint32Array<ArrayBuffer>;
  /** The row of features that each step of a tile reads. */
  readonly rows: Uint32Array<ArrayBuffer>;
  /** `width` weights for each of `rows`. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** `width` biases for each tile; zeros where the last tile is not full. */
  readonly bias: Float32Array<ArrayBuffer>;
}

/** Outputs in the order they are stored. */
export interface OutputOrder {
  /** The output at each position. */
  readonly outputs: Uint32Array;
  /** A number per position: outputs of equal support stand together and have the same. */
  readonly supports: Uint32Array;
}

/** The order of outputs as they are, each with a support of its own. */
export function givenOrder(outputs: number): OutputOrder {
  const order = new Uint32Array(outputs).map((_, i) => i);
  return { outputs: order, supports: order };
}

/** The order that puts outputs of equal support together. */
export function supportOrder({ order, groupOffsets }: EqualSupports): OutputOrder {
  const supports = new Uint32Array(order.length);
  for (let group = 0; group + 1 < groupOffsets.length; group++) {
    supports.fill(group, groupOffsets[group], groupOffsets[group + 1]);
  }
  return { outputs: order, supports };
}

/** Steps come in fours: their rows are one vector load. */
export const STEP = 4;

/**
 * How many rows of features all tiles of a width read together, unpadded: with width, what a tiling
 * costs; O(rows) where supports are equal, O(nnz) otherwise.
 */
export function tiledRows(weights: Csr, order: OutputOrder, width: number): number {
  const union = new SupportUnion(weights, order);
  const { length } = order.outputs;
  let rows = 0;
  for (let first = 0; first < length; first += width) {
    rows += union.size(first, Math.min(length, first + width));
  }
  return rows;
}

/**
 * Tiles a layer; O(nnz).
 *
 * @param layer The layer.
 * @param order Its outputs in the order they are stored, `width` a tile.
 * @param place Where each of its inputs is stored.
 * @param width Outputs of a tile.
 */
export function tileLayer(
  { weights, bias }: NetworkLayer,
  order: OutputOrder,
  place: Uint32Array,
  width: number,
): LayerTiles {
  const { outputs } = order;
  const tiles = Math.ceil(outputs.length / width);
  const union = new SupportUnion(weights, order);
  const starts = new Uint32Array(tiles + 1);
  for (let tile = 0; tile < tiles; tile++) {
    const length = union.size(tile * width, Math.min(outputs.length, (tile + 1) * width));
    starts[tile + 1] = starts[tile] + Math.ceil(length / STEP) * STEP;
  }
  const rows = new Uint32Array(starts[tiles]);
  const tiled = new Float32Array(starts[tiles] * width);
  const biases = new Float32Array(tiles * width);
  outputs.forEach((output, at) => biases[at] = bias[output]);
  for (let tile = 0; tile < tiles; tile++) {
    const [first, end] = [tile * width, Math.min(outputs.length, (tile + 1) * width)];
    const support = union.of(first, end);
    for (let at = starts[tile]; at < starts[tile + 1]; at++) {
      rows[at] = place[support[Math.min(at - starts[tile], support.length - 1)]];
    }
    for (let position = first; position < end; position++) {
      const from = starts[tile] * width + position - first;
      spreadWeights(weights, outputs[position], support, tiled, from, width);
    }
  }
  return { width, starts, rows, weights: tiled, bias: biases };
}

/** A row's weights at the steps of a support that contains its columns; both ascend. */
function spreadWeights(
  { rowOffsets, colIndices, values }: Csr,
  row: number,
  support: Uint32Array,
  to: Float32Array,
  from: number,
  width: number,
): void {
  let step = 0;
  for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
    while (support[step] !== colIndices[entry]) step++;
    to[from + step * width] = values[entry];
  }
}

/** The columns that neighbouring outputs of an order have among them. */
export class SupportUnion {
  readonly #weights: Csr;
  readonly #order: OutputOrder;
  /** Per column the union, counted from 1, that it was last seen in. */
  readonly #seen: Uint32Array;
  #union = 0;

  /** For the rows of a matrix in an order. */
  constructor(weights: Csr, order: OutputOrder) {
    this.#weights = weights;
    this.#order = order;
    this.#seen = new Uint32Array(weights.cols);
  }

  /** How many columns the outputs from position `first` up to `end` have. */
  size(first: number, end: number): number {
    if (!this.#alike(first, end)) return this.of(first, end).length;
    const { rowOffsets } = this.#weights;
    const row = this.#order.outputs[first];
    return rowOffsets[row + 1] - rowOffsets[row];
  }

  /** The columns, ascending, of the outputs from position `first` up to `end`. */
  of(first: number, end: number): Uint32Array {
    const { rowOffsets, colIndices } = this.#weights;
    const columnsOf = (position: number): Uint32Array => {
      const row = this.#order.outputs[position];
      return colIndices.subarray(rowOffsets[row], rowOffsets[row + 1]);
    };
    if (this.#alike(first, end)) return columnsOf(first);
    this.#union += 1;
    const columns: number[] = [];
    for (let position = first; position < end; position++) {
      for (const column of columnsOf(position)) {
        if (this.#seen[column] === this.#union) continue;
        this.#seen[column] = this.#union;
        columns.push(column);
      }
    }
    return Uint32Array.from(columns).sort();
  }

  #alike(first: number, end: number): boolean {
    const { supports } = this.#order;
    return supports[first] === supports[end - 1];
  }
}
