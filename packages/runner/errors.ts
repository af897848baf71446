/** A value that an experiment's axis cannot take, or an axis that there is not. */
export class AxisError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "AxisError";
}
