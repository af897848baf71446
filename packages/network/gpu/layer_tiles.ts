import type { Csr } from "@spmm/formats";
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

/** Steps come in fours: their rows are one vector load. */
export const STEP = 4;

/**
 * How many rows of features all tiles of a width read together, unpadded: with width, what a tiling
 * costs; O(rows) where supports are equal, O(nnz) otherwise.
 */
export function tiledRows(weights: Csr, order: Uint32Array, width: number): number {
  const union = new SupportUnion(weights);
  let rows = 0;
  for (let first = 0; first < order.length; first += width) {
    rows += union.of(order, first, Math.min(order.length, first + width)).length;
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
  order: Uint32Array,
  place: Uint32Array,
  width: number,
): LayerTiles {
  const tiles = Math.ceil(order.length / width);
  const union = new SupportUnion(weights);
  const starts = new Uint32Array(tiles + 1);
  for (let tile = 0; tile < tiles; tile++) {
    const end = Math.min(order.length, (tile + 1) * width);
    const { length } = union.of(order, tile * width, end);
    starts[tile + 1] = starts[tile] + Math.ceil(length / STEP) * STEP;
  }
  const rows = new Uint32Array(starts[tiles]);
  const tiled = new Float32Array(starts[tiles] * width);
  const biases = new Float32Array(tiles * width);
  order.forEach((output, at) => biases[at] = bias[output]);
  for (let tile = 0; tile < tiles; tile++) {
    const [first, end] = [tile * width, Math.min(order.length, (tile + 1) * width)];
    const support = union.of(order, first, end);
    for (let at = starts[tile]; at < starts[tile + 1]; at++) {
      rows[at] = place[support[Math.min(at - starts[tile], support.length - 1)]];
    }
    for (let position = first; position < end; position++) {
      const from = starts[tile] * width + position - first;
      spreadWeights(weights, order[position], support, tiled, from, width);
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

/** The columns that some rows have among them. */
export class SupportUnion {
  readonly #weights: Csr;
  /** Per column the union, counted from 1, that it was last seen in. */
  readonly #seen: Uint32Array;
  #union = 0;

  /** For rows of a matrix. */
  constructor(weights: Csr) {
    this.#weights = weights;
    this.#seen = new Uint32Array(weights.cols);
  }

  /** The columns, ascending, of `order[first]` to `order[end - 1]`. */
  of(order: Uint32Array, first: number, end: number): Uint32Array {
    const { rowOffsets, colIndices } = this.#weights;
    const columnsOf = (row: number): Uint32Array =>
      colIndices.subarray(rowOffsets[row], rowOffsets[row + 1]);
    const support = columnsOf(order[first]);
    let same = true;
    for (let at = first + 1; at < end && same; at++) {
      same = equal(support, columnsOf(order[at]));
    }
    if (same) return support;
    this.#union += 1;
    const columns: number[] = [];
    for (let at = first; at < end; at++) {
      for (const column of columnsOf(order[at])) {
        if (this.#seen[column] === this.#union) continue;
        this.#seen[column] = this.#union;
        columns.push(column);
      }
    }
    return Uint32Array.from(columns).sort();
  }
}

function equal(one: Uint32Array, other: Uint32Array): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
