import { U32_MAX, unfit } from "./checks.ts";

/**
 * Turns counts into offsets in place: on entry `counts[i + 1]` counts segment i and `counts[0]` is
 * 0; afterwards segment i spans `counts[i]` to `counts[i + 1]`.
 *
 * @throws {FormatError} If the total does not fit a u32.
 */
export function prefixSum(format: string, counts: Uint32Array): void {
  let total = 0;
  for (let i = 1; i < counts.length; i++) {
    total += counts[i];
    if (total > U32_MAX) {
      throw unfit(format, "length", `stored elements must number at most ${U32_MAX}`, total);
    }
    counts[i] = total;
  }
}
