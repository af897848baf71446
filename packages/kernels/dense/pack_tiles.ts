import type { Csr } from "@spmm/formats";
import type { Storage } from "@spmm/spmm";
import type { GemmTile } from "./gemm_tile.ts";

/** The part of a tile that A's order depends on. */
export type PackedTile = Pick<GemmTile, "rows" | "depth">;

/** Elements of a matrix written out in full and padded to whole tiles. */
export function packedElements(rows: number, cols: number, tile: PackedTile): number {
  return Math.ceil(rows / tile.rows) * tile.rows * (Math.ceil(cols / tile.depth) * tile.depth);
}

/**
 * Writes a sparse matrix out in full, tile after tile in the order in which a workgroup reads
 * them, padded with zeros to whole tiles.
 *
 * ```text
 *   op(A)  ┌───┬───┬───┐        a tile: column by column, so that a thread finds
 *          │ 0 │ 1 │ 2 │        the rows of its block side by side
 *          ├───┼───┼───┤              0  4  8 …
 *          │ 3 │ 4 │ 5 │              1  5  9
 *          └───┴───┴───┘              2  6 10
 * ```
 *
 * O(rows · cols).
 *
 * @param a The matrix.
 * @param tile Its `rows` and `depth` are the extents of a tile.
 * @param storage What the elements are rounded to.
 */
export function packTiles(
  a: Csr,
  tile: PackedTile,
  storage: Storage,
): Float32Array<ArrayBuffer> | Float16Array<ArrayBuffer> {
  const elements = packedElements(a.rows, a.cols, tile);
  const packed = storage === "f32" ? new Float32Array(elements) : new Float16Array(elements);
  const steps = Math.ceil(a.cols / tile.depth);
  for (let row = 0; row < a.rows; row++) {
    // Tiles side by side are columns one behind the other, as if they were one tile.
    const firstColumn = Math.floor(row / tile.rows) * steps * tile.depth;
    const first = firstColumn * tile.rows + row % tile.rows;
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      packed[first + a.colIndices[entry] * tile.rows] = a.values[entry];
    }
  }
  return packed;
}
