import { bytesPerElement, extents, type SpmmProblem } from "@spmm/spmm";
import {
  encoding,
  entryPoint,
  type PreparationPass,
  type PreparedArray,
  storedValues,
  uniform,
} from "@spmm/webgpu";
import type { GemmTile } from "./gemm_tile.ts";

/** The part of a tile that A's order depends on. */
export type PackedTile = Pick<GemmTile, "rows" | "depth">;

/** Elements of a matrix written out in full and padded to whole tiles. */
export function packedElements(rows: number, cols: number, tile: PackedTile): number {
  return Math.ceil(rows / tile.rows) * tile.rows * (Math.ceil(cols / tile.depth) * tile.depth);
}

/** Where op(A) in full will be, and the pass that puts it there. */
export interface WrittenOut {
  readonly packed: PreparedArray;
  readonly pass: PreparationPass;
}

/** Threads that write a row. */
const THREADS = 128;

/**
 * Writes op(A) out in full, on the device: the host would spend most of the planning on it, and the
 * non-zeros of a matrix half of zeros are no more bytes to upload than all of its elements are. Tile
 * follows tile in the order in which a workgroup reads them, padded with zeros to whole tiles.
 *
 * ```text
 *   op(A)  ┌───┬───┬───┐        a tile: column by column, so that a thread finds
 *          │ 0 │ 1 │ 2 │        the rows of its block side by side
 *          ├───┼───┼───┤              0  4  8 …
 *          │ 3 │ 4 │ 5 │              1  5  9
 *          └───┴───┴───┘              2  6 10
 * ```
 *
 * A workgroup takes a row of A, whichever side of op(A) that is.
 *
 * @param problem Gives A, and what its elements are stored as.
 * @param tile Its `rows` and `depth` are the extents of a tile.
 */
export function writeOut(problem: SpmmProblem, tile: PackedTile): WrittenOut {
  const { a, transpose = false, storage = "f32" } = problem;
  const { m, k } = extents(problem);
  const packed = { bytes: packedElements(m, k, tile) * bytesPerElement(storage) };
  return {
    packed,
    pass: {
      label: "dense write out",
      workgroups: a.rows,
      bindings: [
        uniform("source", "Source", [a.rows, Math.ceil(k / tile.depth) * tile.depth]),
        encoding("row_offsets", "array<u32>", a.rowOffsets),
        encoding("columns", "array<u32>", a.colIndices),
        encoding("values", `array<${storage}>`, storedValues(a.values, problem)),
        { role: "preparing", name: "a_packed", type: `array<${storage}>`, array: packed },
      ],
      code: code(tile, transpose),
    },
  };
}

function code(tile: PackedTile, transpose: boolean): string {
  return /* wgsl */ `
struct Source {
  /** Rows of A. */
  rows: u32,
  /** Columns of op(A), padded to whole tiles. */
  padded_columns: u32,
}

const TILE_ROWS = ${tile.rows}u;

// Tiles side by side are columns one behind the other, as if they were one tile.
fn place_of(row: u32, column: u32) -> u32 {
  return (row / TILE_ROWS * source.padded_columns + column) * TILE_ROWS + row % TILE_ROWS;
}

fn write_row(row: u32, thread: u32) {
  if (row >= source.rows) {
    return;
  }
  let end = row_offsets[row + 1u];
  for (var entry = row_offsets[row] + thread; entry < end; entry += ${THREADS}u) {
    a_packed[place_of(${
    transpose ? "columns[entry], row" : "row, columns[entry]"
  })] = values[entry];
  }
}
${entryPoint(THREADS, "write_row")}`;
}
