/** A value that an experiment's axis cannot take, or an axis that there is not. */
export class AxisError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "AxisError";
}

/** A point or a row that cannot be told from another, or cannot be kept. */
export class RowError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "RowError";
}

/**
 * What is wrong with a store: the disk is `full`, it is `busy` for too long, the file is `damaged` or
 * none of a store, it is of a `newer` version, it cannot be opened or written (`unusable`), a `run` is
 * asked for that it has not, or what is imported is `malformed`.
 */
export type StoreFault =
  | "full"
  | "busy"
  | "damaged"
  | "newer"
  | "unusable"
  | "run"
  | "malformed";

/** A store that cannot do what is asked; what was kept before is kept still. */
export class StoreError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "StoreError";

  /**
   * With what is wrong.
   *
   * @param fault What is wrong.
   * @param message The message.
   * @param options The cause.
   */
  constructor(readonly fault: StoreFault, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** A folder that holds no experiment of its name. */
export class ExperimentError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "ExperimentError";
}
