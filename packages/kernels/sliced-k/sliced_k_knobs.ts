import { type Csr, rowStatistics } from "@spmm/formats";
import { type GpuLimits, lanesFor } from "@spmm/webgpu";
import { QUAD } from "./packed_rows.ts";

/** How a workgroup is laid over rows and columns. */
export interface SlicedKKnobs {
  /** Threads beside each other in a row of C; a power of two. */
  readonly lanes: number;
  /** Vectors of columns a thread keeps, `lanes` apart: each non-zero read serves all of them. */
  readonly vectorsPerLane: number;
  /** Groups of lanes that share a row, each with every `slices`-th quad of its non-zeros. */
  readonly slices: number;
  /** Threads of a workgroup. */
  readonly threads: number;
}

/** A warp. */
const MOST_LANES = 32;
/** Warps a large GPU holds: 132 multiprocessors of 64. Slices are added until there are so many. */
const WARPS = 8192;
/** Beyond it the sums of slices cost more than the warps gain. */
const MOST_SLICES = 8;
/** Mean row length from which a large workgroup pays: its rows meet in the first-level cache. */
const LONG_ROWS = 64;
/** Columns from which they do: narrower tiles of B stay in that cache anyway. */
const WIDE = 512;
const LARGE_WORKGROUP = 1024;
const SMALL_WORKGROUP = 256;

/**
 * Knobs for a matrix: two vectors to a lane where that leaves warps enough, then as many slices as
 * fill the GPU, as long as each has a quad to work on.
 *
 * @param a op(A).
 * @param vectors Vectors of columns in a row of C.
 * @param columns Columns of a vector.
 * @param limits What the device allows.
 */
export function chooseKnobs(
  a: Csr,
  vectors: number,
  columns: number,
  limits: GpuLimits,
): SlicedKKnobs {
  const lanes = lanesFor(vectors, MOST_LANES);
  const warps = (vectorsPerLane: number): number =>
    a.rows * Math.ceil(vectors / (lanes * vectorsPerLane)) * lanes / MOST_LANES;
  const vectorsPerLane = vectors >= 2 * lanes && warps(2) * MOST_SLICES >= WARPS / 2 ? 2 : 1;
  const { mean } = rowStatistics(a);
  const wanted = Math.min(WARPS / warps(vectorsPerLane), mean / QUAD, MOST_SLICES);
  const slices = Math.max(1, 2 ** Math.round(Math.log2(Math.max(1, wanted))));
  const large = mean >= LONG_ROWS && vectors * columns >= WIDE;
  const threads = fittingThreads(
    large ? LARGE_WORKGROUP : SMALL_WORKGROUP,
    vectorsPerLane * columns * 4,
    limits,
  );
  return { lanes, vectorsPerLane, slices: Math.min(slices, threads / lanes), threads };
}

/** The threads wanted, halved until the device takes them and their sums. */
function fittingThreads(wanted: number, bytesPerThread: number, limits: GpuLimits): number {
  let threads = wanted;
  while (
    threads > limits.maxComputeInvocationsPerWorkgroup ||
    threads > limits.maxComputeWorkgroupSizeX ||
    threads * bytesPerThread > limits.maxComputeWorkgroupStorageSize
  ) threads /= 2;
  return threads;
}
