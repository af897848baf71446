import { lanesFor, powerOfTwoFrom } from "@spmm/webgpu";
import { Tiling1dConfig, type WorkgroupLimits } from "./tiling_1d_config.ts";

/**
 * Columns of a strip at most: a non-zero that is read takes part in so many multiply-adds, and
 * the sums of a strip still fit the registers of its few lanes.
 */
const STRIP_COLUMNS = 64;
/** Vectors per lane where C is wide: two rows' worth of loads in flight for each non-zero. */
const VECTORS_PER_LANE = 2;
/** Threads of a workgroup: one warp, whose barriers cost next to nothing. */
const THREADS = 32;
/** A sparse tile at most, and at least: below 8 the barriers outweigh the multiplying. */
const [LONGEST_TILE, SHORTEST_TILE] = [32, 8];

/**
 * The rule by which sizes are chosen:
 *
 * - the strip of a row is 64 columns wide, 2 vectors to a lane, or as narrow as C with a vector to
 *   a lane;
 * - subwarps fill a warp: as many rows as strips fit in 32 threads;
 * - the sparse tile is the power of two that holds a row of mean length, from 8 to 32.
 *
 * @param width Adjacent columns in a vector.
 * @param vectors Vectors in a row of C.
 * @param meanRowLength Non-zeros in a row, on average.
 * @param limits What the device allows.
 */
export function chooseConfig(
  width: number,
  vectors: number,
  meanRowLength: number,
  limits: WorkgroupLimits,
): Tiling1dConfig {
  const widest = STRIP_COLUMNS / VECTORS_PER_LANE / width;
  const lanes = lanesFor(vectors, widest);
  const threads = Math.min(THREADS, limits.maxComputeInvocationsPerWorkgroup);
  const tileK = Math.max(SHORTEST_TILE, Math.min(LONGEST_TILE, powerOfTwoFrom(meanRowLength)));
  return new Tiling1dConfig({
    tileK,
    lanes,
    vectorsPerLane: vectors > lanes ? VECTORS_PER_LANE : 1,
    subwarps: Math.max(1, Math.floor(threads / lanes)),
  }, limits);
}
