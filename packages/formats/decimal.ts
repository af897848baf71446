const MAX_EXPONENT = 60;
const POWERS = Float64Array.from({ length: MAX_EXPONENT + 1 }, (_, e) => Number(`1e${e}`));
// The digits are cut after the 19th, their sum, the power and the product are each rounded:
// together less than 8 units in the last place of f64.
const SLACK = 8 * Number.EPSILON;
const MAX_DIGITS = 19;

const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const LOWER_E = 0x65;
const ASCII_LOWER = 0x20;

/**
 * The decimal number in `bytes[start, end)`, rounded as `Math.fround(Number(text))` rounds it, or
 * NaN if the text is no decimal number ("NaN", "inf", "0x1" and "" are none).
 *
 * The number is first computed with a known error. Only if that error reaches across a boundary
 * between two f32 numbers (about one text in 10⁷), or the exponent is extreme, is the slow and
 * exact conversion of the runtime asked; both agree, for rounding is monotone.
 */
export function parseFloat32(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const first = bytes[at];
  const negative = first === MINUS;
  if (negative || first === PLUS) at++;

  let significand = 0;
  let digits = 0;
  let scale = 0;
  let seen = 0;
  let pointSeen = false;
  for (; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit >= 0 && digit <= 9) {
      seen++;
      if (digits < MAX_DIGITS) {
        significand = significand * 10 + digit;
        if (significand !== 0) digits++;
        if (pointSeen) scale--;
      } else if (!pointSeen) scale++;
    } else if (digit === POINT - ZERO && !pointSeen) pointSeen = true;
    else break;
  }
  if (seen === 0) return NaN;
  if (at < end) {
    const exponent = parseExponent(bytes, at, end);
    if (Number.isNaN(exponent)) return NaN;
    scale += exponent;
  }
  const size = magnitude(significand, scale);
  return size === undefined ? exactly(bytes, start, end) : negative ? -size : size;
}

function parseExponent(bytes: Uint8Array, start: number, end: number): number {
  if ((bytes[start] | ASCII_LOWER) !== LOWER_E) return NaN;
  let at = start + 1;
  const negative = bytes[at] === MINUS;
  if (negative || bytes[at] === PLUS) at++;
  if (at >= end) return NaN;
  let exponent = 0;
  for (; at < end; at++) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    exponent = Math.min(exponent * 10 + digit, 1e6);
  }
  return negative ? -exponent : exponent;
}

function magnitude(significand: number, scale: number): number | undefined {
  if (significand === 0) return 0;
  if (scale < -MAX_EXPONENT || scale > MAX_EXPONENT) return undefined;
  const power = POWERS[Math.abs(scale)];
  const size = scale < 0 ? significand / power : significand * power;
  const below = Math.fround(size * (1 - SLACK));
  return below === Math.fround(size * (1 + SLACK)) ? below : undefined;
}

function exactly(bytes: Uint8Array, start: number, end: number): number {
  return Math.fround(Number(new TextDecoder().decode(bytes.subarray(start, end))));
}

/**
 * The shortest decimal text that reads back as the same f32 number.
 *
 * @param value A finite f32 number.
 */
export function shortestFloat32(value: number): string {
  if (Object.is(value, -0)) return "-0";
  // Six digits always survive f32, so a shorter text is found among the six; not below 2⁻¹²⁶.
  const fewest = Math.abs(value) < 2 ** -126 ? 1 : 6;
  for (let digits = fewest; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return String(candidate);
  }
  return String(Number(value.toPrecision(9)));
}
