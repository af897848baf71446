/** No adapter answered: no GPU, no driver, or WebGPU is switched off. */
export class NoAdapterError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "NoAdapterError";
}

/** The device went away under its user: driver reset, unplugged, or destroyed. */
export class DeviceLostError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "DeviceLostError";
}

/** The device has no memory left for a buffer. */
export class OutOfMemoryError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "OutOfMemoryError";
}

/** A buffer or binding larger than the device's limits allow, even after splitting the work. */
export class TooLargeError extends RangeError {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "TooLargeError";

  /** The size that was asked for, in bytes. */
  readonly bytes: number;
  /** The device's limit, in bytes. */
  readonly limit: number;

  /**
   * An error that says what is too large and what to do.
   *
   * @param message What is too large, the limit, and what to do.
   * @param bytes The size that was asked for.
   * @param limit The device's limit.
   */
  constructor(message: string, bytes: number, limit: number) {
    super(message);
    this.bytes = bytes;
    this.limit = limit;
  }
}

/** WGSL that the device's compiler refused; the message holds its words and the source. */
export class ShaderError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "ShaderError";
}

/** A command that WebGPU's validation refused: a fault of this library, not of its input. */
export class ValidationError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "ValidationError";
}
