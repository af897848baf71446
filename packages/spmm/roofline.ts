import type { DevicePeaks } from "./device.ts";
import { extents, flops, type SpmmProblem } from "./problem.ts";
import { bytesPerElement } from "./storage.ts";

/** The least a device must move and compute for one multiplication, and how long that takes. */
export interface Roofline {
  /** Bytes between memory and cores: the encoding, B's rows in use, the bias, C; each once. */
  readonly bytes: number;
  /** f32 operations: 2·nnz·n. */
  readonly operations: number;
  /** Operations per byte; 0 where no byte moves. */
  readonly intensity: number;
  /** Seconds for the bytes at the device's bandwidth. */
  readonly secondsByBytes: number;
  /** Seconds for the operations at the device's peak. */
  readonly secondsByOperations: number;
  /** Which of the two takes longer; bytes where they are even. */
  readonly boundBy: "bytes" | "operations";
  /** The longer of the two: no kernel is faster. */
  readonly seconds: number;
  /**
   * Seconds to load an operand from the memory on the chip for every multiply-add, where the
   * device's on-chip bandwidth is known: a lower ceiling under the roof. A product without
   * structure meets it, since a row's scattered columns leave nothing in registers to use again;
   * rows that share their columns (blocks) may pass it.
   */
  readonly secondsByOnChipOperands?: number;
  /**
   * The roofline's share of a measured time: 1 is as fast as the device can be.
   *
   * @param seconds A measured time, above 0.
   */
  fractionOfRoofline(seconds: number): number;
}

/**
 * The roofline of a problem on a device (Williams, Waterman, Patterson, CACM 52(4), 2009): time is
 * at least bytes over bandwidth, and at least operations over peak.
 *
 * ```text
 *   flop/s    ______________  peak
 *            /:
 *           / :               left of the ridge bytes bind, right of it operations
 *          /  :
 *         ------------------- intensity, flop per byte
 * ```
 *
 * The bytes are compulsory traffic only, as if a cache held all of B: what a kernel moves beyond
 * them is its own doing. Storage counts: f16 halves A's values, B and C; sums, bias and indices
 * stay as they are. O(nnz + k).
 *
 * @param problem The problem.
 * @param peaks What the device can do at best.
 * @param encodingBytes Bytes of A as encoded; those of CSR with 32-bit indices where absent, so
 * that encodings can be compared under one roof.
 *
 * @example A diagonal matrix moves far more than it computes
 * ```ts
 * import { roofline } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 2, new Float32Array([3, 0, 0, 5])));
 * const roof = roofline({ a, n: 8 }, { bytesPerSecond: 1e9, flopsPerSecond: 1e12 });
 * assert.equal(roof.bytes, (3 + 2 + 2) * 4 + 2 * 8 * 4 + 2 * 8 * 4);
 * assert.equal(roof.operations, 32);
 * assert.equal(roof.boundBy, "bytes");
 * assert.equal(roof.fractionOfRoofline(2 * roof.seconds), 0.5);
 * ```
 */
export function roofline(
  problem: SpmmProblem,
  peaks: DevicePeaks,
  encodingBytes: number = csrBytes(problem),
): Roofline {
  const element = bytesPerElement(problem.storage ?? "f32");
  const { m, n } = extents(problem);
  const bias = problem.epilogue?.bias?.byteLength ?? 0;
  const bytes = encodingBytes + bias + (usedRowsOfB(problem) + m) * n * element;
  const operations = flops(problem);
  const secondsByBytes = bytes / peaks.bytesPerSecond;
  const secondsByOperations = operations / peaks.flopsPerSecond;
  const seconds = Math.max(secondsByBytes, secondsByOperations);
  const onChip = peaks.onChipBytesPerSecond;
  return {
    bytes,
    operations,
    intensity: bytes === 0 ? 0 : operations / bytes,
    secondsByBytes,
    secondsByOperations,
    boundBy: secondsByBytes >= secondsByOperations ? "bytes" : "operations",
    seconds,
    ...(onChip === undefined ? {} : { secondsByOnChipOperands: operations / 2 * element / onChip }),
    fractionOfRoofline: (measured) => seconds / measured,
  };
}

/** Row offsets and column indices of 32 bits, values in the storage; of op(A), by rows. */
function csrBytes(problem: SpmmProblem): number {
  const nonZeros = problem.a.values.length;
  const perNonZero = 4 + bytesPerElement(problem.storage ?? "f32");
  return 4 * (extents(problem).m + 1) + nonZeros * perNonZero;
}

/** Rows of B that some non-zero meets; the others need not be read. */
function usedRowsOfB(problem: SpmmProblem): number {
  const { a, transpose } = problem;
  const used = new Uint8Array(extents(problem).k);
  if (transpose) {
    for (let row = 0; row < a.rows; row++) {
      used[row] = Number(a.rowOffsets[row + 1] > a.rowOffsets[row]);
    }
  } else {
    for (const col of a.colIndices) used[col] = 1;
  }
  return used.reduce((count, one) => count + one, 0);
}
