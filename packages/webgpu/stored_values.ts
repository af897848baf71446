import type { DenseData } from "@spmm/formats";
import { roundToStorage, type SpmmProblem, type Storage } from "@spmm/spmm";

/**
 * The values of an encoding as the device stores them: themselves in f32, a rounded copy in f16.
 *
 * @param values The values, in any order.
 * @param problem Gives the storage.
 *
 * @example A third in half precision
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { storedValues } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 1 });
 * assert.equal(storedValues(a.values, { a, n: 8 }), a.values);
 * const half = storedValues(Float32Array.of(1 / 3), { a, n: 8, storage: "f16" });
 * assert.deepEqual(half, Float16Array.of(1 / 3));
 * ```
 */
export function storedValues(
  values: Float32Array<ArrayBufferLike>,
  { storage = "f32" }: SpmmProblem,
): DenseData {
  return stored(values, storage);
}

/** The data in the storage asked for: itself where it is so stored, a rounded copy otherwise. */
export function stored(data: DenseData, storage: Storage): DenseData {
  const isHalf = data instanceof Float16Array;
  return isHalf === (storage === "f16") ? data : roundToStorage(data, storage);
}
