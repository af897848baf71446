import type { GpuLimits } from "./limits.ts";
import { QUAD } from "./row_quads.ts";
import type { WideIo } from "./wide_io.ts";

/** How a workgroup is laid over rows of quads and columns. */
export interface QuadsKnobs {
  /** Threads beside each other in a row of C; a power of two. */
  readonly lanes: number;
  /** Vectors of columns a thread keeps, `lanes` apart: each non-zero read serves all of them. */
  readonly vectorsPerLane: number;
  /** Groups of lanes that share a row, each with every `slices`-th of its quads. */
  readonly slices: number;
  /** Threads of a workgroup. */
  readonly threads: number;
  /** Quads a thread has on their way at once: 1 or 2. */
  readonly quadsAtOnce: number;
  /**
   * Whether rows are dealt to workgroups like cards, to and fro, in place of so many in a row: of
   * rows by decreasing length each gets its share of long ones.
   */
  readonly dealt: boolean;
}

/** What knobs are chosen by. */
export interface RowsInBrief {
  /** Rows of op(A). */
  readonly rows: number;
  /** Non-zeros of a row, on average. */
  readonly mean: number;
  /** Non-zeros of the longest row. */
  readonly max: number;
}

/** A warp. */
const WARP = 32;
/**
 * Warps that a large GPU has room for at once with the registers that these take: 32 on each of 132
 * multiprocessors. Fewer leave some of it idle.
 */
const WAVE = 32 * 132;
/** Threads that share a row at most. */
const THREADS_PER_ROW = 512;
/**
 * A longest row so many times the mean is what a product waits for: then slices cut it, though all
 * other rows are short for that, and workgroups are small and many, so that others fill in.
 */
const SKEWED_FROM = 4;
/** Waves of small workgroups that leave none of a GPU idle while the longest rows end. */
const SKEWED_WAVES = 4;
/** Where rows abound, two slices still halve what a row takes one step after the other. */
const SLICES_OF_MANY_ROWS = 2;
/** Slices from which each begins and ends too often to have two quads under way. */
const SLICES_OF_SINGLE_QUADS = 8;
/**
 * Multiplications per row of C from which a large workgroup pays: its rows read enough of B to meet
 * in the first-level cache. Halves are half as much to read.
 */
const LARGE_ROW = 20_000;
const LARGE_ROW_OF_HALVES = 60_000;
const LARGE_WORKGROUP = 1024;
const SMALL_WORKGROUP = 256;

/**
 * Knobs for a product; the constants are fitted to an H200 and to pruned layers of 256 to 2048 rows.
 *
 * Warps bounded by what the GPU has room for are under way together: each workgroup should then have
 * its share of long rows (`dealt`). Where there are more, long rows go first and the next workgroup
 * takes the place of the one that is done.
 *
 * @param brief The rows of op(A).
 * @param io The columns.
 * @param limits What the device allows.
 */
export function chooseQuadsKnobs(
  brief: RowsInBrief,
  io: Pick<WideIo, "vectors" | "columns">,
  limits: GpuLimits,
): QuadsKnobs {
  const { rows, mean, max } = brief;
  const { vectors, columns } = io;
  const lanes = Math.min(WARP, powerOfTwoTo(vectors));
  const isSkewed = max > SKEWED_FROM * mean;
  const isHalf = columns > 4;
  const vectorsPerLane = !isHalf && !isSkewed && vectors >= 2 * lanes ? 2 : 1;
  const warps = rows * vectors / (vectorsPerLane * WARP);
  const isOneWave = warps <= WAVE && !isSkewed;
  const isLarge = !isSkewed &&
    mean * vectors * columns >= (isHalf ? LARGE_ROW_OF_HALVES : LARGE_ROW);
  const most = Math.min(powerOfTwoTo(max / QUAD), THREADS_PER_ROW / lanes);
  const fill = powerOfTwoTo((isSkewed ? SKEWED_WAVES : 1) * WAVE / warps);
  const fewest = isOneWave || isHalf ? 1 : SLICES_OF_MANY_ROWS;
  const wanted = Math.min(most, Math.max(fewest, fill));
  const threads = fittingThreads(
    isLarge ? LARGE_WORKGROUP : Math.max(SMALL_WORKGROUP, wanted * lanes),
    vectorsPerLane * columns * 4,
    limits,
  );
  const slices = Math.min(wanted, threads / lanes);
  const quadsAtOnce = slices >= SLICES_OF_SINGLE_QUADS || !isOneWave && !isHalf ? 1 : 2;
  return { lanes, vectorsPerLane, slices, threads, quadsAtOnce, dealt: isOneWave && isLarge };
}

/** The largest power of two up to `most`, and 1 at least. */
function powerOfTwoTo(most: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(1, most)));
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
