import { canonicalJson, sortedJson } from "./canonical_json.ts";
import { StoreError } from "./errors.ts";
import type { KeptRow, PointParameters } from "./row.ts";
import { StoreDatabase } from "./store_database.ts";
import { numberOf, textOf } from "./store_lines.ts";
import { readPoints, readRuns } from "./store_reader.ts";
import { environmentId, insertPoint, insertRun, link } from "./store_writer.ts";
import type { RunFacts, RunInfo, RunKind, StoredPoint, StoredRun } from "./stored_run.ts";

/** What a run is begun with. */
export interface RunStart extends RunKind, Pick<RunFacts, "set" | "fresh" | "argv" | "planned"> {}

/** How to open a store. */
export interface StoreOptions {
  /** The most bytes that the file may come to; as large as the disk where absent. */
  readonly mostBytes?: number;
}

/**
 * Results of experiments in one SQLite file: environments, runs, points, rows, samples.
 *
 * A point is kept whole in one transaction or not at all, so a process that is killed loses no more
 * than the point in flight. Several processes may use a store at once.
 *
 * @example A point that is kept
 * ```ts
 * import { Store } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * using store = Store.open(":memory:");
 * const environment = { runtime: {}, platform: "linux", hardwareThreads: 2, devices: [] };
 * const run = store.start({
 *   ...{ experiment: "squares", sourceHash: "aa", scale: "quick", environment },
 *   ...{ set: {}, fresh: false, argv: [], planned: 1 },
 * });
 * const parameters = { x: 3 };
 * store.keep(run.id, {
 *   ...{ position: 0, parameters, state: "measured", seconds: 0.1 },
 *   rows: [{ contender: "product", device: "host", outcome: "measured", values: { y: 9 } }],
 * });
 * assert.equal(store.rows(run.id)[0].values["y"], 9);
 * assert.ok(store.takeUp(run.id, 0, parameters), "it need not be measured again");
 * ```
 */
export class Store implements Disposable {
  readonly #database: StoreDatabase;

  private constructor(database: StoreDatabase) {
    this.#database = database;
  }

  /**
   * Opens a store; makes it, and folders on the way, where there is none.
   *
   * @param path Its file, or `:memory:`.
   * @param options How large it may become.
   * @throws {StoreError} If the file is no store, of a newer version, or cannot be used.
   */
  static open(path: string, { mostBytes }: StoreOptions = {}): Store {
    const slash = path.lastIndexOf("/");
    if (slash > 0) Deno.mkdirSync(path.slice(0, slash), { recursive: true });
    return new Store(new StoreDatabase(path, mostBytes));
  }

  /**
   * Begins a run, or goes on with the latest one of the same kind and settings; a fresh one is always
   * new.
   *
   * @param start What it is begun with.
   *
   * @example Going on
   * ```ts
   * import { Store } from "@spmm/runner";
   * import assert from "node:assert/strict";
   *
   * using store = Store.open(":memory:");
   * const environment = { runtime: {}, platform: "linux", hardwareThreads: 2, devices: [] };
   * const start = {
   *   ...{ experiment: "squares", sourceHash: "aa", scale: "quick" as const, environment },
   *   ...{ set: {}, argv: [], planned: 1 },
   * };
   * const { id } = store.start({ ...start, fresh: false });
   * assert.equal(store.start({ ...start, fresh: false }).id, id);
   * assert.notEqual(store.start({ ...start, fresh: true }).id, id);
   * ```
   */
  start(start: RunStart): RunInfo {
    const { fresh, argv, planned } = start;
    const now = new Date().toISOString();
    const id = this.#database.transaction(() => {
      const environment = environmentId(this.#database, start.environment);
      const before = fresh ? undefined : this.#latest(start, environment);
      if (before !== undefined) {
        this.#database.change(
          "UPDATE runs SET state = 'running', planned = ?, argv = ? WHERE id = ?",
          ...[planned, JSON.stringify(argv), before],
        );
        return before;
      }
      return insertRun(this.#database, {
        ...start,
        uid: crypto.randomUUID(),
        started: now,
        state: "running",
      }, environment);
    });
    return this.run(id);
  }

  /**
   * Takes up a point that is kept already, by this run or, unless it is fresh, by another of its kind.
   *
   * @param run The run's number.
   * @param position The point's place in the plan.
   * @param parameters What identifies it.
   * @returns The point; nothing where it is to be measured, as one that has failed is.
   */
  takeUp(
    run: number,
    position: number,
    parameters: PointParameters,
  ): Pick<StoredPoint, "state" | "seconds"> | undefined {
    const [found] = this.#database.query(
      `SELECT points.id, points.state, points.seconds FROM runs AS own
       JOIN runs AS other USING (experiment, source_hash, environment, scale)
       JOIN points ON points.run = other.id
       WHERE own.id = ? AND points.key = ? AND points.state <> 'failed'
         AND (other.id = own.id OR own.fresh = 0)
       ORDER BY other.id = own.id DESC, points.id DESC LIMIT 1`,
      ...[run, canonicalJson(parameters)],
    );
    if (found === undefined) return undefined;
    this.#database.transaction(() => link(this.#database, run, position, numberOf(found, "id")));
    const state = textOf(found, "state") === "measured" ? "measured" : "skipped";
    return { state, seconds: numberOf(found, "seconds") };
  }

  /**
   * Keeps a point in one transaction. Where another process has kept it for this run meanwhile, and it
   * has not failed, that one stays.
   *
   * @param run The run's number.
   * @param point The point with its rows.
   * @throws {RowError} If a number is not finite.
   * @throws {StoreError} If it cannot be kept: nothing of it is.
   */
  keep(run: number, point: StoredPoint): void {
    const key = canonicalJson(point.parameters);
    this.#database.transaction(() => {
      const [before] = this.#database.query(
        "SELECT id, state FROM points WHERE run = ? AND key = ?",
        ...[run, key],
      );
      if (before !== undefined && textOf(before, "state") !== "failed") {
        return link(this.#database, run, point.position, numberOf(before, "id"));
      }
      this.#database.change("DELETE FROM points WHERE run = ? AND key = ?", run, key);
      insertPoint(this.#database, run, point);
    });
  }

  /**
   * Ends a run; it can be gone on with.
   *
   * @param run The run's number.
   * @param state Whether all points were asked.
   */
  end(run: number, state: "interrupted" | "complete"): RunInfo {
    this.#database.transaction(() => {
      this.#database.change(
        "UPDATE runs SET state = ?, ended = ? WHERE id = ?",
        ...[state, new Date().toISOString(), run],
      );
      // Places that an earlier plan had, which was longer.
      this.#database.change(
        `DELETE FROM run_points WHERE run = ?
         AND position >= (SELECT planned FROM runs WHERE id = ?) AND ? = 'complete'`,
        ...[run, run, state],
      );
    });
    return this.run(run);
  }

  /**
   * All runs, the oldest first.
   *
   * @param experiment Those of one experiment only.
   */
  runs(experiment?: string): RunInfo[] {
    return readRuns(
      this.#database,
      "? IS NULL OR experiment = ?",
      experiment ?? null,
      experiment ?? null,
    );
  }

  /**
   * A run by its number.
   *
   * @param id The number.
   * @throws {StoreError} If there is none, fault `run`.
   */
  run(id: number): RunInfo {
    const [run] = readRuns(this.#database, "runs.id = ?", id);
    if (run !== undefined) return run;
    const known = this.#database.query("SELECT id FROM runs ORDER BY id").map(({ id }) => id);
    throw new StoreError(
      "run",
      `Cannot find a run: there are ${known.join(", ") || "none"}: received ${id}`,
    );
  }

  /**
   * The run to draw: of the sources as they are, a full one before a quick one, a complete one before
   * one in progress, and the latest of those.
   *
   * @param experiment The experiment's name.
   * @param sourceHash Of its sources; runs of all others where absent, which are stale.
   */
  runToShow(experiment: string, sourceHash?: string): RunInfo | undefined {
    const rank = ({ scale, state, id }: RunInfo) => [
      Number(scale === "full"),
      Number(state === "complete"),
      id,
    ];
    const shown = this.runs(experiment)
      .filter((run) => sourceHash === undefined || run.sourceHash === sourceHash)
      .sort((a, b) => {
        const [left, right] = [rank(a), rank(b)];
        const differs = left.findIndex((part, i) => part !== right[i]);
        return differs === -1 ? 0 : left[differs] - right[differs];
      });
    return shown.at(-1);
  }

  /**
   * The points of a run with their rows, in the order of the plan.
   *
   * @param run The run's number.
   */
  points(run: number): StoredPoint[] {
    return this.#database.snapshot(() => readPoints(this.#database, run));
  }

  /**
   * The rows of a run with the parameters of their points: what tables, figures and findings are
   * functions of.
   *
   * @param run The run's number.
   */
  rows(run: number): KeptRow[] {
    return keptRows(this.points(run));
  }

  /**
   * A run with all that was kept of it.
   *
   * @param id The run's number.
   * @throws {StoreError} If there is none, fault `run`.
   *
   * @example From one store to another
   * ```ts
   * import { Store } from "@spmm/runner";
   * import assert from "node:assert/strict";
   *
   * using here = Store.open(":memory:");
   * using there = Store.open(":memory:");
   * const environment = { runtime: {}, platform: "linux", hardwareThreads: 2, devices: [] };
   * const { id } = here.start({
   *   ...{ experiment: "squares", sourceHash: "aa", scale: "quick", environment },
   *   ...{ set: {}, fresh: false, argv: [], planned: 0 },
   * });
   * const run = here.exported(id);
   * assert.ok(there.add(run));
   * assert.deepEqual(there.exported(1), run);
   * ```
   */
  exported(id: number): StoredRun {
    return this.#database.snapshot(() => {
      const { id: _, kept: __, ...facts } = this.run(id);
      return { ...facts, points: readPoints(this.#database, id) };
    });
  }

  /**
   * Adds a run of another store.
   *
   * @param run The run.
   * @returns Its number here, or nothing where it is here already.
   * @throws {StoreError} If it cannot be kept: nothing of it is.
   */
  add(run: StoredRun): number | undefined {
    const { points, ...facts } = run;
    return this.#database.transaction(() => {
      const [before] = this.#database.query("SELECT id FROM runs WHERE uid = ?", facts.uid);
      if (before !== undefined) return undefined;
      const id = insertRun(this.#database, facts, environmentId(this.#database, facts.environment));
      for (const point of points) insertPoint(this.#database, id, point);
      return id;
    });
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  #latest(
    { experiment, sourceHash, scale, set }: RunStart,
    environment: number,
  ): number | undefined {
    const [line] = this.#database.query(
      `SELECT id FROM runs WHERE experiment = ? AND source_hash = ? AND environment = ?
       AND scale = ? AND axes = ? ORDER BY id DESC LIMIT 1`,
      ...[experiment, sourceHash, environment, scale, sortedJson(set)],
    );
    return line === undefined ? undefined : numberOf(line, "id");
  }
}

/** The rows of points with the parameters of each. */
export function keptRows(points: readonly StoredPoint[]): KeptRow[] {
  return points.flatMap(({ parameters, rows }) => rows.map((row) => ({ ...row, parameters })));
}
