/** The linear memory cannot grow to what an allocation needs. */
export class MemoryExhaustedError extends RangeError {
  /** The class's name. */
  override readonly name = "MemoryExhaustedError";

  /**
   * Says how much was missing.
   *
   * @param message What was asked for and what would help.
   * @param needed Bytes that were asked for.
   * @param available Bytes of the largest piece that could have been given.
   */
  constructor(message: string, readonly needed: number, readonly available: number) {
    super(message);
  }
}

/** More threads were asked for than this place allows. */
export class ThreadsUnavailableError extends Error {
  /** The class's name. */
  override readonly name = "ThreadsUnavailableError";
}

/** A WASM function trapped on one of the threads; the others finished their part. */
export class ThreadError extends Error {
  /** The class's name. */
  override readonly name = "ThreadError";
}

/** A WASM binary that is absent, damaged, or lacks the function asked for. */
export class ProgramError extends Error {
  /** The class's name. */
  override readonly name = "ProgramError";
}

/** AssemblyScript that its compiler refused. */
export class CompileError extends Error {
  /** The class's name. */
  override readonly name = "CompileError";
}
