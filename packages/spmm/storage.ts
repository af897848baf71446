import { type Dense, dense, type DenseData } from "@spmm/formats";
import type { DenseMatrix } from "./kernel.ts";
import type { Storage } from "./problem.ts";

/**
 * Bytes of one stored element: 4 or 2.
 *
 * @example Half the bytes
 * ```ts
 * import { bytesPerElement } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * assert.equal(bytesPerElement("f32"), 2 * bytesPerElement("f16"));
 * ```
 */
export function bytesPerElement(storage: Storage): number {
  return storage === "f16" ? 2 : 4;
}

/**
 * What a matrix is stored as, wherever it lives.
 *
 * @example A host matrix of halves
 * ```ts
 * import { storageOf } from "@spmm/spmm";
 * import { dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * assert.equal(storageOf(dense(1, 1, new Float16Array([0.5]))), "f16");
 * ```
 */
export function storageOf(matrix: DenseMatrix): Storage {
  if (matrix.location === "device") return matrix.storage;
  return matrix.data instanceof Float16Array ? "f16" : "f32";
}

/**
 * Values as a storage holds them: a new array, each value rounded to nearest, ties to even. What
 * is beyond the storage's range becomes infinite.
 *
 * @param values Any numbers.
 * @param storage What to round to.
 *
 * @example A third, at two precisions
 * ```ts
 * import { roundToStorage } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(roundToStorage([1 / 3], "f16"), new Float16Array([0.333251953125]));
 * assert.deepEqual(roundToStorage([1 / 3], "f32"), new Float32Array([1 / 3]));
 * ```
 */
export function roundToStorage(values: ArrayLike<number>, storage: Storage): DenseData {
  // The constructors copy typed arrays; `from` would walk them one by one.
  return storage === "f16" ? new Float16Array(values) : new Float32Array(values);
}

/**
 * A matrix of zeros in host memory, in the storage asked for.
 *
 * @param rows Number of rows.
 * @param cols Number of columns.
 * @param storage What its elements are stored as.
 * @throws {FormatError} If the shape is no shape.
 *
 * @example Half the bytes
 * ```ts
 * import { hostZeros } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * assert.equal(hostZeros(2, 3, "f16").data.byteLength, 12);
 * ```
 */
export function hostZeros(rows: number, cols: number, storage: Storage): Dense {
  return storage === "f32" ? dense(rows, cols) : dense(rows, cols, new Float16Array(rows * cols));
}
