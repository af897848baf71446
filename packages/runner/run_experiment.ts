import { canonicalJson } from "./canonical_json.ts";
import { RowError, StoreError } from "./errors.ts";
import type { Experiment, MeasureContext, PlanRequest, Point } from "./experiment.ts";
import type { KeptRow, RowOutcome } from "./row.ts";
import type { SamplingOptions } from "./sampling.ts";
import { keptRows, type Store } from "./store.ts";
import type { RunInfo, StoredEnvironment, StoredPoint } from "./stored_run.ts";

/** What an experiment is run with. */
export interface RunRequest extends PlanRequest {
  /** Where its points are kept. */
  readonly store: Store;
  /** Of its sources: see `sourceHash`. */
  readonly sourceHash: string;
  /** What it is made with. */
  readonly environment: StoredEnvironment;
  /** How to sample. */
  readonly sampling: SamplingOptions;
  /** Whether to measure all points anew. */
  readonly fresh?: boolean;
  /** The arguments of the process, to be kept. */
  readonly argv?: readonly string[];
  /** Ends the run: the point in flight is dropped. */
  readonly signal?: AbortSignal;
  /** Called before every point and whenever it has something to tell. */
  progress?(progress: RunProgress): void;
}

/** How far a run is. */
export interface RunProgress {
  /** Points that are done. */
  readonly done: number;
  /** Points of the plan. */
  readonly total: number;
  /** What is measured now. */
  readonly doing: string;
  /** Seconds that are left, by those that points took; absent before the first. */
  readonly secondsLeft?: number;
}

/** What a run came to. */
export interface RunReport {
  /** The run as it is kept; `interrupted` where it was ended. */
  readonly run: RunInfo;
  /** Its points. */
  readonly points: readonly StoredPoint[];
  /** Its rows, from the store. */
  readonly rows: readonly KeptRow[];
  /** Points that were measured now. */
  readonly measured: number;
  /** Points that were kept before. */
  readonly takenUp: number;
}

/**
 * Runs an experiment: measures the points that are not kept yet, one after the other, and keeps each
 * as soon as it is measured.
 *
 * @param experiment The experiment.
 * @param request What to run it with.
 * @throws {AxisError} If an axis cannot be set so.
 * @throws {RowError} If two points have the same parameters.
 * @throws {StoreError} If a point cannot be kept; those before it are.
 *
 * @example Twice, and measured once
 * ```ts
 * import { countAxis, experiment, QUICK_SAMPLING, runExperiment, Store } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const squares = experiment({
 *   name: "squares",
 *   question: "What are the squares?",
 *   axes: { x: countAxis("a number", { quick: [2, 3], full: [2, 3] }) },
 *   points: ({ axes }) =>
 *     axes.x.map((x) => ({
 *       parameters: { x },
 *       measure: () =>
 *         Promise.resolve([
 *           { contender: "product", device: "host", outcome: "measured", values: { y: x * x } },
 *         ]),
 *     })),
 *   tables: () => [],
 * });
 * using store = Store.open(":memory:");
 * const request = {
 *   ...{ store, sourceHash: "aa", devices: [], set: {}, sampling: QUICK_SAMPLING },
 *   environment: { runtime: {}, platform: "linux", hardwareThreads: 2, devices: [] },
 *   scale: "quick" as const,
 * };
 * const { measured, rows } = await runExperiment(squares, request);
 * assert.deepEqual([measured, rows.map(({ values }) => values["y"])], [2, [4, 9]]);
 * assert.equal((await runExperiment(squares, request)).measured, 0);
 * ```
 */
export async function runExperiment(
  experiment: Experiment,
  request: RunRequest,
): Promise<RunReport> {
  const { store, devices, scale, set, sourceHash, environment } = request;
  const points = await experiment.points({ devices, scale, set });
  checkDistinct(experiment.name, points);
  const { id } = store.start({
    ...{ experiment: experiment.name, sourceHash, scale, environment, set },
    ...{ fresh: request.fresh ?? false, argv: request.argv ?? [], planned: points.length },
  });
  const tally = new Tally(points.length);
  for (const [position, point] of points.entries()) {
    if (request.signal?.aborted) break;
    const before = store.takeUp(id, position, point.parameters);
    if (before === undefined) {
      const kept = await measurePoint(point, position, request, tally);
      if (kept === undefined) break;
      keep(store, id, kept);
      tally.measured(kept.seconds);
    } else tally.takenUp(before.seconds);
  }
  const run = store.end(id, request.signal?.aborted ? "interrupted" : "complete");
  const all = store.points(id);
  return { run, points: all, rows: keptRows(all), ...tally.counts };
}

/** Counts points and guesses the time left. */
class Tally {
  readonly #total: number;
  readonly counts: { measured: number; takenUp: number } = { measured: 0, takenUp: 0 };
  #seconds = 0;

  constructor(total: number) {
    this.#total = total;
  }

  measured(seconds: number): void {
    this.counts.measured++;
    this.#seconds += seconds;
  }

  takenUp(seconds: number): void {
    this.counts.takenUp++;
    this.#seconds += seconds;
  }

  progress(doing: string): RunProgress {
    const done = this.counts.measured + this.counts.takenUp;
    const secondsLeft = this.#seconds / done * (this.#total - done);
    return { done, total: this.#total, doing, ...(done > 0 && { secondsLeft }) };
  }
}

function checkDistinct(name: string, points: readonly Point[]): void {
  const seen = new Set<string>();
  for (const key of points.map(({ parameters }) => canonicalJson(parameters))) {
    if (seen.has(key)) {
      throw new RowError(
        `Cannot run ${name}: points must have parameters of their own: received ${key} twice`,
      );
    }
    seen.add(key);
  }
}

/** A point as it is to be kept; nothing where the run was ended meanwhile. */
async function measurePoint(
  point: Point,
  position: number,
  request: RunRequest,
  tally: Tally,
): Promise<StoredPoint | undefined> {
  const { parameters, skip } = point;
  const facts = { position, parameters };
  if (skip !== undefined) {
    return { ...facts, state: "skipped", reason: skip, seconds: 0, rows: [] };
  }
  const name = Object.values(parameters).join(", ");
  const doing = (what: string) => request.progress?.(tally.progress(what));
  doing(name);
  const signal = request.signal ?? new AbortController().signal;
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  try {
    const context = {
      scale: request.scale,
      sampling: request.sampling,
      signal,
      doing: (what: string) => doing(`${name}: ${what}`),
    };
    const rows = await orAborted(point, context);
    return rows && { ...facts, ...stateOf(rows), seconds: seconds(), rows };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    return { ...facts, state: "failed", reason: String(error), seconds: seconds(), rows: [] };
  }
}

/** The rows of a point, or nothing as soon as the run is ended: nobody waits for what is dropped. */
async function orAborted(
  point: Point,
  context: MeasureContext,
): Promise<readonly RowOutcome[] | undefined> {
  const { signal } = context;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const end = () => resolve(undefined);
  signal.addEventListener("abort", end, { once: true });
  try {
    const measuring = point.measure(context);
    // What fails after it was dropped has nobody to tell.
    measuring.catch(() => {});
    return await Promise.race([measuring, promise]);
  } finally {
    signal.removeEventListener("abort", end);
  }
}

function stateOf(rows: readonly RowOutcome[]): Pick<StoredPoint, "state" | "reason"> {
  const failed = rows.filter(({ outcome }) => outcome === "failed");
  if (failed.length > 0) {
    const reason = failed.map(({ contender, reason }) => `${contender}: ${reason}`).join("; ");
    return { state: "failed", reason };
  }
  const measured = rows.length === 0 || rows.some(({ outcome }) => outcome === "measured");
  if (measured) return { state: "measured" };
  const reasons = [...new Set(rows.map(({ reason }) => reason ?? ""))];
  return { state: "skipped", reason: reasons.join("; ") };
}

/** Keeps a point; one that cannot be kept as it is has failed. */
function keep(store: Store, run: number, point: StoredPoint): void {
  try {
    store.keep(run, point);
  } catch (error) {
    if (!(error instanceof RowError)) throw error;
    store.keep(run, { ...point, state: "failed", reason: String(error), rows: [] });
  }
}
