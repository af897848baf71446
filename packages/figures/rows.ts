import { FigureError } from "./errors.ts";
import { checkNumber } from "./quantity.ts";

/** How sure a value is: the ends of an interval around it, both or neither. */
export interface Spread {
  /** Lower end, in the value's unit. */
  readonly low?: number;
  /** Upper end, in the value's unit. */
  readonly high?: number;
}

/**
 * Checks that there is something to draw.
 *
 * @throws {FigureError} fault "empty"
 */
export function checkRows(action: string, rows: readonly unknown[]): void {
  if (rows.length > 0) return;
  throw new FigureError("empty", `Cannot ${action}: there must be a row at least: received none`);
}

/**
 * Checks a name that is to be written.
 *
 * @throws {FigureError} fault "text"
 */
export function checkText(action: string, name: string, value: string): void {
  if (value !== "") return;
  throw new FigureError("text", `Cannot ${action}: ${name} must be some text: received ""`);
}

/**
 * Checks a value and its spread, and lists the numbers that an axis must hold.
 *
 * @throws {FigureError} fault "number": not finite, not above 0 where it must be, an end without
 * the other, or ends in disorder
 */
export function spreadNumbers(
  action: string,
  name: string,
  value: number,
  { low, high }: Spread,
  positive: boolean,
): number[] {
  checkNumber(action, name, value, positive);
  if (low === undefined && high === undefined) return [value];
  if (low === undefined || high === undefined || !(low <= value && value <= high)) {
    throw new FigureError(
      "number",
      `Cannot ${action}: ${name} must lie between low and high: received ${low} ≤ ${value} ≤ ${high}`,
    );
  }
  checkNumber(action, `low of ${name}`, low, positive);
  checkNumber(action, `high of ${name}`, high, positive);
  return [low, value, high];
}

/**
 * Checks that no two rows stand in the same place, where one would hide the other.
 *
 * @throws {FigureError} fault "duplicate"
 */
export function checkPlaces(action: string, places: readonly string[]): void {
  const seen = new Set<string>();
  for (const place of places) {
    if (seen.has(place)) {
      throw new FigureError(
        "duplicate",
        `Cannot ${action}: a place takes one row: received two for ${place}`,
      );
    }
    seen.add(place);
  }
}

/** Names in the order in which they first appear, which is the order in which they are drawn. */
export function inOrder<T>(names: readonly T[]): T[] {
  return [...new Set(names)];
}

/** A title in lines that fit a width in pixels, by the average width of a bold letter. */
export function wrapped(title: string, width: number): string[] {
  const room = Math.floor(width / 6.8);
  return title.split(" ").reduce<string[]>((lines, word) => {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > room) return [...lines, word];
    return [...lines.slice(0, -1), `${last} ${word}`];
  }, []);
}

/** A number with a prefix as in "4.8 TB/s", to three digits. */
export function withPrefix(value: number, unit: string): string {
  const prefixes = ["", "k", "M", "G", "T", "P", "E"];
  const step = Math.max(0, Math.min(prefixes.length - 1, Math.floor(Math.log10(value) / 3)));
  return `${Number((value / 1000 ** step).toPrecision(3))} ${prefixes[step]}${unit}`;
}
