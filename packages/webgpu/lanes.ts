/**
 * The smallest power of two that is at least `least`, and at least 1.
 *
 * @param least Any number, whole or not.
 *
 * @example Sizes in between go up
 * ```ts
 * import { powerOfTwoFrom } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([0, 1, 5, 8, 8.5].map(powerOfTwoFrom), [1, 1, 8, 8, 16]);
 * ```
 */
export function powerOfTwoFrom(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, least)));
}

/**
 * The largest power of two up to `most`, and at least 1.
 *
 * @param most Any number, whole or not.
 *
 * @example Sizes in between go down
 * ```ts
 * import { powerOfTwoTo } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([0, 1, 5, 8, 8.5].map(powerOfTwoTo), [1, 1, 4, 8, 8]);
 * ```
 */
export function powerOfTwoTo(most: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(1, most)));
}

/**
 * Whether a number is 1, 2, 4, …
 *
 * @param count Any number.
 *
 * @example Sizes of workgroups
 * ```ts
 * import { isPowerOfTwo } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([1, 24, 32, 0.5].map(isPowerOfTwo), [true, false, true, false]);
 * ```
 */
export function isPowerOfTwo(count: number): boolean {
  return count >= 1 && Number.isInteger(Math.log2(count));
}

/**
 * Threads that share a row of C: as many as it has vectors, so that none is idle where C is narrow;
 * rounded up to a power of two, which divides every workgroup.
 *
 * @param vectors Vectors in a row of C.
 * @param most Threads at most, a power of two: a warp, or a part of one.
 *
 * @example A warp, or fewer where C is narrower than a warp
 * ```ts
 * import { lanesFor } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.equal(lanesFor(5, 32), 8);
 * assert.equal(lanesFor(256, 32), 32);
 * ```
 */
export function lanesFor(vectors: number, most: number): number {
  return Math.min(most, powerOfTwoFrom(vectors));
}
