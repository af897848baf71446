import { type CsbSchedule, csbSchedule } from "@spmm/csb";
import type { SpmmProblem } from "@spmm/spmm";
import type { GpuLimits } from "@spmm/webgpu";

/** Workgroups that an H200 runs at a time: 8 of 256 threads on each of 132 multiprocessors. */
const WORKGROUPS_AT_A_TIME = 132 * 8;

/** How evenly the chunks of a schedule are filled. */
export interface Balance {
  /** Workgroups: chunks × column tiles. */
  readonly workgroups: number;
  /** The share of an H200's places for workgroups that they fill at least for a while. */
  readonly filledShare: number;
  /** Non-zeros of the heaviest chunk. */
  readonly heaviestChunk: number;
  /** Heaviest chunk over mean chunk. */
  readonly chunkImbalance: number;
  /**
   * The share of time for which places of workgroups stand idle, if time went by non-zeros and an
   * H200 ran the schedule: the end is never before the heaviest chunk's, and never before that of an
   * even share for each place.
   */
  readonly idleShare: number;
  /** The share of steps for which strands of a workgroup wait for the longest beside them. */
  readonly strandIdleShare: number;
}

/** The balance of CSB on a problem; O(nnz + blocks). */
export function balanceOf(
  problem: SpmmProblem,
  limits: GpuLimits,
  chunkNonZeros: number | undefined,
): Balance {
  const options = chunkNonZeros === undefined ? {} : { chunkNonZeros };
  return balanceOfSchedule(csbSchedule(problem, limits, options));
}

/** The balance of a schedule with at least one non-zero. */
export function balanceOfSchedule(schedule: CsbSchedule): Balance {
  const { nonZeros, columnTiles, steps, strands } = schedule;
  const workgroups = nonZeros.length * columnTiles;
  const total = sum(nonZeros) * columnTiles;
  const heaviestChunk = nonZeros.reduce((most, count) => Math.max(most, count), 0);
  const places = Math.min(workgroups, WORKGROUPS_AT_A_TIME);
  const end = Math.max(heaviestChunk, total / places);
  return {
    workgroups,
    filledShare: places / WORKGROUPS_AT_A_TIME,
    heaviestChunk,
    chunkImbalance: heaviestChunk * workgroups / total,
    idleShare: 1 - total / (places * end),
    strandIdleShare: 1 - total / (columnTiles * strands * sum(steps)),
  };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
