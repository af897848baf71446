/** A kernel that breaks the interface's word in another way than by a wrong number. */
export class ConformanceError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "ConformanceError";
}

/**
 * Ends a check unless the kernel kept its word.
 *
 * @param kept Whether it did.
 * @param breach What it did instead.
 * @throws {ConformanceError} If it did not.
 */
export function demand(kept: boolean, breach: string): asserts kept {
  if (!kept) throw new ConformanceError(`Cannot accept the kernel: ${breach}`);
}
