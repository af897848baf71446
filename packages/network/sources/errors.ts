/** A name, a folder or a file that is no network, or no inputs for the network. */
export class SourceError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "SourceError";
}
