import type { InputRange } from "./ranges.ts";

/** Something that went wrong with a worker and was made good. */
export interface FaultReport {
  /** Which worker. */
  readonly worker: number;
  /**
   * - `ended`: its process or thread ended, by a crash, a signal or a lost connection;
   * - `silent`: it gave no sign of life;
   * - `stuck`: it lived, but its range made no progress;
   * - `failed`: its program threw an error, a lost device for instance.
   */
  readonly kind: "ended" | "silent" | "stuck" | "failed";
  /** What is known of it. */
  readonly message: string;
  /** Seconds since the workers were first started. */
  readonly atSeconds: number;
  /** The range it had, which somebody else takes. */
  readonly range?: InputRange;
}

/** What one worker did in a run. */
export interface WorkerReport {
  /** Its number, from 0. */
  readonly worker: number;
  /** What its device calls itself. */
  readonly device: string;
  /** The machine it is on. */
  readonly host: string;
  /** Ranges it finished. */
  readonly chunks: number;
  /** Inputs it finished. */
  readonly inputs: number;
  /** Seconds from taking ranges to having their answers, by its own clock. */
  readonly busySeconds: number;
  /** Seconds of the run in which it was not busy: waiting, restarting, lost. */
  readonly idleSeconds: number;
  /** Seconds from its start until it was ready, weights resident; those of its last start. */
  readonly loadSeconds: number;
  /** How often it was started again. */
  readonly restarts: number;
  /** Whether it was given up. */
  readonly lost: boolean;
}

/** How a run went; plain JSON. */
export interface RunReport {
  /** The job's name. */
  readonly job: string;
  /** What ran it. */
  readonly engine: string;
  /** How inputs were shared out. */
  readonly partition: string;
  /** Inputs of this run, what was finished before left out. */
  readonly inputs: number;
  /** Inputs that an earlier run had finished. */
  readonly resumed: number;
  /** Each worker. */
  readonly workers: readonly WorkerReport[];
  /** What went wrong, in the order it was noticed. */
  readonly faults: readonly FaultReport[];
  /** Things to know that are no faults: fewer devices than wished for. */
  readonly warnings: readonly string[];
  /** Where the coordinator's time went. */
  readonly seconds: {
    /** Reading or making what is shared, and bringing it to every machine. */
    readonly share: number;
    /** From the workers' start until all were ready. */
    readonly start: number;
    /** From handing out the first range to having gathered the last answer. */
    readonly run: number;
  };
  /** Busy seconds of all workers over what they had: workers × run. 1 where nobody ever waited. */
  readonly efficiency: number;
}

/** Busy time over the time there was; 1 where there was none. */
export function efficiencyOf(busySeconds: readonly number[], runSeconds: number): number {
  const busy = busySeconds.reduce((sum, seconds) => sum + seconds, 0);
  const had = busySeconds.length * runSeconds;
  return had > 0 ? Math.min(1, busy / had) : 1;
}
