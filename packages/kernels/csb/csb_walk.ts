import type { SpmmKernel } from "@spmm/spmm";
import { gpuKernel } from "@spmm/webgpu";
import { encode, inspect, refuses } from "./walk_design.ts";
import type { CsbPart } from "./walk_twice.ts";

/**
 * CSB walked in place: no quads are written, and no pass comes before the product. A workgroup takes
 * a chunk of a block row (A·B) or of a block column (Aᵀ·B) and a tile of columns. Blocks are spread
 * out in workgroup memory, a mask word per row of C naming its non-zeros, so that either direction
 * finds its rows at the same cost; then lanes walk the masks and keep sums in registers. Chunks of a
 * line that was cut leave partial sums, which a second pass adds in order: no atomics on floats, the
 * same bits every time.
 *
 * Bytes: A (4 + 10/8 bytes a non-zero, and the pointers) once per column tile, B once per non-zero
 * and column from cache, C once, partial sums of cut lines twice. Operations: 2·nnz·n. On a GPU it
 * is bound by latency, and `csb` is faster; it is kept to show why, and for where there is no memory
 * for unpacked quads.
 *
 * @see Buluç, Fineman, Frigo, Gilbert, Leiserson, "Parallel sparse matrix-vector and
 * matrix-transpose-vector multiplication using compressed sparse blocks", SPAA 2009, §3 and §4.
 *
 * @example On a GPU, where there is one
 * ```ts
 * import { csbWalk } from "@spmm/csb";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   await using plan = await csbWalk.plan({ a, n: 8, transpose: true }, gpu);
 *   assert.equal((await plan.multiply(randomDense(64, 8, 2))).rows, 48);
 * }
 * ```
 */
export const csbWalk: SpmmKernel = csbWalkKernel();

/** What can be set of {@linkcode csbWalkKernel}. */
export interface CsbWalkOptions {
  /** Unique among registered kernels; `csb-walk` where absent. */
  readonly name?: string;
  /**
   * Non-zeros a chunk may have before its line is cut; where absent, as many as let all chunks
   * together fill a large GPU. `Infinity` leaves every line whole: CSB without its balancing.
   */
  readonly chunkNonZeros?: number;
  /**
   * A part of the multiplication to be done twice, so that its share of the time can be told; none
   * where absent. The product is the same, as long as B is finite.
   */
  readonly twice?: CsbPart;
}

/**
 * {@linkcode csbWalk} with its balancing set by hand, or with a part done twice.
 *
 * @param options What differs from `csbWalk`.
 *
 * @example CSB without its balancing
 * ```ts
 * import { csbWalkKernel } from "@spmm/csb";
 * import assert from "node:assert/strict";
 *
 * const unbalanced = csbWalkKernel({ name: "csb-whole-lines", chunkNonZeros: Infinity });
 * assert.equal(unbalanced.family, "csb");
 * ```
 */
export function csbWalkKernel(options: CsbWalkOptions = {}): SpmmKernel {
  const { name = "csb-walk", ...rest } = options;
  return gpuKernel({
    name,
    family: "csb",
    source: "Buluç et al., SPAA 2009, §3 and §4",
    refuses,
    inspect: (problem, limits) => inspect(problem, limits, encode(problem), rest),
  });
}
