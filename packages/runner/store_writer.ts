import { canonicalJson, keptFields, keptText, sortedJson } from "./canonical_json.ts";
import type { RowOutcome } from "./row.ts";
import type { StoreDatabase } from "./store_database.ts";
import { numberOf } from "./store_lines.ts";
import type { RunFacts, StoredEnvironment, StoredPoint } from "./stored_run.ts";

/** The number of an environment, which is kept once. */
export function environmentId(
  database: StoreDatabase,
  environment: StoredEnvironment,
): number {
  const facts = sortedJson(environment);
  database.change("INSERT OR IGNORE INTO environments (facts) VALUES (?)", facts);
  const [line] = database.query("SELECT id FROM environments WHERE facts = ?", facts);
  return numberOf(line, "id");
}

/** Adds a run and answers its number. */
export function insertRun(
  database: StoreDatabase,
  run: RunFacts,
  environment: number,
): number {
  return database.change(
    `INSERT INTO runs (uid, experiment, source_hash, environment, scale, axes, fresh, argv,
       started, ended, state, planned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[run.uid, keptText(run.experiment), run.sourceHash, environment, run.scale],
    ...[
      sortedJson(run.set),
      Number(run.fresh),
      JSON.stringify(run.argv),
      run.started,
      run.ended ?? null,
      run.state,
    ],
    run.planned,
  );
}

/** Adds a point with its rows, and gives it its place in its run. */
export function insertPoint(database: StoreDatabase, run: number, point: StoredPoint): void {
  const { position, parameters, state, reason = null, seconds, rows } = point;
  const id = database.change(
    "INSERT INTO points (run, key, state, reason, seconds) VALUES (?, ?, ?, ?, ?)",
    ...[run, canonicalJson(parameters), state, reason && keptText(reason), seconds],
  );
  rows.forEach((row, i) => insertRow(database, id, i, row));
  link(database, run, position, id);
}

/** Adds a row with its samples. */
function insertRow(
  database: StoreDatabase,
  point: number,
  position: number,
  row: RowOutcome,
): void {
  const { contender, device, outcome, reason, values, check, samples = {} } = row;
  const id = database.change(
    `INSERT INTO rows (point, position, contender, device, outcome, reason, recorded, passed)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[point, position, keptText(contender), keptText(device), outcome],
    ...[reason === undefined ? null : keptText(reason), JSON.stringify(keptFields(values))],
    check === undefined ? null : JSON.stringify(keptFields({ ...check })),
  );
  for (const [kind, seconds] of Object.entries(samples)) {
    seconds.forEach((sample, i) => {
      keptFields({ [kind]: sample });
      database.change(
        "INSERT INTO samples (row, kind, position, seconds) VALUES (?, ?, ?, ?)",
        ...[id, keptText(kind), i, sample],
      );
    });
  }
}

/** Gives a point its place in a run; what had it before loses it. */
export function link(
  database: StoreDatabase,
  run: number,
  position: number,
  point: number,
): void {
  database.change(
    "INSERT OR REPLACE INTO run_points (run, position, point) VALUES (?, ?, ?)",
    ...[run, position, point],
  );
}
