import { canonicalJson, keptFields, keptText, sortedJson } from "./canonical_json.ts";
import { StoreError } from "./errors.ts";
import type { KeptRow, PointParameters, RowOutcome } from "./row.ts";
import { type Line, StoreDatabase } from "./store_database.ts";
import { numberOf, pointOf, rowOf, runOf, textOf } from "./store_lines.ts";
import type { RunFacts, RunKind, StoredEnvironment, StoredPoint, StoredRun } from "./stored_run.ts";

/** A run as the store knows it. */
export interface RunInfo extends RunFacts {
  /** Its number in this store. */
  readonly id: number;
  /** Its points by how they came out. */
  readonly kept: Readonly<Record<StoredPoint["state"], number>>;
}

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
      const environment = this.#environment(start.environment);
      const before = fresh ? undefined : this.#latest(start, environment);
      if (before !== undefined) {
        this.#database.change(
          "UPDATE runs SET state = 'running', planned = ?, argv = ? WHERE id = ?",
          ...[planned, JSON.stringify(argv), before],
        );
        return before;
      }
      return this.#insertRun(
        { ...start, uid: crypto.randomUUID(), started: now, state: "running" },
        environment,
      );
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
    this.#database.transaction(() => this.#link(run, position, numberOf(found, "id")));
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
    const { position, state, reason = null, seconds } = point;
    this.#database.transaction(() => {
      const [before] = this.#database.query(
        "SELECT id, state FROM points WHERE run = ? AND key = ?",
        ...[run, key],
      );
      if (before !== undefined && textOf(before, "state") !== "failed") {
        return this.#link(run, position, numberOf(before, "id"));
      }
      this.#database.change("DELETE FROM points WHERE run = ? AND key = ?", run, key);
      const id = this.#database.change(
        "INSERT INTO points (run, key, state, reason, seconds) VALUES (?, ?, ?, ?, ?)",
        ...[run, key, state, reason && keptText(reason), seconds],
      );
      point.rows.forEach((row, i) => this.#insertRow(id, i, row));
      this.#link(run, position, id);
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
    return this.#runs("? IS NULL OR experiment = ?", experiment ?? null, experiment ?? null);
  }

  /**
   * A run by its number.
   *
   * @param id The number.
   * @throws {StoreError} If there is none, fault `run`.
   */
  run(id: number): RunInfo {
    const [run] = this.#runs("runs.id = ?", id);
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
    return this.#database.snapshot(() => this.#points(run));
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
      return { ...facts, points: this.#points(id) };
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
      const id = this.#insertRun(facts, this.#environment(facts.environment));
      for (const { position, parameters, state, reason = null, seconds, rows } of points) {
        const point = this.#database.change(
          "INSERT INTO points (run, key, state, reason, seconds) VALUES (?, ?, ?, ?, ?)",
          ...[id, canonicalJson(parameters), state, reason && keptText(reason), seconds],
        );
        rows.forEach((row, i) => this.#insertRow(point, i, row));
        this.#link(id, position, point);
      }
      return id;
    });
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.#database[Symbol.dispose]();
  }

  #points(run: number): StoredPoint[] {
    const samples = Map.groupBy(
      this.#database.query(
        `SELECT samples.* FROM run_points JOIN rows USING (point)
         JOIN samples ON samples.row = rows.id
         WHERE run_points.run = ? ORDER BY row, kind, samples.position`,
        run,
      ),
      (line) => numberOf(line, "row"),
    );
    const rows = Map.groupBy(
      this.#database.query(
        `SELECT rows.* FROM run_points JOIN rows USING (point)
         WHERE run_points.run = ? ORDER BY point, rows.position`,
        run,
      ),
      (line) => numberOf(line, "point"),
    );
    const points = this.#database.query(
      `SELECT points.*, position FROM run_points JOIN points ON points.id = point
       WHERE run_points.run = ? ORDER BY position`,
      run,
    );
    const withSamples = (line: Line) => rowOf(line, samples.get(numberOf(line, "id")) ?? []);
    return points.map((line) =>
      pointOf(line, (rows.get(numberOf(line, "id")) ?? []).map(withSamples))
    );
  }

  #runs(where: string, ...values: (string | number | null)[]): RunInfo[] {
    const lines = this.#database.query(
      `SELECT runs.*, facts,
         count(*) FILTER (WHERE points.state = 'measured') AS measured,
         count(*) FILTER (WHERE points.state = 'skipped') AS skipped,
         count(*) FILTER (WHERE points.state = 'failed') AS failed
       FROM runs JOIN environments ON environments.id = environment
       LEFT JOIN run_points ON run_points.run = runs.id LEFT JOIN points ON points.id = point
       WHERE ${where} GROUP BY runs.id ORDER BY runs.id`,
      ...values,
    );
    return lines.map((line) => ({
      id: numberOf(line, "id"),
      ...runOf(line),
      kept: {
        measured: numberOf(line, "measured"),
        skipped: numberOf(line, "skipped"),
        failed: numberOf(line, "failed"),
      },
    }));
  }

  #environment(environment: StoredEnvironment): number {
    const facts = sortedJson(environment);
    this.#database.change("INSERT OR IGNORE INTO environments (facts) VALUES (?)", facts);
    const [line] = this.#database.query("SELECT id FROM environments WHERE facts = ?", facts);
    return numberOf(line, "id");
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

  #insertRun(run: RunFacts, environment: number): number {
    return this.#database.change(
      `INSERT INTO runs (uid, experiment, source_hash, environment, scale, axes, fresh, argv,
         started, ended, state, planned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[run.uid, run.experiment, run.sourceHash, environment, run.scale, sortedJson(run.set)],
      ...[Number(run.fresh), JSON.stringify(run.argv), run.started, run.ended ?? null, run.state],
      run.planned,
    );
  }

  #insertRow(point: number, position: number, row: RowOutcome): void {
    const { contender, device, outcome, reason, values, check, samples = {} } = row;
    const id = this.#database.change(
      `INSERT INTO rows (point, position, contender, device, outcome, reason, recorded, passed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[point, position, keptText(contender), keptText(device), outcome],
      ...[reason === undefined ? null : keptText(reason), JSON.stringify(keptFields(values))],
      check === undefined ? null : JSON.stringify(keptFields({ ...check })),
    );
    for (const [kind, seconds] of Object.entries(samples)) {
      seconds.forEach((sample, i) => {
        keptFields({ [kind]: sample });
        this.#database.change(
          "INSERT INTO samples (row, kind, position, seconds) VALUES (?, ?, ?, ?)",
          ...[id, kind, i, sample],
        );
      });
    }
  }

  #link(run: number, position: number, point: number): void {
    this.#database.change(
      "INSERT OR REPLACE INTO run_points (run, position, point) VALUES (?, ?, ?)",
      ...[run, position, point],
    );
  }
}

/** The rows of points with the parameters of each. */
export function keptRows(points: readonly StoredPoint[]): KeptRow[] {
  return points.flatMap(({ parameters, rows }) => rows.map((row) => ({ ...row, parameters })));
}
