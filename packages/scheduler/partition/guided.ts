/** What the size of the next chunk depends on. */
export interface GuidedChunk {
  /** Inputs that nobody has taken. */
  readonly left: number;
  /** The speed of the worker that asks, over that of all workers together: 1/P among equals. */
  readonly share: number;
  /** No chunk is smaller, but for the last. */
  readonly smallest: number;
  /** No chunk is larger: what the worker's memory holds. */
  readonly largest: number;
}

/**
 * The size of the next chunk in guided self-scheduling: half the worker's share of what is left, so
 * that chunks are large while there is much to do and small where workers must end together.
 *
 * Polychronopoulos and Kuck, *Guided self-scheduling*, IEEE Trans. Computers 36 (1987), takes all
 * of the share; the half is that of factoring (Hummel, Schonberg and Flynn, CACM 35, 1992), for
 * chunks whose cost is not known beforehand: here pruning decides it.
 *
 * @returns At least 1 while something is left; 0 when nothing is.
 *
 * @example Two equal workers and a hundred inputs
 * ```ts
 * import { guidedSize } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * assert.equal(guidedSize({ left: 100, share: 1 / 2, smallest: 4, largest: 64 }), 25);
 * assert.equal(guidedSize({ left: 10, share: 1 / 2, smallest: 4, largest: 64 }), 4);
 * assert.equal(guidedSize({ left: 3, share: 1 / 2, smallest: 4, largest: 64 }), 3);
 * ```
 */
export function guidedSize({ left, share, smallest, largest }: GuidedChunk): number {
  const wanted = Math.max(smallest, Math.ceil(left * share / 2));
  return Math.min(left, Math.max(1, Math.min(wanted, largest)));
}
