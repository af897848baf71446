import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { StoreError } from "./errors.ts";
import type { RowOutcome, Scalar } from "./row.ts";
import { SCHEMA_VERSION } from "./store_schema.ts";
import { checkSchema, parsed, runOf } from "./stored_run_json.ts";
import type { StoredPoint, StoredRun } from "./stored_run.ts";

/** The files of a run, by name. */
export interface RunFiles {
  /** The run with its environment, but for its points, as JSON. */
  readonly "run.json": string;
  /** A line for each point. */
  readonly "points.csv": string;
  /** A line for each row, with its point's parameters and all samples. */
  readonly "rows.csv": string;
}

/**
 * A run as two CSV files and its environment, without loss: text that would be read as a number, a
 * truth value or nothing is written as JSON, and samples stand in one cell with spaces between.
 *
 * @param run What `Store.exported` gave.
 *
 * @example There and back
 * ```ts
 * import { runFromFiles, runToFiles } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const environment = { runtime: {}, platform: "linux", hardwareThreads: 2, devices: [] };
 * const rows = [{
 *   ...{ contender: "product", device: "host", outcome: "measured" as const },
 *   ...{ values: { y: 9, label: "9" }, samples: { kernel: [0.1, 0.2] } },
 * }];
 * const parameters = { x: 3 };
 * const run = {
 *   ...{ uid: "1", experiment: "squares", sourceHash: "aa", scale: "quick" as const, environment },
 *   ...{ set: {}, fresh: false, argv: [], started: "2026-01-01", state: "complete" as const },
 *   planned: 1,
 *   points: [{ position: 0, parameters, state: "measured" as const, seconds: 0.3, rows }],
 * };
 * assert.deepEqual(runFromFiles(runToFiles(run)), run);
 * ```
 */
export function runToFiles(run: StoredRun): RunFiles {
  const { points, ...facts } = run;
  return {
    "run.json": `${JSON.stringify({ schema: SCHEMA_VERSION, ...facts }, null, 2)}\n`,
    "points.csv": csv(points.map(pointLine)),
    "rows.csv": csv(points.flatMap((point) => point.rows.map((row) => rowLine(point, row)))),
  };
}

/**
 * The run of its files.
 *
 * @param files What {@linkcode runToFiles} gave.
 * @throws {StoreError} If they are no such files, fault `malformed`, or of a newer version.
 *
 * @example Files of nothing
 * ```ts
 * import { runFromFiles, StoreError } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const files = { "run.json": "{}", "points.csv": "", "rows.csv": "" };
 * assert.throws(() => runFromFiles(files), StoreError);
 * ```
 */
export function runFromFiles(files: RunFiles): StoredRun {
  const facts = parsed(files["run.json"]);
  const { schema, ...run } = typeof facts === "object" ? { schema: undefined, ...facts } : {};
  checkSchema(schema);
  const rows = Map.groupBy(linesOf(files["rows.csv"]), (line) => line.get("position"));
  const points = linesOf(files["points.csv"]).map((line) => ({
    ...Object.fromEntries(Array.from(line).filter(([name]) => !name.includes("."))),
    parameters: group(line, "parameter"),
    rows: (rows.get(line.get("position")) ?? []).map(rowFields),
  }));
  return runOf({ ...run, points });
}

/** Cells by column; a name with a dot belongs to a group. */
type CsvLine = ReadonlyMap<string, Scalar>;

function pointLine({ position, parameters, state, reason, seconds }: StoredPoint): CsvLine {
  return cells([
    ["position", position],
    ...grouped("parameter", parameters),
    ["state", state],
    ["reason", reason],
    ["seconds", seconds],
  ]);
}

function rowLine({ position, parameters }: StoredPoint, row: RowOutcome): CsvLine {
  const { contender, device, outcome, reason, values, check, samples = {} } = row;
  return cells([
    ["position", position],
    ...grouped("parameter", parameters),
    ["contender", contender],
    ["device", device],
    ["outcome", outcome],
    ["reason", reason],
    ...grouped("value", values),
    ...grouped("check", { ...check }),
    ...Object.entries(samples).map(([kind, all]): [string, Scalar] => [
      `samples.${kind}`,
      all.length === 1 ? all[0] : all.join(" "),
    ]),
  ]);
}

function rowFields(line: CsvLine): Record<string, unknown> {
  const [samples, check] = [group(line, "samples"), group(line, "check")];
  const plain = Array.from(line).filter(([name]) => !name.includes("."));
  return {
    ...Object.fromEntries(plain),
    values: group(line, "value"),
    ...(Object.keys(check).length > 0 && { check }),
    ...(Object.keys(samples).length > 0 && {
      samples: Object.fromEntries(
        Object.entries(samples).map(([kind, all]) => [kind, String(all).split(" ").map(Number)]),
      ),
    }),
  };
}

function grouped(
  name: string,
  fields: Readonly<Record<string, Scalar | undefined>>,
): [string, Scalar | undefined][] {
  return Object.entries(fields).map(([field, value]) => [`${name}.${field}`, value]);
}

function group(line: CsvLine, name: string): Record<string, Scalar> {
  const prefix = `${name}.`;
  return Object.fromEntries(
    Array.from(line).filter(([column]) => column.startsWith(prefix))
      .map(([column, value]) => [column.slice(prefix.length), value]),
  );
}

function cells(entries: readonly (readonly [string, Scalar | undefined])[]): CsvLine {
  const present = entries.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const]
  );
  return new Map(present);
}

function csv(lines: readonly CsvLine[]): string {
  const columns = [...new Set(lines.flatMap((line) => [...line.keys()]))];
  // Columns of a group stand together, whichever line is the first to have one.
  const groups = [...new Set(columns.map(groupOf))];
  columns.sort((a, b) => groups.indexOf(groupOf(a)) - groups.indexOf(groupOf(b)));
  const body = lines.map((line) => columns.map((column) => cellText(line.get(column))));
  return stringify([columns.map(cellText), ...body], { record_delimiter: "\n" });
}

function groupOf(column: string): string {
  return column.split(".")[0];
}

function linesOf(text: string): CsvLine[] {
  const [header = [], ...body] = records(text);
  const columns = header.map((cell) => String(cellValue(cell) ?? ""));
  return body.map((line) =>
    cells(columns.map((column, i) => [column, cellValue(line[i] ?? "")] as const))
  );
}

function records(text: string): string[][] {
  try {
    return parse(text, { record_delimiter: "\n", skip_empty_lines: true }) as string[][];
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : cause;
    throw new StoreError(
      "malformed",
      `Cannot import results: a CSV file must be well-formed: received "${what}"`,
      { cause },
    );
  }
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/;
/** What is not written as it is: what would be read as something else, and what is not seen. */
const SPECIAL = /^(?:true|false|"[\s\S]*|)$|[\p{Cc}\p{Cs}\ufeff\u2028\u2029]/u;

function cellText(value: Scalar | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "string") return String(value);
  return NUMBER.test(value) || SPECIAL.test(value) ? JSON.stringify(value) : value;
}

function cellValue(text: string): Scalar | undefined {
  if (text === "") return undefined;
  if (text === "true" || text === "false") return text === "true";
  if (NUMBER.test(text)) return Number(text);
  return text.startsWith('"') ? String(parsed(text)) : text;
}
