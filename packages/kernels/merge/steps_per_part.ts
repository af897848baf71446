/** The fewest steps of a part: its carry-outs, at most two rows, stay below 1/32 of what it reads. */
const LEAST_STEPS = 64;
/** Carry-outs in all are at most two a part; a part for four rows keeps them below half of C. */
const ROWS_PER_PART = 4;
/** Threads that fill the largest GPU once (an H200 runs 132 × 2048 at a time). */
const THREADS_TO_FILL = 2 ** 18;
/** Threads beyond which parts more would balance no better. */
const THREADS_TO_BALANCE = 2 ** 20;

/**
 * How many steps of the merge path go to a part. Small parts make many threads, which hides the
 * latency of B; each part may leave two partial rows to be written and read again.
 *
 * So a part is as small as gives `THREADS_TO_BALANCE`, but no smaller than keeps the carry-outs
 * small against C, unless that left a large GPU partly idle; and never below `LEAST_STEPS`.
 *
 * @param rows Row ends on the path.
 * @param nonZeros Non-zeros on the path.
 * @param threads Threads that walk each part, over all column tiles.
 */
export function stepsPerPart(rows: number, nonZeros: number, threads: number): number {
  const steps = rows + nonZeros;
  const toBalance = steps * threads / THREADS_TO_BALANCE;
  const toFill = steps * threads / THREADS_TO_FILL;
  const smallCarries = ROWS_PER_PART * steps / rows;
  return Math.ceil(Math.max(LEAST_STEPS, toBalance, Math.min(smallCarries, toFill)));
}
