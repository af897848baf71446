import type { Dense } from "@spmm/formats";
import { MismatchError } from "./errors.ts";
import type { Storage } from "./problem.ts";
import type { Expected } from "./reference.ts";
import { storageOf } from "./storage.ts";

/** How well a result that passed agrees with the reference. */
export interface Agreement {
  /** Elements that had a finite bound and kept it. */
  readonly compared: number;
  /** Elements whose reference is not finite, which nothing is asked of. */
  readonly unbounded: number;
  /** The largest error as a fraction of its bound, from 0 to 1. */
  readonly worst: number;
}

/**
 * Checks a result against the reference, element by element.
 *
 * NaN passes only where the reference is not finite. An infinity stands for the number that would
 * follow the storage's largest, 2¹⁶ or 2¹²⁸, and a reference beyond that counts as that: so an
 * overflow passes where the exact result overflows, or is as close to it as the bound.
 *
 * @param result The m×n result on the host, in the problem's storage.
 * @param expected What `reference` gave for the same problem and B.
 * @throws {MismatchError} If the shape, the storage or an element is wrong; the message names the
 * first element that is off, the worst one, and how many there are.
 *
 * @example Off by one in the last place passes, off by one in a thousand does not
 * ```ts
 * import { checkResult, MismatchError, reference } from "@spmm/spmm";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(1, 1, new Float32Array([3])));
 * const expected = reference({ a, n: 1 }, dense(1, 1, new Float32Array([5])));
 * assert.equal(checkResult(dense(1, 1, new Float32Array([15.000001])), expected).compared, 1);
 * const wrong = dense(1, 1, new Float32Array([15.015]));
 * assert.throws(() => checkResult(wrong, expected), MismatchError);
 * ```
 */
export function checkResult(result: Dense, expected: Expected): Agreement {
  checkKind(result, expected);
  const overflow = overflowOf(expected.storage);
  const off: Deviation[] = [];
  let [count, unbounded, worst] = [0, 0, 0];
  for (let at = 0; at < expected.c.length; at++) {
    if (expected.bound[at] === Infinity) {
      unbounded++;
      continue;
    }
    const error = Math.abs(clamp(result.data[at], overflow) - clamp(expected.c[at], overflow));
    if (error <= expected.bound[at]) {
      if (error > 0) worst = Math.max(worst, error / expected.bound[at]);
      continue;
    }
    count++;
    const deviation = { at, excess: Number.isNaN(error) ? Infinity : error - expected.bound[at] };
    off[0] ??= deviation;
    if (off[1] === undefined || deviation.excess > off[1].excess) off[1] = deviation;
  }
  if (count > 0) throw mismatch(result, expected, count, off);
  return { compared: expected.c.length - unbounded, unbounded, worst };
}

/** An element off its bound, and by how much. */
interface Deviation {
  readonly at: number;
  readonly excess: number;
}

function overflowOf(storage: Storage): number {
  return storage === "f16" ? 2 ** 16 : 2 ** 128;
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(-limit, value));
}

function checkKind(result: Dense, { rows, cols, storage }: Expected): void {
  if (result.rows !== rows || result.cols !== cols || storageOf(result) !== storage) {
    throw new MismatchError(
      `Cannot accept the result: it must be ${rows}x${cols} in ${storage}: received ${result.rows}x${result.cols} in ${
        storageOf(result)
      }`,
    );
  }
}

function mismatch(
  result: Dense,
  expected: Expected,
  count: number,
  [first, worst]: readonly Deviation[],
): MismatchError {
  const describe = ({ at }: Deviation) => {
    const [row, col] = [Math.floor(at / expected.cols), at % expected.cols];
    return `row ${row}, column ${col}: wanted ${expected.c[at]} within ${
      expected.bound[at]
    }: received ${result.data[at]}`;
  };
  const others = worst.at === first.at ? "" : `; the worst is ${describe(worst)}`;
  return new MismatchError(
    `Cannot accept the result: ${count} of ${expected.c.length} elements are off; the first is ${
      describe(first)
    }${others}`,
  );
}
