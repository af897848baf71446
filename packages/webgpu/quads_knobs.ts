import { type Csr, rowStatistics } from "@spmm/formats";
import { type GpuLimits, lanesFor } from "@spmm/webgpu";

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
const WARP = 32;
/** Columns from which a lane takes two vectors, where that leaves warps enough. */
const WIDE = 512;
/** Warps that are enough: a large GPU holds four times as many. */
const ENOUGH_WARPS = 2048;
/**
 * Slices are added by the square root of what is missing to so many warps: each brings more loads
 * on their way, and more sums to be added in the end.
 */
const WANTED_WARPS = 32_768;
/** Even where warps abound, two slices halve the time a row takes one after the other. */
const FEWEST_SLICES = 2;
/** Threads that share a row at most. */
const THREADS_PER_ROW = 256;
const MOST_SLICES = 16;
/** Non-zeros a slice should have on average. */
const NON_ZEROS_PER_SLICE = 2;
/**
 * Multiplications per row of C from which a large workgroup pays: its rows read enough of B to meet
 * in the first-level cache.
 */
const LARGE_ROW = 65_536;
const LARGE_WORKGROUP = 1024;
const SMALL_WORKGROUP = 256;

/**
 * Knobs for a matrix; the constants are fitted to an H200 and to pruned layers of 256 to 2048 rows.
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
  const lanes = lanesFor(vectors, WARP);
  const n = vectors * columns;
  const warps = (vectorsPerLane: number): number =>
    a.rows * Math.ceil(vectors / (lanes * vectorsPerLane)) * lanes / WARP;
  const vectorsPerLane = n >= WIDE && warps(2) >= ENOUGH_WARPS ? 2 : 1;
  const { mean } = rowStatistics(a);
  const threads = fittingThreads(
    mean * n >= LARGE_ROW ? LARGE_WORKGROUP : SMALL_WORKGROUP,
    vectorsPerLane * columns * 4,
    limits,
  );
  const missing = 2 ** Math.round(Math.log2(WANTED_WARPS / Math.max(1, warps(vectorsPerLane))) / 2);
  const most = Math.min(THREADS_PER_ROW / lanes, MOST_SLICES, threads / lanes);
  const worthwhile = 2 ** Math.floor(Math.log2(Math.max(1, mean / NON_ZEROS_PER_SLICE)));
  const slices = Math.min(Math.max(FEWEST_SLICES, missing), most, worthwhile);
  return { lanes, vectorsPerLane, slices, threads };
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
