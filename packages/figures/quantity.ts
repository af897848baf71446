import { FigureError } from "./errors.ts";

/** What an axis measures. */
export interface Quantity {
  /** Its name as a reader knows it, "Time". */
  readonly title: string;
  /** Its unit, "s"; absent for a pure number. */
  readonly unit?: string;
  /** How it is laid out; linear where absent. A logarithmic axis takes numbers above 0 only. */
  readonly scale?: "linear" | "log";
}

/** The two ends of an axis with, on a logarithmic one, the numbers that are written on it. */
export interface Extent {
  readonly domain: [number, number];
  readonly ticks?: number[];
}

/** A pure number, which says how many times as fast; always on a logarithmic axis. */
export const RATIO_LABEL = "format(datum.value, '~r') + '×'";

const NUMBER_LABEL =
  "format(datum.value, datum.value != 0 && (abs(datum.value) >= 1e4 || abs(datum.value) < 1e-3) ? '~s' : '~r')";

/** An axis's title with its unit, "Time (s)". */
export function axisTitle({ title, unit }: Quantity): string {
  return unit === undefined ? title : `${title} (${unit})`;
}

/**
 * Ends of an axis of powers of two that hold all values and 1, the line of "as fast".
 *
 * Between 2 and about 6 numbers are written on it, whatever the range.
 */
export function ratioExtent(values: readonly number[]): Extent {
  const exponents = values.map(Math.log2);
  const low = Math.floor(least([0, ...exponents]) - 1e-9);
  const high = Math.ceil(most([0, ...exponents]) + 1e-9);
  const step = Math.ceil((high - low) / 6);
  const ticks = range(Math.ceil(low / step), Math.floor(high / step)).map((e) => 2 ** (e * step));
  return { domain: [2 ** low, 2 ** high], ticks };
}

/**
 * Ends of an axis that hold all values, from one written number to another.
 *
 * @param quantity What the axis measures.
 * @param values All that is drawn, errors included; not empty.
 * @param zero Whether a linear axis begins at 0, as lengths of bars must.
 */
export function extent(quantity: Quantity, values: readonly number[], zero: boolean): Extent {
  if (quantity.scale !== "log") {
    const ends = zero ? [0, ...values] : values;
    return { domain: [least(ends), most(ends)] };
  }
  const low = Math.floor(Math.log10(least(values)) + 1e-9);
  const high = Math.max(low + 1, Math.ceil(Math.log10(most(values)) - 1e-9));
  const steps = high - low > 2 ? [1] : [1, 2, 5];
  const ticks = range(low, high).flatMap((e) => steps.map((step) => step * 10 ** e))
    .filter((tick) => tick <= 10 ** high * (1 + 1e-9));
  return narrowed(ticks, values, high - low);
}

/** The `scale` of a position in vega-lite's words. */
export function positionScale(quantity: Quantity, { domain }: Extent): {
  type: "linear" | "log";
  domain: [number, number];
  nice: boolean;
} {
  const type = quantity.scale ?? "linear";
  return { type, domain, nice: type === "linear" };
}

/** The `axis` of a position in vega-lite's words. */
export function positionAxis(quantity: Quantity, { ticks }: Extent): {
  title: string;
  labelExpr: string;
  values?: number[];
} {
  const axis = { title: axisTitle(quantity), labelExpr: NUMBER_LABEL };
  return ticks === undefined ? axis : { ...axis, values: ticks };
}

/**
 * Checks a number that is to be drawn.
 *
 * @param action What cannot be done with a wrong one, "draw lines".
 * @param name Which number it is, "y of row 3".
 * @param value The number.
 * @param positive Whether it must be above 0.
 * @throws {FigureError} fault "number"
 */
export function checkNumber(action: string, name: string, value: number, positive: boolean): void {
  if (Number.isFinite(value) && (!positive || value > 0)) return;
  const right = positive ? "finite and above 0" : "finite";
  throw new FigureError("number", `Cannot ${action}: ${name} must be ${right}: received ${value}`);
}

function narrowed(ticks: number[], values: readonly number[], decades: number): Extent {
  const first = ticks.findLast((tick) => tick <= least(values) * (1 + 1e-9)) ?? least(values);
  const last = ticks.find((tick) => tick >= most(values) * (1 - 1e-9)) ?? most(values);
  const domain: [number, number] = last > first ? [first, last] : [first, first * 10];
  const step = Math.ceil(decades / 6);
  const inside = ticks.filter((tick) => tick >= domain[0] && tick <= domain[1]);
  return { domain, ticks: inside.filter((_, i) => decades <= 2 || i % step === 0) };
}

/** Not `Math.min(...values)`, which takes no more values than a call has room for. */
function least(values: readonly number[]): number {
  return values.reduce((a, b) => Math.min(a, b), Infinity);
}

function most(values: readonly number[]): number {
  return values.reduce((a, b) => Math.max(a, b), -Infinity);
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
