import { lanesFor } from "@spmm/webgpu";

/** Threads of a subwarp: as four f32 each they read a cache line of 128 bytes of B at a time. */
const SUBWARP = 8;
/** Vectors a thread keeps in registers at most: each index and value read serves all of them. */
const MOST_VECTORS = 4;
/** Threads that keep half a large GPU busy (an H200 runs 132 × 2048 at a time). */
const ENOUGH_THREADS = 2 ** 17;

/** How the columns of a row of C are shared out. */
export interface BundleShape {
  /** Threads side by side on a row. */
  readonly lanes: number;
  /** Vectors of adjacent columns that a thread keeps, `lanes` apart. */
  readonly vectorsPerLane: number;
  /** Column tiles that cover the row. */
  readonly tiles: number;
}

/**
 * The shape for a C of so many rows and vectors: as many vectors to a thread as leave enough
 * threads to hide the latency of B, since what a thread keeps to itself it need not share.
 *
 * @param rows Rows of C.
 * @param vectors Vectors in a row, at least one.
 * @param enoughThreads How many threads are enough.
 */
export function bundleShape(
  rows: number,
  vectors: number,
  enoughThreads: number = ENOUGH_THREADS,
): BundleShape {
  const lanes = lanesFor(vectors, SUBWARP);
  let vectorsPerLane = MOST_VECTORS;
  while (vectorsPerLane > 1 && !fits(vectorsPerLane)) vectorsPerLane /= 2;
  return { lanes, vectorsPerLane, tiles: Math.ceil(vectors / (lanes * vectorsPerLane)) };

  function fits(perLane: number): boolean {
    return lanes * perLane <= vectors && rows * vectors / perLane >= enoughThreads;
  }
}
