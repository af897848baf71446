/** The kinds of fault a {@linkcode FigureError} can name. */
export type FigureFault = "empty" | "number" | "text" | "duplicate" | "series" | "png";

/**
 * Data that cannot be drawn, or a picture that cannot be made.
 *
 * The message reads "Cannot <action>: <what is wrong>: received <value>".
 *
 * @example What it carries
 * ```ts
 * import { distribution, FigureError } from "@spmm/figures";
 * import assert from "node:assert/strict";
 *
 * const text = { title: "Speed-up", description: "Speed-up by family" };
 * assert.throws(
 *   () => distribution({ ...text, ratio: { title: "Speed-up" }, rows: [] }),
 *   (error) => error instanceof FigureError && error.fault === "empty",
 * );
 * ```
 */
export class FigureError extends Error {
  /** The class's name, for logs. */
  override readonly name = "FigureError";

  /**
   * Names a fault.
   *
   * @param fault What kind of fault it is.
   * @param message What is wrong and what would be right.
   * @param options The error behind it, where there is one.
   */
  constructor(readonly fault: FigureFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
