/** Writes the places above the threshold into `above` from `from` on; returns where it ended. */
export type AboveThreshold = (image: Uint8Array, above: Uint32Array, from: number) => number;

/** Rows that are computed at once: what was loaded of a weight serves all of them. */
const LANES = 4;

/** The part of an image that has ink. */
interface Ink {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * Prepares to resize square images by Fourier interpolation and to find what is above a threshold.
 *
 * Padding a spectrum with zeros and transforming it back is linear and separable, so it is one real
 * matrix, applied along both axes. With n samples, the value at the fraction t behind a sample
 * weighs that sample with
 *
 * ```text
 *   (1/n) · (1 + 2·Σ cos(2πk·t) + cos(πn·t)),  k from 1 to n/2 − 1
 * ```
 *
 * where the last term is the Nyquist frequency, split between its two places. Rows and columns
 * without ink take no part, and what cannot come above the threshold is not computed: no weight is
 * above 1, so a place is at most the sum of the magnitudes that it is made of. A place and its
 * mirror image weigh mirrored samples alike, so the sums and differences of those give both at
 * once, for half of the products.
 *
 * @param side Rows and columns of an image, a multiple of 4.
 * @param wanted Rows and columns after, a multiple of 4.
 * @param threshold What a pixel must be above, at least 0.
 * @returns A function that finds the places above the threshold in ascending order, column by
 * column: x · wanted + y.
 */
export function interpolator(side: number, wanted: number, threshold: number): AboveThreshold {
  const weights = interpolation(side, wanted);
  const { even, odd } = foldedWeights(weights, side);
  const half = side / 2 + 1;
  const tall: TallImage = {
    row: new Float64Array(side),
    sums: new Float64Array(wanted * half),
    differences: new Float64Array(wanted * half),
    largest: new Float64Array(side),
    reached: new Uint32Array(wanted / LANES),
    blocks: 0,
  };
  const mirrored = { places: new Uint32Array(wanted * wanted), at: 0 };
  const ends = new Uint32Array(wanted / 2);
  const exact = new Float64Array(side * side);
  return (image, above, from) => {
    const ink = inkOf(image, side);
    exact.set(image);
    resizeColumns(exact, ink, weights, tall, threshold);
    const fold = foldOf(ink, side);
    mirrored.at = 0;
    let at = from;
    for (let x = 0; x <= wanted / 2; x++) {
      const mirror = wanted - x;
      const isLone = x === 0 || x === mirror;
      const isReached = boundOf(weights, x, ink, tall.largest) > threshold ||
        (!isLone && boundOf(weights, mirror, ink, tall.largest) > threshold);
      if (isReached) {
        const row = { even, odd, from: x * half, place: x * wanted, mirror: mirror * wanted };
        at = findAbove(row, fold, tall, threshold, above, at, isLone ? undefined : mirrored);
      }
      if (x < wanted / 2) ends[x] = mirrored.at;
    }
    for (let x = wanted / 2 - 1; x > 0; x--) {
      for (let i = ends[x - 1]; i < ends[x]; i++) above[at++] = mirrored.places[i];
    }
    return at;
  };
}

/** An image of which the columns are resized and the rows are not. */
interface TallImage {
  /** The row that is made. */
  readonly row: Float64Array;
  /** Mirrored columns added, four rows side by side: (row / 4, column, row mod 4). */
  readonly sums: Float64Array;
  /** The same of their differences. */
  readonly differences: Float64Array;
  /** The largest magnitude of each column. */
  readonly largest: Float64Array;
  /** The first rows of those fours that can come above the threshold. */
  readonly reached: Uint32Array;
  /** How many fours those are. */
  blocks: number;
}

/** A column that is made together with its mirror image. */
interface MirroredColumn {
  /** How much the sums weigh, and the differences, and where those of this column begin. */
  readonly even: Float64Array;
  readonly odd: Float64Array;
  readonly from: number;
  /** The number of the column's first place, and of its mirror image's. */
  readonly place: number;
  readonly mirror: number;
}

/** Finds the places above the threshold in a column, and in its mirror image if that is wanted. */
function findAbove(
  { even, odd, from, place, mirror }: MirroredColumn,
  { first, last }: { readonly first: number; readonly last: number },
  { sums, differences, reached, blocks, largest }: TallImage,
  threshold: number,
  above: Uint32Array,
  begin: number,
  mirrored?: { readonly places: Uint32Array; at: number },
): number {
  const half = largest.length / 2 + 1;
  let at = begin;
  for (let block = 0; block < blocks; block++) {
    const y = reached[block];
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    let f = 0;
    let g = 0;
    let h = 0;
    let lane = y * half + first * LANES;
    for (let col = first; col <= last; col++) {
      const sum = even[from + col];
      a += sums[lane] * sum;
      b += sums[lane + 1] * sum;
      c += sums[lane + 2] * sum;
      d += sums[lane + 3] * sum;
      const difference = odd[from + col];
      e += differences[lane] * difference;
      f += differences[lane + 1] * difference;
      g += differences[lane + 2] * difference;
      h += differences[lane + 3] * difference;
      lane += LANES;
    }
    const here = place + y;
    if (a + e > threshold) above[at++] = here;
    if (b + f > threshold) above[at++] = here + 1;
    if (c + g > threshold) above[at++] = here + 2;
    if (d + h > threshold) above[at++] = here + 3;
    if (mirrored === undefined) continue;
    const there = mirror + y;
    if (a - e > threshold) mirrored.places[mirrored.at++] = there;
    if (b - f > threshold) mirrored.places[mirrored.at++] = there + 1;
    if (c - g > threshold) mirrored.places[mirrored.at++] = there + 2;
    if (d - h > threshold) mirrored.places[mirrored.at++] = there + 3;
  }
  return at;
}

/** wanted × side: how much each sample weighs in each place. */
export function interpolation(side: number, wanted: number): Float64Array {
  return new Float64Array(wanted * side).map((_, i) => {
    const t = Math.floor(i / side) / wanted - (i % side) / side;
    let sum = 1 + Math.cos(Math.PI * side * t);
    for (let k = 1; k < side / 2; k++) sum += 2 * Math.cos(2 * Math.PI * k * t);
    return sum / side;
  });
}

/** What the sums and the differences of mirrored samples weigh in each place. */
function foldedWeights(weights: Float64Array, side: number) {
  const half = side / 2 + 1;
  const even = new Float64Array(weights.length / side * half);
  const odd = new Float64Array(even.length);
  for (let i = 0; i < even.length; i++) {
    const base = Math.floor(i / half) * side;
    const one = weights[base + i % half];
    const other = weights[base + (side - i % half) % side];
    even[i] = (one + other) / 2;
    odd[i] = (one - other) / 2;
  }
  return { even, odd };
}

/** The folded columns that have ink on either side. */
function foldOf({ left, right }: Ink, side: number): { first: number; last: number } {
  const [begin, end] = [Math.min(left, side - left), Math.min(right - 1, side - right + 1)];
  const isAcross = left <= side / 2 && right > side / 2;
  return { first: Math.min(begin, end), last: isAcross ? side / 2 : Math.max(begin, end) };
}

function inkOf(image: Uint8Array, side: number): Ink {
  let [top, bottom, left, right] = [side, 0, side, 0];
  for (let row = 0; row < side; row++) {
    for (let col = 0; col < side; col++) {
      if (image[row * side + col] === 0) continue;
      top = Math.min(top, row);
      bottom = row + 1;
      left = Math.min(left, col);
      right = Math.max(right, col + 1);
    }
  }
  return { top, bottom, left, right };
}

/** Resizes each column with ink, and folds the rows that come out. */
function resizeColumns(
  image: Float64Array,
  { top, bottom, left, right }: Ink,
  weights: Float64Array,
  tall: TallImage,
  threshold: number,
): void {
  const { row, largest, reached } = tall;
  const side = row.length;
  largest.fill(0);
  row.fill(0);
  tall.blocks = 0;
  let isReached = false;
  for (let y = 0; y < weights.length / side; y++) {
    for (let col = left - left % LANES; col < right; col += LANES) {
      let a = 0;
      let b = 0;
      let c = 0;
      let d = 0;
      for (let p = top; p < bottom; p++) {
        const weight = weights[y * side + p];
        const i = p * side + col;
        a += weight * image[i];
        b += weight * image[i + 1];
        c += weight * image[i + 2];
        d += weight * image[i + 3];
      }
      row[col] = a;
      row[col + 1] = b;
      row[col + 2] = c;
      row[col + 3] = d;
    }
    let bound = 0;
    for (let col = left; col < right; col++) {
      const magnitude = Math.abs(row[col]);
      if (magnitude > largest[col]) largest[col] = magnitude;
      bound += magnitude;
    }
    foldRow(tall, y);
    isReached ||= bound > threshold;
    if (y % LANES < LANES - 1) continue;
    if (isReached) reached[tall.blocks++] = y - LANES + 1;
    isReached = false;
  }
}

/** Writes the sums and the differences of a row's mirrored samples; the two in the middle stay. */
function foldRow({ row, sums, differences }: TallImage, y: number): void {
  const half = row.length / 2;
  const lane = y % LANES;
  const base = (y - lane) * (half + 1) + lane;
  sums[base] = row[0];
  sums[base + half * LANES] = row[half];
  for (let col = 1; col < half; col++) {
    const mirror = row[row.length - col];
    sums[base + col * LANES] = row[col] + mirror;
    differences[base + col * LANES] = row[col] - mirror;
  }
}

/** What no place in column `x` exceeds. */
function boundOf(
  weights: Float64Array,
  x: number,
  { left, right }: Ink,
  largest: Float64Array,
): number {
  const base = x * largest.length;
  let bound = 0;
  for (let col = left; col < right; col++) bound += Math.abs(weights[base + col]) * largest[col];
  return bound;
}
