import { StoreError } from "./errors.ts";
import type { RowOutcome } from "./row.ts";
import type { Line } from "./store_database.ts";
import type { RunFacts, StoredPoint } from "./stored_run.ts";

/** A number of a line. */
export function numberOf(line: Line, name: string): number {
  const value = line[name];
  if (typeof value === "number") return value;
  throw odd(name, "a number", value);
}

/** A text of a line. */
export function textOf(line: Line, name: string): string {
  const value = line[name];
  if (typeof value === "string") return value;
  throw odd(name, "a text", value);
}

/** A run of a line of `runs` with the facts of its environment. */
export function runOf(line: Line): RunFacts {
  const ended = optionalText(line, "ended");
  return {
    uid: textOf(line, "uid"),
    experiment: textOf(line, "experiment"),
    sourceHash: textOf(line, "source_hash"),
    scale: textOf(line, "scale") === "full" ? "full" : "quick",
    set: JSON.parse(textOf(line, "axes")),
    fresh: numberOf(line, "fresh") === 1,
    argv: JSON.parse(textOf(line, "argv")),
    started: textOf(line, "started"),
    ...(ended !== undefined && { ended }),
    state: oneOf(line, "state", ["running", "interrupted", "complete"]),
    planned: numberOf(line, "planned"),
    environment: JSON.parse(textOf(line, "facts")),
  };
}

/** A point of a line of `points` with its place in a plan. */
export function pointOf(line: Line, rows: readonly RowOutcome[]): StoredPoint {
  const reason = optionalText(line, "reason");
  return {
    position: numberOf(line, "position"),
    parameters: JSON.parse(textOf(line, "key")),
    state: oneOf(line, "state", ["measured", "skipped", "failed"]),
    ...(reason !== undefined && { reason }),
    seconds: numberOf(line, "seconds"),
    rows,
  };
}

/** A row of a line of `rows` and of its samples. */
export function rowOf(line: Line, samples: readonly Line[]): RowOutcome {
  const who = { contender: textOf(line, "contender"), device: textOf(line, "device") };
  const outcome = oneOf(line, "outcome", ["measured", "skipped", "failed"]);
  const values = JSON.parse(textOf(line, "recorded"));
  if (outcome !== "measured") return { ...who, outcome, reason: textOf(line, "reason"), values };
  const passed = optionalText(line, "passed");
  const kinds = Map.groupBy(samples, (sample) => textOf(sample, "kind"));
  return {
    ...who,
    outcome,
    values,
    ...(kinds.size > 0 && {
      samples: Object.fromEntries(
        Array.from(kinds, ([kind, lines]) => [kind, lines.map((one) => numberOf(one, "seconds"))]),
      ),
    }),
    ...(passed !== undefined && { check: JSON.parse(passed) }),
  };
}

function optionalText(line: Line, name: string): string | undefined {
  return line[name] === null ? undefined : textOf(line, name);
}

function oneOf<Word extends string>(line: Line, name: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === line[name]);
  if (found !== undefined) return found;
  throw odd(name, `one of ${words.join(", ")}`, line[name]);
}

function odd(name: string, right: string, value: unknown): StoreError {
  return new StoreError(
    "damaged",
    `Cannot read ${name} in the store: it must be ${right}: received ${value}`,
  );
}
