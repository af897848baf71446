/** Writes the places above the threshold into `above` from `from` on; returns where it ended. */
export type AboveThreshold = (image: Uint8Array, above: Uint32Array, from: number) => number;

/** Rows that are computed at once: what was loaded of a column serves all of them. */
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
 * above 1, so a place is at most the sum of the magnitudes that it is made of.
 *
 * @param side Rows and columns of an image, even.
 * @param wanted Rows and columns after, a multiple of 4.
 * @param threshold What a pixel must be above, at least 0.
 * @returns A function that finds the places above the threshold in ascending order, column by
 * column: x · wanted + y.
 */
export function interpolator(side: number, wanted: number, threshold: number): AboveThreshold {
  const weights = interpolation(side, wanted);
  const tall: TallImage = {
    lanes: new Float64Array(wanted * side),
    largest: new Float64Array(side),
    reached: new Uint32Array(wanted / LANES),
    blocks: 0,
  };
  return (image, above, from) => {
    const ink = inkOf(image, side);
    resizeColumns(image, ink, weights, tall, threshold);
    let at = from;
    for (let x = 0; x < wanted; x++) {
      const row = weights.subarray(x * side, (x + 1) * side);
      if (boundOf(row, ink, tall.largest) <= threshold) continue;
      const first = at;
      at = findAbove(row, ink, tall, threshold, above, at);
      for (let i = first; i < at; i++) above[i] += x * wanted;
    }
    return at;
  };
}

/** An image of which the columns are resized and the rows are not. */
interface TallImage {
  /** Four rows side by side: (row / 4, column, row mod 4). */
  readonly lanes: Float64Array;
  /** The largest magnitude of each column. */
  readonly largest: Float64Array;
  /** The first rows of those fours that can come above the threshold. */
  readonly reached: Uint32Array;
  /** How many fours those are. */
  blocks: number;
}

/** Finds the rows above the threshold in the column of which `weights` are given. */
function findAbove(
  weights: Float64Array,
  { left, right }: Ink,
  { lanes, reached, blocks }: TallImage,
  threshold: number,
  above: Uint32Array,
  from: number,
): number {
  let at = from;
  for (let block = 0; block < blocks; block++) {
    const y = reached[block];
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let lane = y * weights.length + left * LANES;
    for (let col = left; col < right; col++) {
      const weight = weights[col];
      a += lanes[lane] * weight;
      b += lanes[lane + 1] * weight;
      c += lanes[lane + 2] * weight;
      d += lanes[lane + 3] * weight;
      lane += LANES;
    }
    if (a > threshold) above[at++] = y;
    if (b > threshold) above[at++] = y + 1;
    if (c > threshold) above[at++] = y + 2;
    if (d > threshold) above[at++] = y + 3;
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

/** Resizes each column with ink. */
function resizeColumns(
  image: Uint8Array,
  { top, bottom, left, right }: Ink,
  weights: Float64Array,
  tall: TallImage,
  threshold: number,
): void {
  const { lanes, largest, reached } = tall;
  const side = largest.length;
  const wanted = lanes.length / side;
  largest.fill(0);
  tall.blocks = 0;
  for (let begin = 0; begin < wanted; begin += LANES) {
    let isReached = false;
    for (let y = begin; y < begin + LANES; y++) {
      let bound = 0;
      for (let col = left; col < right; col++) {
        let sum = 0;
        for (let row = top; row < bottom; row++) {
          sum += weights[y * side + row] * image[row * side + col];
        }
        const magnitude = Math.abs(sum);
        if (magnitude > largest[col]) largest[col] = magnitude;
        bound += magnitude;
        lanes[begin * side + col * LANES + y - begin] = sum;
      }
      isReached ||= bound > threshold;
    }
    if (isReached) reached[tall.blocks++] = begin;
  }
}

/** What no place in the column of which `weights` are given exceeds. */
function boundOf(weights: Float64Array, { left, right }: Ink, largest: Float64Array): number {
  let bound = 0;
  for (let col = left; col < right; col++) bound += Math.abs(weights[col]) * largest[col];
  return bound;
}
