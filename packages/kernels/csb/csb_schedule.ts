import { csbFromCsr } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import type { GpuLimits } from "@spmm/webgpu";
import type { CsbKernelOptions } from "./csb.ts";
import { BLOCK_SIZE, shareOut } from "./csb_design.ts";

/** How CSB shares a problem out to workgroups, and what each gets. */
export interface CsbSchedule {
  /** Non-zeros of every chunk, in the order in which workgroups take them: heaviest first. */
  readonly nonZeros: readonly number[];
  /** Rows of C of every chunk, in the same order. */
  readonly rows: readonly number[];
  /** Column tiles: so many workgroups work on every chunk, each on columns of its own. */
  readonly columnTiles: number;
  /** Block rows that more than one chunk works on (block columns for Aᵀ·B). */
  readonly cutLines: number;
}

/**
 * How {@linkcode csbKernel} shares out a problem, without a device: to see how even its load is.
 * O(nnz + blocks): the matrix is encoded for it.
 *
 * @param problem The problem.
 * @param limits What the device allows.
 * @param options As for the kernel.
 *
 * @example The chunks hold every non-zero
 * ```ts
 * import { csbSchedule } from "@spmm/csb";
 * import { randomCsr } from "@spmm/formats";
 * import { LARGE_LIMITS } from "@spmm/webgpu/conformance";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 70, cols: 90, density: 0.2, seed: 1 });
 * const { nonZeros, rows } = csbSchedule({ a, n: 8 }, LARGE_LIMITS);
 * assert.equal(nonZeros.reduce((sum, count) => sum + count, 0), a.values.length);
 * assert.deepEqual(rows.toSorted(), [32, 32, 6]);
 * ```
 */
export function csbSchedule(
  problem: SpmmProblem,
  limits: GpuLimits,
  { chunkNonZeros }: Pick<CsbKernelOptions, "chunkNonZeros"> = {},
): CsbSchedule {
  const a = csbFromCsr(problem.a, { blockSize: BLOCK_SIZE });
  const { chunks, cut, tiles } = shareOut(problem, limits, a, chunkNonZeros);
  const rowsOfC = problem.transpose ? a.cols : a.rows;
  return {
    nonZeros: chunks.map(({ nonZeros }) => nonZeros),
    rows: chunks.map(({ line }) => Math.min(BLOCK_SIZE, rowsOfC - line * BLOCK_SIZE)),
    columnTiles: tiles,
    cutLines: cut.length,
  };
}
