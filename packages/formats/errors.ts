/** The kinds of damage a {@linkcode FormatError} can name. */
export type FormatFault =
  | "shape"
  | "length"
  | "offsets"
  | "order"
  | "range"
  | "duplicate"
  | "padding"
  | "permutation"
  | "option";

/**
 * A matrix that breaks an invariant of its format, or an option a format cannot take.
 *
 * The message reads "Cannot <action>: <what is wrong>: <what would be right>".
 *
 * @example What it carries
 * ```ts
 * import { FormatError } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const error = new FormatError("csr", "order", "Cannot check CSR: row 3 has column 5 after 7", { row: 3 });
 * assert.equal(error.fault, "order");
 * assert.equal(error.where["row"], 3);
 * ```
 */
export class FormatError extends Error {
  /** The class's name, for logs. */
  override readonly name = "FormatError";

  /**
   * Names a fault.
   *
   * @param format The format concerned, for example `"csr"`.
   * @param fault What kind of invariant is broken.
   * @param message What is wrong and what would be right.
   * @param where The row, block or entry concerned, where there is one.
   */
  constructor(
    readonly format: string,
    readonly fault: FormatFault,
    message: string,
    readonly where: Readonly<Record<string, number>> = {},
  ) {
    super(message);
  }
}
