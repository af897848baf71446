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

/**
 * How the elements of a tile follow each other: column by column, so that a thread finds the rows of
 * its block side by side, or row by row, as units that multiply matrices take them fastest.
 */
export type TileOrder = "by columns" | "by rows";

/** Threads that write a row. */
const THREADS = 128;

/**
 * Writes op(A) out in full, on the device: the host would spend most of the planning on it, and the
 * non-zeros of a matrix half of zeros are no more bytes to upload than all of its elements are. Tile
 * follows tile in the order in which a workgroup reads them, padded with zeros to whole tiles.
 *
 * ```text
 *   op(A)  ┌───┬───┬───┐        a tile by columns:     and by rows:
 *          │ 0 │ 1 │ 2 │
 *          ├───┼───┼───┤              0  4  8 …             0  1  2 …
 *          │ 3 │ 4 │ 5 │              1  5  9               8  9 10
 *          └───┴───┴───┘              2  6 10              16 17 18
 * ```
 *
 * A workgroup takes a row of A, whichever side of op(A) that is.
 *
 * @param problem Gives A, and what its elements are stored as.
 * @param tile Its `rows` and `depth` are the extents of a tile.
 * @param order Of the elements in a tile.
 */
export function writeOut(problem: SpmmProblem, tile: PackedTile, order: TileOrder): WrittenOut {
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
      code: code(tile, order, transpose),
    },
  };
}

const PLACE: Readonly<Record<TileOrder, string>> = {
  "by columns": "column % DEPTH * TILE_ROWS + row % TILE_ROWS",
  "by rows": "row % TILE_ROWS * DEPTH + column % DEPTH",
};

function code(tile: PackedTile, order: TileOrder, transpose: boolean): string {
  return /* wgsl */ `
struct Source {
  /** Rows of A. */
  rows: u32,
  /** Columns of op(A), padded to whole tiles. */
  padded_columns: u32,
}

const TILE_ROWS = ${tile.rows}u;
const DEPTH = ${tile.depth}u;

fn place_of(row: u32, column: u32) -> u32 {
  let before = row / TILE_ROWS * source.padded_columns + column / DEPTH * DEPTH;
  return before * TILE_ROWS + ${PLACE[order]};
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
