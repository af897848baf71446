/**
 * The share of time that lanes stand idle because they wait for the longest row they work beside:
 * 1 − non-zeros / Σ (rows together · their longest). From 0, where all are alike, up to 1.
 *
 * @param rowOffsets The row offsets of the matrix.
 * @param order The order in which rows are taken.
 * @param together How many rows, adjacent in that order, work side by side.
 */
export function idleShare(rowOffsets: Uint32Array, order: Uint32Array, together: number): number {
  let busy = 0;
  let held = 0;
  for (let begin = 0; begin < order.length; begin += together) {
    let longest = 0;
    for (const row of order.subarray(begin, begin + together)) {
      const length = rowOffsets[row + 1] - rowOffsets[row];
      busy += length;
      longest = Math.max(longest, length);
    }
    held += together * longest;
  }
  return held === 0 ? 0 : 1 - busy / held;
}
