/** How long a coordinator waits before it takes a worker for lost; all in seconds. */
export interface Patience {
  /** How often workers say that they live; 1 where absent. */
  readonly beatSeconds?: number;
  /** Without a sign of life for so long, a worker is gone; 15 where absent. */
  readonly silentSeconds?: number;
  /**
   * Without progress on its range for so long, and for 20 times what its speed lets expect, a worker
   * is stuck; 60 where absent.
   */
  readonly stuckSeconds?: number;
  /** Starting takes no longer: reading weights, planning, compiling; 900 where absent. */
  readonly startSeconds?: number;
  /** How often a worker is started again before it is given up; 2 where absent. */
  readonly restarts?: number;
  /** How many workers may fail on a range before the range is to blame; 4 where absent. */
  readonly attempts?: number;
}

/** Patience with its defaults. */
export function patienceOf(patience: Patience = {}): Required<Patience> {
  return {
    beatSeconds: patience.beatSeconds ?? 1,
    silentSeconds: patience.silentSeconds ?? 15,
    stuckSeconds: patience.stuckSeconds ?? 60,
    startSeconds: patience.startSeconds ?? 900,
    restarts: patience.restarts ?? 2,
    attempts: patience.attempts ?? 4,
  };
}
