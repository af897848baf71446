import { boundsOf } from "../activation_bounds.ts";
import type { Csr } from "@spmm/formats";
import type { NetworkLayer } from "../network.ts";
import { rowOffset } from "./batch_layout.ts";
import { type LayerTiling, TILE_OUTPUTS } from "./layer_tiling.ts";
import { Layer, Row, ROW_WORDS, Tile, TILE_WORDS } from "./memory_map.ts";

/** A stretch of the linear memory, as words and as f32, and where it begins. */
export interface Words {
  readonly address: number;
  readonly u32: Uint32Array<ArrayBufferLike>;
  readonly f32: Float32Array<ArrayBufferLike>;
}

/** Words that {@linkcode encodeLayer} writes, a multiple of a cache line's 16. */
export function layerWords({ rowOffsets }: Csr, tiling: LayerTiling): number {
  const { tiled, supports, single } = tiling;
  const length = (row: number): number => rowOffsets[row + 1] - rowOffsets[row];
  let words = supports.length * TILE_WORDS + single.length * ROW_WORDS;
  supports.forEach((first, tile) => {
    const support = length(tiled[TILE_OUTPUTS * tile]);
    words += TILE_OUTPUTS * support + (first === tile ? support : 0);
  });
  for (const row of single) words += 2 * length(row);
  return Math.ceil(words / 16) * 16;
}

/**
 * Writes a layer as tiles and rows:
 *
 * ```text
 *   values of the tiles     w0 w1 w2 w3 | w0 w1 w2 w3 | …    four outputs' weights, input by input
 *   values of the rows      w w w …
 *   offsets of supports     o o o …                          once for all tiles of a support
 *   offsets of the rows     o o o …                          where an input's row begins in a batch
 *   records                 tiles, then rows
 * ```
 *
 * @param layer The layer.
 * @param tiling How its outputs stand.
 * @param words Where to write it: `layerWords` of them, at a multiple of 16 bytes.
 * @param record Where to write its record.
 */
export function encodeLayer(
  layer: NetworkLayer,
  tiling: LayerTiling,
  words: Words,
  record: Words,
): void {
  const { weights, bias } = layer;
  const { rowOffsets, colIndices, values } = weights;
  const { tiled, supports, single } = tiling;
  const length = (row: number): number => rowOffsets[row + 1] - rowOffsets[row];
  const addressOf = (word: number): number => words.address + 4 * word;
  let at = 0;

  const tileValues = supports.map((_, tile) => {
    const begin = at;
    const rows = tiled.subarray(TILE_OUTPUTS * tile, TILE_OUTPUTS * (tile + 1));
    for (let entry = 0; entry < length(rows[0]); entry++) {
      for (const row of rows) words.f32[at++] = values[rowOffsets[row] + entry];
    }
    return begin;
  });
  const rowValues = single.map((row) => {
    const begin = at;
    words.f32.set(values.subarray(rowOffsets[row], rowOffsets[row + 1]), at);
    at += length(row);
    return begin;
  });
  const writeOffsets = (row: number): number => {
    const begin = at;
    for (let entry = rowOffsets[row]; entry < rowOffsets[row + 1]; entry++) {
      words.u32[at++] = rowOffset(colIndices[entry]);
    }
    return begin;
  };
  const tileOffsets = new Uint32Array(supports.length);
  supports.forEach((first, tile) => {
    tileOffsets[tile] = first === tile
      ? writeOffsets(tiled[TILE_OUTPUTS * tile])
      : tileOffsets[first];
  });
  const rowOffsetsAt = single.map(writeOffsets);

  const tiles = at;
  supports.forEach((_, tile) => {
    words.u32[at + Tile.offsets] = addressOf(tileOffsets[tile]);
    words.u32[at + Tile.length] = length(tiled[TILE_OUTPUTS * tile]);
    words.u32[at + Tile.values] = addressOf(tileValues[tile]);
    for (let i = 0; i < TILE_OUTPUTS; i++) {
      const row = tiled[TILE_OUTPUTS * tile + i];
      words.u32[at + Tile.outputs + i] = rowOffset(row);
      words.f32[at + Tile.bias + i] = bias[row];
    }
    at += TILE_WORDS;
  });
  const rows = at;
  single.forEach((row, i) => {
    words.u32[at + Row.offsets] = addressOf(rowOffsetsAt[i]);
    words.u32[at + Row.length] = length(row);
    words.u32[at + Row.values] = addressOf(rowValues[i]);
    words.u32[at + Row.output] = rowOffset(row);
    words.f32[at + Row.bias] = bias[row];
    at += ROW_WORDS;
  });

  const { low, high } = boundsOf(layer.activation);
  record.u32[Layer.tiles] = addressOf(tiles);
  record.u32[Layer.tileCount] = supports.length;
  record.u32[Layer.rows] = addressOf(rows);
  record.u32[Layer.rowCount] = single.length;
  record.f32[Layer.low] = low;
  record.f32[Layer.high] = high;
  record.u32[Layer.outputBytes] = rowOffset(weights.rows);
  record.u32[Layer.outputRows] = weights.rows;
}
