import { NetworkError } from "./errors.ts";

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

const DEFAULTS: Required<Strategies> = {
  pruning: true,
  fusion: true,
  staging: false,
  reordering: true,
  codebook: false,
  deduplication: false,
  fixedPoints: false,
};

/** Every strategy, on or off: as wished, and as it is by default where nothing is said. */
export function withDefaults(strategies: Strategies = {}): Required<Strategies> {
  return { ...DEFAULTS, ...strategies };
}

/** Refuses a chunk that is no number of inputs. */
export function checkChunk({ chunk }: PlanOptions): void {
  if (chunk === undefined || (Number.isSafeInteger(chunk) && chunk >= 1)) return;
  throw new NetworkError(
    `Cannot plan the network: a chunk must be a whole number from 1: received ${chunk}`,
  );
}
