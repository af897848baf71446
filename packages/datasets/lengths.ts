import { type RandomSource, randomSource } from "@spmm/formats";

/** What row lengths, or column lengths, are to be. */
export interface LengthsWanted {
  /** How many rows there are. */
  readonly count: number;
  /** Their sum; exact. */
  readonly total: number;
  /** Their standard deviation; met as nearly as whole numbers allow. */
  readonly deviation: number;
  /** None is longer than this. */
  readonly longest: number;
}

// A few rows of many hold all entries in the sparsest matrices, and most tries miss them.
const TRIES_PER_LENGTH = 4000;

/**
 * Whole numbers from 0 to `longest` with an exact sum and, as nearly as can be, a given deviation:
 * normally distributed, or log-normally where the deviation is so large beside the mean that the
 * normal distribution would reach below 0.
 */
export function drawLengths(wanted: LengthsWanted, random: RandomSource): Uint32Array<ArrayBuffer> {
  const { count, total, deviation, longest } = wanted;
  const lengths = new Uint32Array(count);
  const mean = count === 0 ? 0 : total / count;
  const draw = deviation > mean / 2
    ? logNormal(mean, deviation)
    : (z: number) => mean + z * deviation;
  for (let i = 0; i < count; i++) {
    lengths[i] = Math.max(0, Math.min(longest, Math.round(draw(normal(random)))));
  }
  correctTotal(lengths, total, longest, random);
  correctDeviation(lengths, wanted, random);
  return lengths;
}

function logNormal(mean: number, deviation: number): (z: number) => number {
  if (mean === 0) return () => 0;
  const variance = Math.log1p((deviation / mean) ** 2);
  return (z) => mean * Math.exp(Math.sqrt(variance) * z - variance / 2);
}

/** Box and Muller 1958. */
function normal(random: RandomSource): number {
  return Math.sqrt(-2 * Math.log(1 - random.unit())) * Math.cos(2 * Math.PI * random.unit());
}

function correctTotal(
  lengths: Uint32Array,
  total: number,
  longest: number,
  random: RandomSource,
): void {
  let missing = total - lengths.reduce((sum, length) => sum + length, 0);
  while (missing !== 0) {
    const i = random.below(lengths.length);
    if (missing > 0 && lengths[i] < longest) {
      lengths[i]++;
      missing--;
    } else if (missing < 0 && lengths[i] > 0) {
      lengths[i]--;
      missing++;
    }
  }
}

/** Moves units between two lengths at random, whenever that brings the sum of squares nearer. */
function correctDeviation(
  lengths: Uint32Array,
  { count, total, deviation, longest }: LengthsWanted,
  random: RandomSource,
): void {
  const wantedSquares = count * deviation ** 2 + total ** 2 / count;
  let excess = lengths.reduce((sum, length) => sum + length * length, 0) - wantedSquares;
  for (let left = TRIES_PER_LENGTH * count; left > 0 && Math.abs(excess) > 1; left--) {
    const from = random.below(count);
    const to = random.below(count);
    if (from === to || lengths[from] === 0 || lengths[to] === longest) continue;
    const change = 2 * (lengths[to] - lengths[from] + 1);
    if (Math.abs(excess + change) >= Math.abs(excess)) continue;
    lengths[from]--;
    lengths[to]++;
    excess += change;
  }
}

/** Positions of entries, as CSR has them. */
export interface Placement {
  readonly rowOffsets: Uint32Array<ArrayBuffer>;
  readonly colIndices: Uint32Array<ArrayBuffer>;
}

/**
 * Places entries so that every row has exactly its length and every column nearly its own; O(rows ·
 * columns). Long rows choose first. Each row takes columns with chances in proportion to what
 * their columns still lack (systematic sampling, Madow 1949, over columns shuffled anew).
 */
export function placeEntries(
  rowLengths: Uint32Array,
  colLengths: Uint32Array,
  seed: number,
): Placement {
  const random = randomSource(seed);
  const rowOffsets = new Uint32Array(rowLengths.length + 1);
  for (let row = 0; row < rowLengths.length; row++) {
    rowOffsets[row + 1] = rowOffsets[row] + rowLengths[row];
  }
  const colIndices = new Uint32Array(rowOffsets[rowLengths.length]);
  const lacking = Float64Array.from(colLengths);
  const order = Uint32Array.from(colLengths.keys());
  const longFirst = [...rowLengths.keys()].sort((a, b) => rowLengths[b] - rowLengths[a]);
  for (const row of longFirst) {
    const chosen = colIndices.subarray(rowOffsets[row], rowOffsets[row + 1]);
    if (chosen.length === 0) break;
    shuffle(order, random);
    choose(chosen, order, lacking, random);
    chosen.sort();
  }
  return { rowOffsets, colIndices };
}

// A column that lacks nothing may still be needed to fill a row.
const LAST_RESORT = 1e-9;

function choose(
  chosen: Uint32Array,
  order: Uint32Array,
  lacking: Float64Array,
  random: RandomSource,
): void {
  const factor = chanceFactor(chosen.length, lacking);
  let taken = 0;
  let passed = random.unit();
  for (let i = 0; i < order.length && taken < chosen.length; i++) {
    const column = order[i];
    passed += Math.min(1, factor * (lacking[column] + LAST_RESORT));
    const mustTake = order.length - i === chosen.length - taken;
    if (passed < taken + 1 && !mustTake) continue;
    chosen[taken++] = column;
    lacking[column] = Math.max(0, lacking[column] - 1);
  }
}

/** The f for which min(1, f · lacking) sums to `count`. */
function chanceFactor(count: number, lacking: Float64Array): number {
  let factor = 0;
  for (let round = 0; round < 20; round++) {
    let certain = 0;
    let rest = 0;
    for (const lack of lacking) {
      if (factor * (lack + LAST_RESORT) >= 1) certain++;
      else rest += lack + LAST_RESORT;
    }
    const next = rest === 0 ? factor : (count - certain) / rest;
    if (next <= factor * (1 + 1e-12)) break;
    factor = next;
  }
  return factor;
}

function shuffle(numbers: Uint32Array, random: RandomSource): void {
  for (let i = numbers.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    const moved = numbers[i];
    numbers[i] = numbers[j];
    numbers[j] = moved;
  }
}
