import type { Line, SqlValue, StoreDatabase } from "./store_database.ts";
import { numberOf, pointOf, rowOf, runOf } from "./store_lines.ts";
import type { RunInfo, StoredPoint } from "./stored_run.ts";

/** The points of a run with their rows and samples, in the order of the plan. */
export function readPoints(
  database: StoreDatabase,
  run: number,
): StoredPoint[] {
  const samples = Map.groupBy(
    database.query(
      `SELECT samples.* FROM run_points JOIN rows USING (point)
       JOIN samples ON samples.row = rows.id
       WHERE run_points.run = ? ORDER BY row, kind, samples.position`,
      run,
    ),
    (line) => numberOf(line, "row"),
  );
  const rows = Map.groupBy(
    database.query(
      `SELECT rows.* FROM run_points JOIN rows USING (point)
       WHERE run_points.run = ? ORDER BY point, rows.position`,
      run,
    ),
    (line) => numberOf(line, "point"),
  );
  const points = database.query(
    `SELECT points.*, position FROM run_points JOIN points ON points.id = point
     WHERE run_points.run = ? ORDER BY position`,
    run,
  );
  const withSamples = (line: Line) => rowOf(line, samples.get(numberOf(line, "id")) ?? []);
  return points.map((line) =>
    pointOf(line, (rows.get(numberOf(line, "id")) ?? []).map(withSamples))
  );
}

/** Runs that meet a condition, the oldest first. */
export function readRuns(
  database: StoreDatabase,
  where: string,
  ...values: SqlValue[]
): RunInfo[] {
  const lines = database.query(
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
