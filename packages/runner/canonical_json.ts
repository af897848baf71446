import type { PointParameters, RowValues, Scalar } from "./row.ts";
import { RowError } from "./errors.ts";

/**
 * Flat fields as JSON that is the same whatever the order they are given in: what is absent is left
 * out, and -0 is 0.
 *
 * @throws {RowError} If a number is not finite, which JSON cannot say.
 */
export function canonicalJson(fields: PointParameters): string {
  return sortedJson(keptFields(fields));
}

/**
 * Flat fields as they are kept: without those that are absent, text without halves of characters.
 *
 * @throws {RowError} If a number is not finite, which JSON cannot say.
 */
export function keptFields(fields: RowValues): Record<string, Scalar> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[keptText(name), keptScalar(name, value)]]
    ),
  );
}

/** JSON that is the same whatever the order of keys is, at any depth. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part: unknown) =>
      typeof part !== "object" || part === null || Array.isArray(part)
        ? part
        : Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1)),
  );
}

/** Text as it is kept: SQLite ends text at a NUL, and UTF-8 has no halves of characters. */
export function keptText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\ufffd");
}

function keptScalar(name: string, value: Scalar): Scalar {
  if (typeof value === "string") return keptText(value);
  if (typeof value === "boolean") return value;
  if (Number.isFinite(value)) return value + 0;
  throw new RowError(`Cannot keep ${name}: a number must be finite: received ${value}`);
}
