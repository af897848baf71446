/** Shapes or arrays that do not fit together, found before any kernel sees them. */
export class ShapeError extends RangeError {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "ShapeError";
}

/** A problem handed to a kernel whose `supports` says no; the message carries its reason. */
export class UnsupportedError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "UnsupportedError";
}

/** A plan, matrix or device used after it was disposed of. */
export class DisposedError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "DisposedError";
}

/** A kernel asked for by a name, or registered under one, that the registry cannot serve. */
export class RegistryError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "RegistryError";
}

/** A result further from the f64 reference than the error bound allows. */
export class MismatchError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "MismatchError";
}
