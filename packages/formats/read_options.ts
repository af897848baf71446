import { U32_MAX } from "./checks.ts";
import type { ParseFinding } from "./parse_error.ts";

/** How much a reader may be made to hold. What it holds beyond these grows only with bytes read. */
export interface ReadLimits {
  /** Entries of a sparse matrix or elements of a dense one, at most; 2³⁰ where absent. */
  readonly entries?: number;
  /**
   * Rows beyond one per entry, at most; 2²⁴ where absent, which is 64 MiB of row offsets. A file
   * of a few bytes can declare billions of empty rows, each of which takes memory in CSR.
   */
  readonly emptyRows?: number;
}

/** What all readers take. */
export interface ReadOptions {
  /** The name of the input for errors, its path as a rule; "input" where absent. */
  readonly name?: string;
  /** Sizes to refuse. */
  readonly limits?: ReadLimits;
}

/** What readers of coordinates take besides. */
export interface ReadCoordinatesOptions extends ReadOptions {
  /**
   * A position that stands twice is an `"error"`, or its values are added up (`"sum"`) in f32, in
   * the order of the file. `"error"` where absent.
   */
  readonly duplicates?: "error" | "sum";
}

/** The most entries that may be read. */
export function entryLimit(limits: ReadLimits = {}): number {
  return Math.min(limits.entries ?? 2 ** 30, U32_MAX);
}

/** What is wrong with declared sizes, if anything. */
export function sizeFinding(
  declared: { rows: number; cols: number; entries: number },
  mostPerEntry: number,
  limits: ReadLimits = {},
): ParseFinding | undefined {
  const { rows, cols, entries } = declared;
  const fault = "size";
  const received = `${rows} x ${cols} with ${entries} entries`;
  const reason = "the declared size is too large";
  const most = entryLimit(limits);
  if (entries > most) {
    return {
      fault,
      reason,
      expected: `at most ${most} entries are read (limits.entries)`,
      received,
    };
  }
  if (Math.max(rows, cols) > U32_MAX) {
    return { fault, reason, expected: `rows and columns must be at most ${U32_MAX}`, received };
  }
  const emptyRows = limits.emptyRows ?? 2 ** 24;
  if (rows - entries * mostPerEntry > emptyRows) {
    const expected = `at most ${emptyRows} rows may be empty (limits.emptyRows)`;
    return { fault, reason, expected, received };
  }
  return undefined;
}
