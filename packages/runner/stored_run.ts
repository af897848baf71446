import type { Scale } from "./axis.ts";
import type { Environment } from "./environment.ts";
import type { PointParameters, RowOutcome } from "./row.ts";

/** What measurements were made with, but for when. */
export type StoredEnvironment = Omit<Environment, "time">;

/** What must be equal for a run to take up points of another. */
export interface RunKind {
  /** The experiment's name. */
  readonly experiment: string;
  /** Of its sources: see `sourceHash`. */
  readonly sourceHash: string;
  /** How far it goes. */
  readonly scale: Scale;
  /** What it is made with. */
  readonly environment: StoredEnvironment;
}

/** A run, but for its points. */
export interface RunFacts extends RunKind {
  /** The same in every store that it is brought to. */
  readonly uid: string;
  /** Axes that were set on the command line. */
  readonly set: Readonly<Record<string, readonly string[]>>;
  /** Whether it took up no points of runs before it. */
  readonly fresh: boolean;
  /** The arguments of the process. */
  readonly argv: readonly string[];
  /** When it began, as ISO 8601 in UTC. */
  readonly started: string;
  /** When it ended last, where it did. */
  readonly ended?: string;
  /** Whether all points were asked; `running` too where its process was killed. */
  readonly state: "running" | "interrupted" | "complete";
  /** Points of its plan. */
  readonly planned: number;
}

/** How a point came out: a row that failed makes it failed, and it is measured again. */
export interface StoredPoint {
  /** Its place in the plan, from 0. */
  readonly position: number;
  /** What identifies it. */
  readonly parameters: PointParameters;
  /** Whether it was measured, skipped for a reason, or failed. */
  readonly state: "measured" | "skipped" | "failed";
  /** Why it was skipped, or how it failed. */
  readonly reason?: string;
  /** Seconds that it took. */
  readonly seconds: number;
  /** Its rows; none where the whole point was skipped or failed. */
  readonly rows: readonly RowOutcome[];
}

/** A run with its points: what is exported and imported. */
export interface StoredRun extends RunFacts {
  /** The points that are kept, in the order of the plan. */
  readonly points: readonly StoredPoint[];
}

/** A run as the store knows it. */
export interface RunInfo extends RunFacts {
  /** Its number in this store. */
  readonly id: number;
  /** Its points by how they came out. */
  readonly kept: Readonly<Record<StoredPoint["state"], number>>;
}
