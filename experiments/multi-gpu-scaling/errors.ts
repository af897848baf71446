/** A measurement that cannot be trusted, or a coordinator that ended without one. */
export class ScalingError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "ScalingError";
}
