import type { DevicePeaks } from "@spmm/spmm";
import type { StageWork } from "./inference.ts";

/**
 * The time that a device's peaks allow a stage at best: the longest of its three transports, as if
 * all else were hidden behind it. Weights that come from memory once for all inputs are not in it.
 *
 * @param work What the stage takes for one live input.
 * @param peaks What the device can do, as `device.peaks()` measures it.
 * @returns Seconds for one live input.
 *
 * @example Bound by memory
 * ```ts
 * import { stageBound } from "@spmm/network";
 * import assert from "node:assert/strict";
 *
 * const work = { bytes: 8192, onChipBytes: 40_000, operations: 65_536 };
 * const peaks = { bytesPerSecond: 4e12, flopsPerSecond: 5e13, onChipBytesPerSecond: 31e12 };
 * assert.equal(stageBound(work, peaks), 8192 / 4e12);
 * ```
 */
export function stageBound(work: StageWork, peaks: DevicePeaks): number {
  const onChip = peaks.onChipBytesPerSecond;
  return Math.max(
    work.bytes / peaks.bytesPerSecond,
    work.operations / peaks.flopsPerSecond,
    onChip === undefined ? 0 : work.onChipBytes / onChip,
  );
}
