import { type Csb, csbFromCsr, csbLocalIndex } from "@spmm/formats";
import type { SpmmProblem } from "@spmm/spmm";
import type { GpuLimits } from "@spmm/webgpu";
import type { CsbWalkOptions } from "./csb_walk.ts";
import type { Chunk } from "./walk_chunks.ts";
import { BLOCK_SIZE, shareOut, type Sharing } from "./walk_design.ts";

/** How CSB shares a problem out to workgroups, and what each gets. */
export interface CsbSchedule {
  /** Non-zeros of every chunk, in the order in which workgroups take them: heaviest first. */
  readonly nonZeros: readonly number[];
  /** Rows of C of every chunk, in the same order. */
  readonly rows: readonly number[];
  /**
   * Non-zeros that the longest strand of every chunk walks, in the same order: after each stage the
   * others wait for it.
   */
  readonly steps: readonly number[];
  /** Strands of a workgroup: groups of lanes that walk rows of their own. */
  readonly strands: number;
  /** Column tiles: so many workgroups work on every chunk, each on columns of its own. */
  readonly columnTiles: number;
  /** Block rows that more than one chunk works on (block columns for Aᵀ·B). */
  readonly cutLines: number;
}

/**
 * How {@linkcode csbWalkKernel} shares out a problem, without a device: to see how even its load is.
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
  { chunkNonZeros }: Pick<CsbWalkOptions, "chunkNonZeros"> = {},
): CsbSchedule {
  const a = csbFromCsr(problem.a, { blockSize: BLOCK_SIZE });
  const sharing = shareOut(problem, limits, a, chunkNonZeros);
  const { chunks, cut, tile, tiles } = sharing;
  const transpose = problem.transpose ?? false;
  const rowsOfC = transpose ? a.cols : a.rows;
  return {
    nonZeros: chunks.map(({ nonZeros }) => nonZeros),
    rows: chunks.map(({ line }) => Math.min(BLOCK_SIZE, rowsOfC - line * BLOCK_SIZE)),
    steps: chunks.map((chunk) => stepsOf(chunk, a, sharing, transpose)),
    strands: tile.strands,
    columnTiles: tiles,
    cutLines: cut.length,
  };
}

function stepsOf(
  { line, begin, end }: Chunk,
  a: Csb,
  { lines, tile: { stage, strands } }: Sharing,
  transpose: boolean,
): number {
  const walked = new Uint32Array(strands);
  let steps = 0;
  for (let step = begin; step < end; step++) {
    const block = line * lines.lineStride + step * lines.stepStride;
    for (let entry = a.blockPointers[block]; entry < a.blockPointers[block + 1]; entry++) {
      const index = csbLocalIndex(a, entry);
      const row = transpose ? index % BLOCK_SIZE : Math.floor(index / BLOCK_SIZE);
      walked[row % strands] += 1;
    }
    const stageEnds = (step - begin) % stage === stage - 1 || step === end - 1;
    if (!stageEnds) continue;
    steps += Math.max(...walked);
    walked.fill(0);
  }
  return steps;
}
