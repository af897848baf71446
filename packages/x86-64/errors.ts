/** Machine code that cannot be written or run: a label without a place, a system that refuses. */
export class MachineCodeError extends Error {
  /** The class's name. */
  override readonly name = "MachineCodeError";
}
