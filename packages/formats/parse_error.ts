/**
 * The kinds of damage a {@linkcode ParseError} can name.
 *
 * - `header`: the first lines do not say what the file is;
 * - `count`: more entries than were declared, or fewer on a line than were due;
 * - `range`: an index or offset outside the matrix;
 * - `base`: index 0 in a file that counts from 1;
 * - `number`: text that is no finite number, or does not fit f32;
 * - `truncated`: the file ends before what it declared;
 * - `duplicate`: an entry stands twice;
 * - `size`: declared or found sizes beyond the limits;
 * - `encoding`: damaged gzip;
 * - `unsupported`: a valid file of a kind that is not read here.
 */
export type ParseFault =
  | "header"
  | "count"
  | "range"
  | "base"
  | "number"
  | "truncated"
  | "duplicate"
  | "size"
  | "encoding"
  | "unsupported";

/** Where in a file something is wrong: a line of text, or a byte of a binary file. */
export interface ParsePlace {
  /** The name the reader was given, for a file its path. */
  readonly file: string;
  /** Line, from 1, of the expanded text. */
  readonly line?: number;
  /** Byte, from 0, of the expanded file. */
  readonly byte?: number;
}

/** What is wrong with an input, in the three parts its message is made of. */
export interface ParseFinding {
  /** What kind of damage it is. */
  readonly fault: ParseFault;
  /** What is wrong. */
  readonly reason: string;
  /** What would be right. */
  readonly expected: string;
  /** What was found instead, where there is something to show. */
  readonly received?: string | number;
}

/**
 * Input that is no valid file of its format: where, what is wrong, and what would be right.
 *
 * @example A matrix that counts from 0 where 1 is due
 * ```ts
 * import { ParseError, readMatrixMarket } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const text = "%%MatrixMarket matrix coordinate real general\n2 2 1\n0 1 4.5\n";
 * const reading = readMatrixMarket(new TextEncoder().encode(text), { name: "a.mtx" });
 * await assert.rejects(reading, (error) => {
 *   assert.ok(error instanceof ParseError);
 *   assert.deepEqual([error.fault, error.place.file, error.place.line], ["base", "a.mtx", 3]);
 *   return true;
 * });
 * ```
 */
export class ParseError extends Error {
  /** The class, as `Error` has it. */
  override readonly name = "ParseError";
  /** What kind of damage it is. */
  readonly fault: ParseFault;
  /** What is wrong, without the place. */
  readonly reason: string;
  /** What would be right. */
  readonly expected: string;

  /**
   * Puts the message together.
   *
   * @param place File, and line or byte.
   * @param finding What is wrong there.
   * @param options The error behind this one, if any, as `cause`.
   */
  constructor(readonly place: ParsePlace, finding: ParseFinding, options?: ErrorOptions) {
    super(message(place, finding), options);
    this.fault = finding.fault;
    this.reason = finding.reason;
    this.expected = finding.expected;
  }
}

function message({ file, line, byte }: ParsePlace, finding: ParseFinding): string {
  const where = line !== undefined
    ? `${file}, line ${line}`
    : byte !== undefined
    ? `${file}, byte ${byte}`
    : file;
  const received = finding.received === undefined ? "" : `: received ${finding.received}`;
  return `Cannot read ${where}: ${finding.reason}: ${finding.expected}${received}`;
}
