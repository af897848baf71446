import { cannot, checkOption, checkShape } from "./checks.ts";
import type { Csr } from "./csr.ts";
import { type Dense, dense } from "./dense.ts";
import { prefixSum } from "./prefix_sum.ts";

const ACTION = "make a random matrix";

/** A stream of random numbers that its seed determines, on every machine. */
export interface RandomSource {
  /** A whole number from 0 to 2³² − 1. */
  uint32(): number;
  /** A number from 0 up to 1, in steps of 2⁻³². */
  unit(): number;
  /** A whole number from 0 up to `bound`, which is at most 2³². */
  below(bound: number): number;
}

/**
 * xoshiro128** of Blackman and Vigna (ACM TOMS 2021), its state filled from the seed by
 * counting with the golden ratio through MurmurHash3's finalizer.
 *
 * @param seed Any number; its low 32 bits count.
 *
 * @example The same seed, the same numbers
 * ```ts
 * import { randomSource } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * assert.equal(randomSource(7).uint32(), randomSource(7).uint32());
 * assert.ok(randomSource(7).below(10) < 10);
 * ```
 */
export function randomSource(seed: number): RandomSource {
  const state = seedWords(seed, 4);
  const uint32 = () => xoshiro128(state);
  const unit = () => uint32() / 2 ** 32;
  return { uint32, unit, below: (bound) => Math.floor(unit() * bound) };
}

function seedWords(seed: number, count: number): Uint32Array {
  const words = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    let z = (seed + Math.imul(i + 1, 0x9e3779b9)) >>> 0;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    words[i] = z ^ (z >>> 16);
  }
  return words;
}

function xoshiro128(state: Uint32Array): number {
  const result = Math.imul(rotateLeft(Math.imul(state[1], 5), 7), 9) >>> 0;
  const shifted = state[1] << 9;
  state[2] ^= state[0];
  state[3] ^= state[1];
  state[1] ^= state[2];
  state[0] ^= state[3];
  state[2] ^= shifted;
  state[3] = rotateLeft(state[3], 11);
  return result;
}

function rotateLeft(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}

/** What {@linkcode randomCsr} makes: a shape, a seed, and either a density or every row's length. */
export type RandomCsrOptions =
  & { readonly rows: number; readonly cols: number; readonly seed: number }
  & (
    | { /** Chance of each element to be an entry, 0 to 1. */ readonly density: number }
    | { /** Entries of each row, at most `cols`. */ readonly rowLengths: ArrayLike<number> }
  );

/**
 * A random sparse matrix: positions drawn evenly, values of both signs with magnitudes from 1/4 to
 * 5/4, so that a dropped, doubled or swapped entry shows in any product. O(nnz + rows) for a
 * density and for short rows, O(cols) for a row that is more than a quarter full.
 *
 * @param options Shape, seed, and density or row lengths.
 * @throws {FormatError} If the density is not within 0 to 1, or a row is longer than `cols`.
 *
 * @example Rows of given lengths
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 3, cols: 8, rowLengths: [8, 0, 2], seed: 1 });
 * assert.deepEqual([...a.rowOffsets], [0, 8, 8, 10]);
 * ```
 */
export function randomCsr(options: RandomCsrOptions): Csr {
  const { rows, cols, seed } = options;
  checkShape("csr", rows, cols);
  const random = randomSource(seed);
  const { rowOffsets, colIndices } = "density" in options
    ? positionsOfDensity(rows, cols, options.density, random)
    : positionsOfLengths(rows, cols, options.rowLengths, random);
  const values = Float32Array.from(colIndices, () => randomValue(random));
  return { format: "csr", rows, cols, rowOffsets, colIndices, values };
}

/** ±[1/4, 5/4) in steps of 2⁻²³, each of which f32 holds exactly. */
export function randomValue(random: RandomSource): number {
  const bits = random.uint32();
  const magnitude = 0.25 + (bits >>> 9) / 2 ** 23;
  return (bits & 1) === 0 ? magnitude : -magnitude;
}

interface Positions {
  readonly rowOffsets: Uint32Array<ArrayBuffer>;
  readonly colIndices: Uint32Array<ArrayBuffer>;
}

/** Jumps from entry to entry by gaps that are geometrically distributed. */
function positionsOfDensity(
  rows: number,
  cols: number,
  density: number,
  random: RandomSource,
): Positions {
  if (!(density >= 0 && density <= 1)) {
    throw cannot(ACTION, "csr", "option", "density must be a number from 0 to 1", density);
  }
  const rowOffsets = new Uint32Array(rows + 1);
  const columns: number[] = [];
  const logMiss = Math.log1p(-density);
  const gap = () => density === 1 ? 0 : Math.floor(Math.log1p(-random.unit()) / logMiss);
  for (let at = density === 0 ? Infinity : gap(); at < rows * cols; at += 1 + gap()) {
    rowOffsets[Math.floor(at / cols) + 1]++;
    columns.push(at % cols);
  }
  prefixSum("csr", rowOffsets);
  return { rowOffsets, colIndices: Uint32Array.from(columns) };
}

function positionsOfLengths(
  rows: number,
  cols: number,
  rowLengths: ArrayLike<number>,
  random: RandomSource,
): Positions {
  if (rowLengths.length !== rows) {
    const rule = `rowLengths must have ${rows} elements`;
    throw cannot(ACTION, "csr", "option", rule, rowLengths.length);
  }
  const rowOffsets = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    checkOption("csr", `the length of row ${row}`, rowLengths[row], 0, cols);
    rowOffsets[row + 1] = rowLengths[row];
  }
  prefixSum("csr", rowOffsets);
  const colIndices = new Uint32Array(rowOffsets[rows]);
  for (let row = 0; row < rows; row++) {
    sampleColumns(colIndices.subarray(rowOffsets[row], rowOffsets[row + 1]), cols, random);
  }
  return { rowOffsets, colIndices };
}

/** Fills `columns` with distinct ascending numbers below `cols`. */
function sampleColumns(columns: Uint32Array, cols: number, random: RandomSource): void {
  if (columns.length * 4 > cols) return selectColumns(columns, cols, random);
  const seen = new Set<number>();
  while (seen.size < columns.length) seen.add(random.below(cols));
  columns.set([...seen]);
  columns.sort();
}

/** Selection sampling (Knuth, TAOCP 2, 3.4.2 S): each column in turn, with the chance it has left. */
function selectColumns(columns: Uint32Array, cols: number, random: RandomSource): void {
  let taken = 0;
  for (let column = 0; taken < columns.length; column++) {
    if (random.below(cols - column) < columns.length - taken) columns[taken++] = column;
  }
}

/**
 * Row lengths of a power law: the row of rank r gets a share in proportion to r^−exponent, ranks
 * are dealt to rows at random, and no row gets more than `cols`. A few rows hold most entries and
 * many may be empty: the load that upsets a row-wise split.
 *
 * @param options Shape, mean row length aimed at, exponent (1 where absent) and seed.
 *
 * @example One row towers
 * ```ts
 * import { powerLawRowLengths } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const lengths = powerLawRowLengths({ rows: 100, cols: 1000, mean: 4, seed: 1 });
 * assert.ok(Math.max(...lengths) > 10 * 4);
 * ```
 */
export function powerLawRowLengths(options: PowerLawOptions): Uint32Array<ArrayBuffer> {
  const { rows, cols, mean, exponent = 1, seed } = options;
  const random = randomSource(seed);
  let total = 0;
  for (let rank = 1; rank <= rows; rank++) total += rank ** -exponent;
  const lengths = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) {
    const share = (row + 1) ** -exponent / total;
    lengths[row] = Math.min(cols, Math.round(share * mean * rows));
  }
  shuffle(lengths, random);
  return lengths;
}

/** The shape and the law of {@linkcode powerLawRowLengths}. */
export interface PowerLawOptions {
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** Mean row length aimed at; rounding and the cap at `cols` may lower it. */
  readonly mean: number;
  /** 1 where absent; the larger, the more uneven. */
  readonly exponent?: number;
  /** Determines every draw. */
  readonly seed: number;
}

function shuffle(numbers: Uint32Array, random: RandomSource): void {
  for (let i = numbers.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [numbers[i], numbers[j]] = [numbers[j], numbers[i]];
  }
}

/**
 * A random dense matrix in f32, with the values {@linkcode randomCsr} draws from.
 *
 * @param rows Number of rows.
 * @param cols Number of columns.
 * @param seed The seed.
 *
 * @example A right-hand side
 * ```ts
 * import { randomDense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(randomDense(3, 4, 1), randomDense(3, 4, 1));
 * assert.ok(randomDense(3, 4, 1).data.every((x) => Math.abs(x) >= 0.25 && Math.abs(x) < 1.25));
 * ```
 */
export function randomDense(rows: number, cols: number, seed: number): Dense {
  const b = dense(rows, cols);
  const random = randomSource(seed);
  for (let i = 0; i < b.data.length; i++) b.data[i] = randomValue(random);
  return b;
}
