import { StoreError } from "./errors.ts";
import type { RowOutcome, Samples, Scalar } from "./row.ts";
import { SCHEMA_VERSION } from "./store_schema.ts";
import type { StoredEnvironment, StoredPoint, StoredRun } from "./stored_run.ts";

/**
 * Runs as a JSON document with the version of the store.
 *
 * @param runs What `Store.exported` gave.
 *
 * @example There and back
 * ```ts
 * import { runsFromJson, runsToJson } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(runsFromJson(runsToJson([])), []);
 * ```
 */
export function runsToJson(runs: readonly StoredRun[]): string {
  return `${JSON.stringify({ schema: SCHEMA_VERSION, runs }, null, 1)}\n`;
}

/**
 * Runs of a JSON document.
 *
 * @param text What {@linkcode runsToJson} wrote.
 * @throws {StoreError} If it is none, fault `malformed`, or of a newer version.
 *
 * @example Not a document of runs
 * ```ts
 * import { runsFromJson, StoreError } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * assert.throws(() => runsFromJson("{}"), StoreError);
 * ```
 */
export function runsFromJson(text: string): StoredRun[] {
  const { schema, runs } = fieldsOf(parsed(text), "the document");
  checkSchema(schema);
  return listOf(runs, "runs").map(runOf);
}

/** @throws {StoreError} If a document is of a version that this code does not know. */
export function checkSchema(schema: unknown): void {
  const version = numberIn(schema, "schema");
  if (version <= SCHEMA_VERSION) return;
  throw new StoreError(
    "newer",
    `Cannot import: results must be of version ${SCHEMA_VERSION} or older: received ${version}`,
  );
}

/** JSON that may be anything. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed("the document", "JSON", text.slice(0, 40), cause);
  }
}

/** Checks a run field by field. */
export function runOf(value: unknown): StoredRun {
  const run = fieldsOf(value, "a run");
  return {
    uid: textIn(run["uid"], "uid"),
    experiment: textIn(run["experiment"], "experiment"),
    sourceHash: textIn(run["sourceHash"], "sourceHash"),
    scale: wordIn(run["scale"], "scale", ["quick", "full"]),
    set: Object.fromEntries(
      Object.entries(fieldsOf(run["set"], "set"))
        .map(([axis, values]) => [axis, textsIn(values, axis)]),
    ),
    fresh: run["fresh"] === true,
    argv: textsIn(run["argv"], "argv"),
    started: textIn(run["started"], "started"),
    ...(run["ended"] !== undefined && { ended: textIn(run["ended"], "ended") }),
    state: wordIn(run["state"], "state", ["running", "interrupted", "complete"]),
    planned: numberIn(run["planned"], "planned"),
    environment: environmentOf(run["environment"]),
    points: listOf(run["points"], "points").map(pointOf),
  };
}

function pointOf(value: unknown): StoredPoint {
  const point = fieldsOf(value, "a point");
  return {
    position: numberIn(point["position"], "position"),
    parameters: scalarsIn(point["parameters"], "parameters"),
    state: wordIn(point["state"], "state", OUTCOMES),
    ...(point["reason"] !== undefined && { reason: textIn(point["reason"], "reason") }),
    seconds: numberIn(point["seconds"], "seconds"),
    rows: listOf(point["rows"], "rows").map(rowOf),
  };
}

const OUTCOMES = ["measured", "skipped", "failed"] as const;

function rowOf(value: unknown): RowOutcome {
  const row = fieldsOf(value, "a row");
  const who = {
    contender: textIn(row["contender"], "contender"),
    device: textIn(row["device"], "device"),
  };
  const values = scalarsIn(row["values"], "values");
  const outcome = wordIn(row["outcome"], "outcome", OUTCOMES);
  if (outcome !== "measured") {
    return { ...who, outcome, reason: textIn(row["reason"], "reason"), values };
  }
  const { samples, check } = row;
  return {
    ...who,
    outcome,
    values,
    ...(samples !== undefined && { samples: samplesIn(samples) }),
    ...(check !== undefined && { check: checkIn(check) }),
  };
}

function samplesIn(value: unknown): Samples {
  return Object.fromEntries(
    Object.entries(fieldsOf(value, "samples")).map(([kind, seconds]) => [
      kind,
      listOf(seconds, kind).map((sample) => numberIn(sample, kind)),
    ]),
  );
}

function checkIn(value: unknown) {
  const check = fieldsOf(value, "check");
  return {
    comparedRows: numberIn(check["comparedRows"], "comparedRows"),
    worstError: numberIn(check["worstError"], "worstError"),
  };
}

function environmentOf(value: unknown): StoredEnvironment {
  const { runtime, platform, hardwareThreads, devices, ...more } = fieldsOf(value, "environment");
  const { cpu, commit, dirty } = more;
  return {
    runtime: textFields(runtime, "runtime"),
    platform: textIn(platform, "platform"),
    hardwareThreads: numberIn(hardwareThreads, "hardwareThreads"),
    ...(cpu !== undefined && { cpu: textIn(cpu, "cpu") }),
    ...(commit !== undefined && { commit: textIn(commit, "commit") }),
    ...(dirty !== undefined && { dirty: dirty === true }),
    devices: listOf(devices, "devices").map((value) => {
      const device = fieldsOf(value, "a device");
      return {
        kind: wordIn(device["kind"], "kind", ["webgpu", "cpu", "cuda"]),
        name: textIn(device["name"], "name"),
        facts: scalarsIn(device["facts"], "facts"),
      };
    }),
  };
}

function textFields(value: unknown, name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value, name)).map(([key, text]) => [key, textIn(text, key)]),
  );
}

function scalarsIn(value: unknown, name: string): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(fieldsOf(value, name)).map(([key, field]) => {
      if (typeof field === "string" || typeof field === "boolean") return [key, field];
      return [key, numberIn(field, key)];
    }),
  );
}

function fieldsOf(value: unknown, name: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw malformed(name, "an object", value);
}

function listOf(value: unknown, name: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw malformed(name, "a list", value);
}

function textsIn(value: unknown, name: string): string[] {
  return listOf(value, name).map((text) => textIn(text, name));
}

function textIn(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw malformed(name, "a text", value);
}

function numberIn(value: unknown, name: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw malformed(name, "a finite number", value);
}

function wordIn<Word extends string>(
  value: unknown,
  name: string,
  words: readonly Word[],
): Word {
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw malformed(name, `one of ${words.join(", ")}`, value);
}

function malformed(name: string, right: string, value: unknown, cause?: unknown): StoreError {
  return new StoreError(
    "malformed",
    `Cannot import results: ${name} must be ${right}: received ${value}`,
    { cause },
  );
}
