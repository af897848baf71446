import type { Csr } from "@spmm/formats";
import { equalSupports } from "../equal_supports.ts";

/** Outputs that a register tile takes together. */
export const TILE_OUTPUTS = 4;

/** Which outputs of a layer are computed four at a time, and which alone. */
export interface LayerTiling {
  /** Outputs in fours of one support. */
  readonly tiled: Uint32Array<ArrayBuffer>;
  /** For each four, the first four with the same support. */
  readonly supports: Uint32Array<ArrayBuffer>;
  /** The outputs that are left, ascending. */
  readonly single: Uint32Array<ArrayBuffer>;
}

/**
 * Puts outputs of equal support side by side, four by four: a feature that is loaded then serves
 * four outputs. What a group has beyond a multiple of four is computed alone, which costs less than
 * padding it. O(nnz).
 *
 * @param weights The layer's weights.
 * @param reorder Whether to look for equal supports at all.
 */
export function tileLayer(weights: Csr, reorder: boolean): LayerTiling {
  if (!reorder) {
    const single = Uint32Array.from({ length: weights.rows }, (_, row) => row);
    return { tiled: new Uint32Array(0), supports: new Uint32Array(0), single };
  }
  const { order, groupOffsets } = equalSupports(weights);
  const tiled: number[] = [];
  const supports: number[] = [];
  const single: number[] = [];
  for (let group = 0; group + 1 < groupOffsets.length; group++) {
    const first = supports.length;
    let at = groupOffsets[group];
    for (; at + TILE_OUTPUTS <= groupOffsets[group + 1]; at += TILE_OUTPUTS) {
      tiled.push(...order.subarray(at, at + TILE_OUTPUTS));
      supports.push(first);
    }
    single.push(...order.subarray(at, groupOffsets[group + 1]));
  }
  return {
    tiled: Uint32Array.from(tiled),
    supports: Uint32Array.from(supports),
    single: Uint32Array.from(single).sort(),
  };
}
