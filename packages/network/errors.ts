/** A network, its inputs or the wishes for its plan that do not fit together. */
export class NetworkError extends RangeError {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "NetworkError";
}
