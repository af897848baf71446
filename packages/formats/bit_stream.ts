/**
 * Numbers of `width` bits (0 to 32) one behind the other in u32 words, the low bits of a word
 * first: number i takes the bits from i·width up to (i + 1)·width. Widths 8, 16 and 32 are plain
 * little-endian bytes, half words and words.
 */

/** Words that `count` numbers of `width` bits fill. */
export function wordCount(count: number, width: number): number {
  return Math.ceil((count * width) / 32);
}

/**
 * Reads number `i`. Only 32-bit arithmetic, and i · width may pass 2³² bits: 32 numbers fill
 * `width` words exactly, so the word and the bit are found within such a run.
 */
export function readBits(words: Uint32Array, width: number, i: number): number {
  if (width === 0) return 0;
  const bit = (i & 31) * width;
  const word = (i >>> 5) * width + (bit >>> 5);
  const shift = bit & 31;
  const low = words[word] >>> shift;
  const high = shift + width > 32 ? words[word + 1] << (32 - shift) : 0;
  return ((low | high) & lowMask(width)) >>> 0;
}

/**
 * Writes the numbers from `begin` up to `end` into words that are zero. Ranges that begin at
 * multiples of 32 touch no word in common, so several workers may write at once.
 */
export function writeBits(
  words: Uint32Array,
  width: number,
  numbers: Uint32Array,
  begin: number,
  end: number,
): void {
  if (width === 0) return;
  for (let i = begin; i < end; i++) {
    const bit = (i & 31) * width;
    const word = (i >>> 5) * width + (bit >>> 5);
    const shift = bit & 31;
    words[word] |= numbers[i] << shift;
    if (shift + width > 32) words[word + 1] |= numbers[i] >>> (32 - shift);
  }
}

function lowMask(width: number): number {
  return width === 32 ? -1 : (1 << width) - 1;
}
