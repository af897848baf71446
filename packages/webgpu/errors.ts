/** No adapter answered: no GPU, no driver, or WebGPU is switched off. */
export class NoAdapterError extends Error {
  override readonly name = "NoAdapterError";
}

/** The device went away under its user: driver reset, unplugged, or destroyed. */
export class DeviceLostError extends Error {
  override readonly name = "DeviceLostError";
}

/** The device has no memory left for a buffer. */
export class OutOfMemoryError extends Error {
  override readonly name = "OutOfMemoryError";
}

/** A buffer or binding larger than the device's limits allow, even after splitting the work. */
export class TooLargeError extends RangeError {
  override readonly name = "TooLargeError";

  /**
   * @param message What is too large, the limit, and what to do.
   * @param bytes The size that was asked for.
   * @param limit The device's limit.
   */
  constructor(message: string, readonly bytes: number, readonly limit: number) {
    super(message);
  }
}

/** WGSL that the device's compiler refused; the message holds its words and the source. */
export class ShaderError extends Error {
  override readonly name = "ShaderError";
}

/** A command that WebGPU's validation refused: a fault of this library, not of its input. */
export class ValidationError extends Error {
  override readonly name = "ValidationError";
}
