import type { Dense, DenseData } from "@spmm/formats";
import { bytesPerElement, hostZeros, type Storage } from "@spmm/spmm";
import { stored } from "./stored_values.ts";

/**
 * Elements from the start of a row to the start of the next, on the GPU: rows are padded so that
 * kernels load whole vectors whatever n is, 16 bytes of f32 and, from n = 5 on, of f16. Narrower
 * rows are not padded to more than four elements: n of 1 and 2 are vectors of their own, and
 * padding would multiply what they take.
 *
 * ```text
 *   n = 5, f32          pitch 8          the host's rows follow each other without padding
 *   ┌─────────┬─────────┐
 *   │ a b c d │ e · · · │  row 0         · is zero in what was uploaded; in what a kernel
 *   │ f g h i │ j · · · │  row 1         wrote it is the epilogue of a sum of zeros
 *   └─────────┴─────────┘
 *     vector 0  vector 1
 * ```
 *
 * Columns of a product are independent, so what is in padding only ever reaches padding.
 */
export function rowPitch(cols: number, storage: Storage): number {
  if (cols <= 2) return cols;
  const VECTOR = 4;
  const multiple = storage === "f16" && cols > VECTOR ? 2 * VECTOR : VECTOR;
  return Math.ceil(cols / multiple) * multiple;
}

/** Bytes from the start of a row to the start of the next, on the GPU. */
export function rowBytes(cols: number, storage: Storage = "f32"): number {
  return rowPitch(cols, storage) * bytesPerElement(storage);
}

/**
 * Columns of a host matrix as the GPU stores them, rounded, with rows that are filled up with
 * zeros; the data itself where that is how it lies.
 *
 * @param matrix The matrix on the host.
 * @param storage What to round to.
 * @param start The first column wanted.
 * @param columns How many columns.
 */
export function paddedRows(
  matrix: Dense,
  storage: Storage,
  start = 0,
  columns: number = matrix.cols,
): DenseData {
  const pitch = rowPitch(columns, storage);
  if (columns === matrix.cols && columns === pitch) return stored(matrix.data, storage);
  const { data } = hostZeros(matrix.rows, pitch, storage);
  const from = { data: matrix.data, pitch: matrix.cols, start };
  copyColumns(from, { data, pitch, start: 0 }, matrix.rows, columns);
  return data;
}

/**
 * Columns as they came from the GPU, with padded rows, into a host matrix.
 *
 * @param padded What was read.
 * @param columns How many columns its rows have, the padding not counted.
 * @param storage What it is stored as.
 * @param into Where to.
 * @param start The column of `into` where the first one goes.
 */
export function unpadRows(
  padded: DenseData,
  columns: number,
  storage: Storage,
  into: Dense,
  start: number,
): void {
  const from = { data: padded, pitch: rowPitch(columns, storage), start: 0 };
  copyColumns(from, { data: into.data, pitch: into.cols, start }, into.rows, columns);
}

/** Columns from `start` on, in rows that are `pitch` apart. */
interface Columns {
  readonly data: DenseData;
  readonly pitch: number;
  readonly start: number;
}

function copyColumns(from: Columns, to: Columns, rows: number, columns: number): void {
  if (from.pitch === columns && to.pitch === columns) return to.data.set(from.data);
  for (let row = 0; row < rows; row++) {
    const first = row * from.pitch + from.start;
    to.data.set(from.data.subarray(first, first + columns), row * to.pitch + to.start);
  }
}
