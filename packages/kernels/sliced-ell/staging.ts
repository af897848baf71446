import { type GpuLimits, mostThreads, powerOfTwoFrom } from "@spmm/webgpu";

/** Lanes of a slice: a warp. Rows of a slice are padded to the longest of them. */
export const SLICE_LANES = 32;

/**
 * How much of the product a workgroup holds at a time.
 *
 * ```text
 *                 minibatch of columns                  one array of workgroup memory,
 *           ┌──── vectors × width ────┐                 a slot per row of B and vector:
 *     slot 0│ a row of B that the     │
 *     slot 1│ block's rows need       │                   vector 0 │ slot 0 │ slot 1 │ … │ 0 │
 *         … │                         │                   vector 1 │ slot 0 │ slot 1 │ … │ 0 │
 *   zeroSlot│ zeros, for the padding  │                          …
 *           └─────────────────────────┘
 * ```
 */
export interface Staging {
  /** Rows of C per workgroup, one per thread: a multiple of {@linkcode SLICE_LANES}. */
  readonly blockRows: number;
  /** Vectors of adjacent columns per thread, kept in registers. */
  readonly vectors: number;
  /** Rows of B that workgroup memory has room for, and one of zeros, which comes last. */
  readonly slots: number;
}

/** The paper's rows per block: enough of them to share a staged row of B. */
const BLOCK_ROWS = 256;
/**
 * Columns that a weight is multiplied by once it is in a register. The paper takes 12; 16 make whole
 * vectors at every width and two full memory sectors per staged row.
 */
const MINIBATCH_COLUMNS = 16;
/** Workgroup memory wanted: more would leave room for fewer workgroups on a multiprocessor. */
const WORKGROUP_BYTES = 32768;

/**
 * The staging for a problem: the minibatch first, as the registers have it; then as many slots as
 * fit; then the rows, which must not outnumber the slots, since C leaves through them.
 *
 * @param width Adjacent columns in a vector.
 * @param vectors Vectors in a row of C; Infinity where they are not known.
 * @param rows Rows of C.
 * @param limits What the device allows.
 *
 * @example Columns by fours, as many as may come
 * ```ts
 * import { chooseStaging } from "@spmm/sliced-ell";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const { blockRows, vectors, slots } = chooseStaging(4, Infinity, 100, gpu.limits);
 *   assert.equal(4 * vectors, 16);
 *   assert.ok(blockRows <= 128 && blockRows <= slots);
 *   assert.ok(slots * vectors * 16 <= gpu.limits.maxComputeWorkgroupStorageSize);
 * }
 * ```
 */
export function chooseStaging(
  width: number,
  vectors: number,
  rows: number,
  limits: GpuLimits,
): Staging {
  const held = Math.min(MINIBATCH_COLUMNS / width, powerOfTwoFrom(vectors));
  const slots = chooseSlots(held * width * Float32Array.BYTES_PER_ELEMENT, limits);
  const mostRows = Math.min(BLOCK_ROWS, slots, mostThreads(limits));
  const wholeSlices = mostRows - mostRows % SLICE_LANES;
  return {
    blockRows: Math.min(wholeSlices, Math.max(SLICE_LANES, powerOfTwoFrom(rows))),
    vectors: held,
    slots,
  };
}

/** Twice an odd number of slots puts the vectors of a row into banks of their own. */
function chooseSlots(slotBytes: number, limits: GpuLimits): number {
  const bytes = Math.min(WORKGROUP_BYTES, limits.maxComputeWorkgroupStorageSize);
  const fitting = Math.floor(bytes / slotBytes);
  return fitting - (fitting + 2) % 4;
}
