/**
 * The order that sorts `keys` stably: `keys[order[0]] <= keys[order[1]] <= …`, by counting passes
 * over equal digits of at most `maxDigitBits` bits, least significant first.
 * O(passes · (n + 2^maxDigitBits)).
 *
 * @param keys What to sort by; left as it is.
 * @param keyBits How many low bits of the keys matter, 0 to 32.
 * @param maxDigitBits Bits a pass looks at: few where few keys are sorted at a time.
 */
export function sortedOrder(
  keys: Uint32Array,
  keyBits: number,
  maxDigitBits: number = 16,
): Uint32Array<ArrayBuffer> {
  let order = new Uint32Array(keys.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  const passes = Math.ceil(keyBits / maxDigitBits);
  const bits = Math.ceil(keyBits / Math.max(1, passes));
  const starts = new Uint32Array(1 << bits);
  let next = new Uint32Array(passes > 0 ? keys.length : 0);
  for (let pass = 0; pass < passes; pass++) {
    countingPass(keys, pass * bits, starts, order, next);
    [order, next] = [next, order];
  }
  return order;
}

/** Bits that tell `count` different indices apart. */
export function indexBits(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

function countingPass(
  keys: Uint32Array,
  shift: number,
  starts: Uint32Array,
  from: Uint32Array,
  to: Uint32Array,
): void {
  const mask = starts.length - 1;
  starts.fill(0);
  for (let i = 0; i < keys.length; i++) starts[(keys[i] >>> shift) & mask]++;
  let total = 0;
  for (let digit = 0; digit < starts.length; digit++) {
    const count = starts[digit];
    starts[digit] = total;
    total += count;
  }
  for (let i = 0; i < from.length; i++) {
    const entry = from[i];
    to[starts[(keys[entry] >>> shift) & mask]++] = entry;
  }
}
