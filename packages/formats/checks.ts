import { FormatError, type FormatFault } from "./errors.ts";

/** The largest extent and the largest number of non-zeros that u32 indices and offsets can name. */
export const U32_MAX = 0xffff_ffff;

/** "Cannot <action>: <what would be right>: received <value>". */
export function cannot(
  action: string,
  format: string,
  fault: FormatFault,
  rule: string,
  received: string | number,
  where: Readonly<Record<string, number>> = {},
): FormatError {
  return new FormatError(format, fault, `Cannot ${action}: ${rule}: received ${received}`, where);
}

/** The error of a checker: "Cannot check CSR: …". */
export function broken(
  format: string,
  fault: FormatFault,
  rule: string,
  received: string | number,
  where: Readonly<Record<string, number>> = {},
): FormatError {
  return cannot(`check ${format.toUpperCase()}`, format, fault, rule, received, where);
}

/** The error of a conversion that cannot take its input or its options. */
export function unfit(
  format: string,
  fault: FormatFault,
  rule: string,
  received: string | number,
  where: Readonly<Record<string, number>> = {},
): FormatError {
  return cannot(`convert to ${format.toUpperCase()}`, format, fault, rule, received, where);
}

/** Both extents are integers that u32 indices can name. */
export function checkShape(format: string, rows: number, cols: number): void {
  for (const [name, size] of [["rows", rows], ["cols", cols]] as const) {
    if (!Number.isInteger(size) || size < 0 || size > U32_MAX) {
      throw broken(format, "shape", `${name} must be an integer from 0 to ${U32_MAX}`, size);
    }
  }
}

/** A number of stored elements fits u32 offsets. */
export function checkCount(format: string, what: string, count: number): void {
  if (count > U32_MAX) {
    throw broken(format, "length", `${what} must number at most ${U32_MAX}`, count);
  }
}

/** An array has the length its neighbours call for. */
export function checkLength(format: string, name: string, length: number, expected: number): void {
  if (length !== expected) {
    throw broken(format, "length", `${name} must have ${expected} elements`, length);
  }
}

/** Offsets are `count + 1` numbers that start at 0, never fall and end at `end`. */
export function checkOffsets(
  format: string,
  name: string,
  offsets: Uint32Array,
  count: number,
  end: number,
): void {
  checkLength(format, name, offsets.length, count + 1);
  if (offsets[0] !== 0) throw broken(format, "offsets", `${name} must start at 0`, offsets[0]);
  for (let i = 0; i < count; i++) {
    if (offsets[i + 1] < offsets[i]) {
      const rule = `${name} must never fall, and does after position ${i}`;
      throw broken(format, "offsets", rule, `${offsets[i + 1]} after ${offsets[i]}`, { at: i });
    }
  }
  if (offsets[count] !== end) {
    throw broken(format, "offsets", `${name} must end at ${end}`, offsets[count]);
  }
}

/** Within each segment (a row, a column), indices are below `bound` and strictly ascending. */
export function checkSegments(
  format: string,
  segment: "row" | "column" | "block row",
  offsets: Uint32Array,
  indices: Uint32Array,
  bound: number,
): void {
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let i = offsets[s]; i < offsets[s + 1]; i++) {
      if (indices[i] >= bound) {
        const rule = `an index in ${segment} ${s} must be below ${bound}`;
        throw broken(format, "range", rule, indices[i], { [segment]: s, entry: i });
      }
      if (i > offsets[s] && indices[i] <= indices[i - 1]) {
        const fault = indices[i] === indices[i - 1] ? "duplicate" : "order";
        const rule = `indices in ${segment} ${s} must be strictly ascending`;
        const pair = `${indices[i]} after ${indices[i - 1]}`;
        throw broken(format, fault, rule, pair, { [segment]: s, entry: i });
      }
    }
  }
}

/** An option is a whole number within bounds. */
export function checkOption(
  format: string,
  name: string,
  value: number,
  from: number,
  to: number = U32_MAX,
): void {
  if (!Number.isInteger(value) || value < from || value > to) {
    const rule = `${name} must be an integer from ${from} to ${to}`;
    throw cannot(`lay out ${format.toUpperCase()}`, format, "option", rule, value);
  }
}
