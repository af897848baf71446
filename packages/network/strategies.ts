/**
 * The parts an engine is made of, each with a switch: pruning, fusion and reordering are on where
 * absent, the others off.
 */
export interface Strategies {
  /** Inputs whose activations are all zero are dropped between layers (Hidayetoğlu et al. §III-C). */
  readonly pruning?: boolean;
  /** Many layers in one kernel, the activations of a few inputs staying on chip between them. */
  readonly fusion?: boolean;
  /**
   * The inputs of a block of neurons are brought on chip once (Hidayetoğlu et al. §III-A), where no
   * outputs share their support; off where absent: on an H200 the first-level cache serves such
   * layers two to three times faster without it.
   */
  readonly staging?: boolean;
  /** Neurons with equal supports are placed side by side, so that a load serves all of them. */
  readonly reordering?: boolean;
  /** Few distinct weights are stored once and named by narrow indices; off where absent. */
  readonly codebook?: boolean;
  /**
   * Neurons with equal weights, support and bias compute once, and later layers fold; exploits
   * redundancy of the network; off where absent.
   */
  readonly deduplication?: boolean;
  /**
   * Inputs whose activations no later layer changes stop; exploits saturation of the benchmark;
   * off where absent.
   */
  readonly fixedPoints?: boolean;
}

/** Wishes for a plan. */
export interface PlanOptions {
  /** Strategies to switch on or off. */
  readonly strategies?: Strategies;
  /** Device bytes to stay under, weights and features together; all the device has where absent. */
  readonly budgetBytes?: number;
  /** The most inputs on the device at once; as many as fit where absent. */
  readonly chunk?: number;
}
