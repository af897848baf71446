import { FormatError } from "./errors.ts";

/** Element arrays a dense matrix on the host can hold: f32, or f16 for half the bytes. */
export type DenseData = Float32Array<ArrayBufferLike> | Float16Array<ArrayBufferLike>;

/**
 * A dense matrix in host memory, row-major and without padding: element (i, j) is
 * `data[i * cols + j]`.
 */
export interface Dense {
  /** In host memory, as against a device's. */
  readonly location: "host";
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** `rows * cols` elements, row by row. */
  readonly data: DenseData;
}

/**
 * Wraps row-major data as a dense matrix; without data, a matrix of zeros in f32.
 *
 * @param rows Number of rows.
 * @param cols Number of columns.
 * @param data `rows * cols` elements, row by row; kept, not copied.
 * @throws {FormatError} If the shape is no shape or the data has another length.
 *
 * @example Two rows of three
 * ```ts
 * import { dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const b = dense(2, 3, new Float32Array([1, 2, 3, 4, 5, 6]));
 * assert.equal(b.data[1 * b.cols + 2], 6);
 * ```
 */
export function dense(
  rows: number,
  cols: number,
  data: DenseData = new Float32Array(checkedSize(rows, cols)),
): Dense {
  if (data.length !== checkedSize(rows, cols)) {
    throw new FormatError(
      "dense",
      "length",
      `Cannot make a dense ${rows}x${cols} matrix: it takes ${
        rows * cols
      } elements: received ${data.length}`,
    );
  }
  return { location: "host", rows, cols, data };
}

function checkedSize(rows: number, cols: number): number {
  for (const [name, size] of [["rows", rows], ["cols", cols]] as const) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw new FormatError(
        "dense",
        "shape",
        `Cannot make a dense matrix: ${name} must be a non-negative integer: received ${size}`,
      );
    }
  }
  return rows * cols;
}
