import { type OutputOrder, SupportUnion } from "./layer_tiles.ts";
import type { NetworkLayer } from "../network.ts";
import { type Bounds, boundsOf } from "../activation_bounds.ts";

/** Rows of a list that one load brings: eight numbers of 16 bits. */
export const LIST_STEP = 8;
/** Tiles that are stored interleaved, so that the threads of a warp load along a line. */
export const SLICE_TILES = 32;
/** Words of a layer's entry in the tables. */
export const LAYER_WORDS = 8;

/**
 * Layers that run in one kernel, in sliced ELL over tiles (Hidayetoğlu et al. §III-B, with a tile of
 * one or two outputs in the place of a row).
 *
 * ```text
 *  tables   layer by layer: 8 words (tiles, where its two tables and its biases begin, the bounds of
 *           its activation, all layers' words); then per tile where its list begins, per slice of
 *           32 tiles where its weights begin and how many loads its lists have
 *  lists    per support: its rows, 16 bits each, eight to a load, padded to the longest of the layer
 *           that shares its slice
 *  biases   of the tiles of all layers
 *  weights  per slice: vector by vector the weights of 32 tiles; a vector of four holds two steps of
 *           a tile of two outputs, or four of a tile of one
 * ```
 *
 * Tiles of equal support name one list, so that a warp's loads of rows coincide.
 */
export interface FusedLayers {
  /** Outputs of a tile: 1 or 2. */
  readonly width: number;
  readonly tables: Uint32Array<ArrayBuffer>;
  readonly lists: Uint32Array<ArrayBuffer>;
  readonly biases: Float32Array<ArrayBuffer>;
  readonly weights: Float32Array<ArrayBuffer>;
  /** The most tiles of a layer. */
  readonly mostTiles: number;
  /** Loads of eight rows of every slice, where they are the same for all. */
  readonly uniformLength: number | undefined;
}

/** A layer with the order of its outputs and the places of its inputs. */
export interface PlacedLayer {
  readonly layer: NetworkLayer;
  readonly order: OutputOrder;
  readonly place: Uint32Array;
}

/** Encodes layers for one kernel; O(nnz). */
export function fuseLayers(layers: readonly PlacedLayer[], width: number): FusedLayers {
  const encoder = new FusedEncoder(width, layers.length);
  for (const placed of layers) encoder.add(placed);
  return encoder.finish();
}

class FusedEncoder {
  readonly #width: number;
  readonly #header: Uint32Array;
  readonly #tables: number[] = [];
  readonly #lists: number[] = [];
  readonly #biases: Float32Array[] = [];
  readonly #weights: Float32Array[] = [];
  #biasCount = 0;
  #weightCount = 0;
  #layer = 0;
  #mostTiles = 0;
  readonly #lengths = new Set<number>();

  constructor(width: number, layers: number) {
    this.#width = width;
    this.#header = new Uint32Array(layers * LAYER_WORDS);
  }

  add({ layer, order, place }: PlacedLayer): void {
    const tiles = Math.ceil(order.outputs.length / this.#width);
    const supports = this.#supportsOf(layer, order, tiles);
    const tableAt = this.#header.length + this.#tables.length;
    const slices = Math.ceil(tiles / SLICE_TILES);
    const lengths = sliceLengths(supports, slices);
    this.#tables.push(...this.#addLists(supports, lengths, place));
    const bias = new Float32Array(tiles * this.#width);
    order.outputs.forEach((output, at) => bias[at] = layer.bias[output]);
    this.#biases.push(bias);
    for (let slice = 0; slice < slices; slice++) {
      this.#tables.push(this.#weightCount / 4, lengths[slice]);
      const weights = this.#sliceWeights(layer, order, supports, slice, lengths[slice]);
      this.#weights.push(weights);
      this.#weightCount += weights.length;
      this.#lengths.add(lengths[slice]);
    }
    this.#writeHeader(boundsOf(layer.activation), [
      tiles,
      tableAt,
      tableAt + tiles,
      this.#biasCount,
    ]);
    this.#biasCount += bias.length;
    this.#mostTiles = Math.max(this.#mostTiles, tiles);
  }

  finish(): FusedLayers {
    const tables = new Uint32Array(this.#header.length + this.#tables.length);
    tables.set(this.#header);
    tables.set(this.#tables, this.#header.length);
    const [length] = this.#lengths;
    return {
      width: this.#width,
      tables,
      lists: Uint32Array.from(this.#lists),
      biases: joined(this.#biases, Math.ceil(this.#biasCount / 4) * 4),
      weights: joined(this.#weights, this.#weightCount),
      mostTiles: this.#mostTiles,
      uniformLength: this.#lengths.size === 1 ? length : undefined,
    };
  }

  #writeHeader({ low, high }: Bounds, words: readonly number[]): void {
    const at = this.#layer++ * LAYER_WORDS;
    this.#header.set(words, at);
    this.#header.set(new Uint32Array(Float32Array.of(low, high).buffer), at + words.length);
    this.#header[at + words.length + 2] = this.#header.length;
  }

  #supportsOf({ weights }: NetworkLayer, order: OutputOrder, tiles: number): Uint32Array[] {
    const union = new SupportUnion(weights, order);
    return Array.from({ length: tiles }, (_, tile) => {
      const first = tile * this.#width;
      return union.of(first, Math.min(order.outputs.length, first + this.#width));
    });
  }

  /** Where each tile's list begins, in loads; a list that neighbours share is stored once. */
  #addLists(
    supports: readonly Uint32Array[],
    lengths: Uint32Array,
    place: Uint32Array,
  ): number[] {
    let [before, at, stored] = [new Uint32Array(), 0, -1];
    return supports.map((support, tile) => {
      const loads = lengths[Math.floor(tile / SLICE_TILES)];
      if (stored !== loads || !sameNumbers(before, support)) {
        at = this.#lists.length / 4;
        this.#addList(support, loads, place);
        [before, stored] = [new Uint32Array(support), loads];
      }
      return at;
    });
  }

  #addList(support: Uint32Array, loads: number, place: Uint32Array): void {
    const row = (step: number): number =>
      support.length === 0 ? 0 : place[support[Math.min(step, support.length - 1)]];
    for (let step = 0; step < loads * LIST_STEP; step += 2) {
      this.#lists.push((row(step) | (row(step + 1) << 16)) >>> 0);
    }
  }

  #sliceWeights(
    { weights }: NetworkLayer,
    { outputs }: OutputOrder,
    supports: readonly Uint32Array[],
    slice: number,
    loads: number,
  ): Float32Array {
    const width = this.#width;
    const steps = 4 / width;
    const sliced = new Float32Array(loads * LIST_STEP * SLICE_TILES * width);
    const first = slice * SLICE_TILES;
    for (let lane = 0; lane < SLICE_TILES && first + lane < supports.length; lane++) {
      const support = supports[first + lane];
      for (let o = 0; o < width; o++) {
        const row = outputs[(first + lane) * width + o];
        if (row === undefined) continue;
        let step = 0;
        for (let e = weights.rowOffsets[row]; e < weights.rowOffsets[row + 1]; e++) {
          while (support[step] !== weights.colIndices[e]) step++;
          const vector = Math.floor(step / steps) * SLICE_TILES + lane;
          sliced[4 * vector + step % steps * width + o] = weights.values[e];
        }
      }
    }
    return sliced;
  }
}

function joined(parts: readonly Float32Array[], length: number): Float32Array<ArrayBuffer> {
  const all = new Float32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function sliceLengths(supports: readonly Uint32Array[], slices: number): Uint32Array {
  const lengths = new Uint32Array(slices);
  supports.forEach((support, tile) => {
    const slice = Math.floor(tile / SLICE_TILES);
    lengths[slice] = Math.max(lengths[slice], Math.ceil(support.length / LIST_STEP));
  });
  return lengths;
}

function sameNumbers(one: Uint32Array, other: Uint32Array): boolean {
  return one.length === other.length && one.every((number, i) => number === other[i]);
}
