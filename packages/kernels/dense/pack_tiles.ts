import type { Csr } from "@spmm/formats";
import { bytesPerElement, type Storage } from "@spmm/spmm";
import { freshMemory, type HostMemory } from "@spmm/webgpu";
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
 * @param tile Its `rows`, a power of two, and `depth` are the extents of a tile.
 * @param storage What the elements are rounded to.
 * @param memory Where to put them.
 */
export function packTiles(
  a: Csr,
  tile: PackedTile,
  storage: Storage,
  memory: HostMemory = freshMemory,
): Float32Array<ArrayBuffer> | Float16Array<ArrayBuffer> {
  const elements = packedElements(a.rows, a.cols, tile);
  const packed = zeros(elements, storage, memory);
  const { rows, rowOffsets, colIndices, values } = a;
  const paddedColumns = Math.ceil(a.cols / tile.depth) * tile.depth;
  const rowBits = Math.log2(tile.rows);
  for (let row = 0; row < rows; row++) {
    // Tiles side by side are columns one behind the other, as if they were one tile.
    const first = (row >> rowBits) * paddedColumns * tile.rows + row % tile.rows;
    const end = rowOffsets[row + 1];
    for (let entry = rowOffsets[row]; entry < end; entry++) {
      packed[first + (colIndices[entry] << rowBits)] = values[entry];
    }
  }
  return packed;
}

function zeros(
  elements: number,
  storage: Storage,
  memory: HostMemory,
): Float32Array<ArrayBuffer> | Float16Array<ArrayBuffer> {
  const { buffer, byteOffset } = memory.take(elements * bytesPerElement(storage)).fill(0);
  return storage === "f32"
    ? new Float32Array(buffer, byteOffset, elements)
    : new Float16Array(buffer, byteOffset, elements);
}
