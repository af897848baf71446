/**
 * A part of the multiplication:
 *
 * - `stage`: clearing the masks and waiting for it;
 * - `decode`: reading an index of a non-zero and unpacking its bits;
 * - `spread`: reading a value, writing it to its place, setting its bit in the mask;
 * - `walk`: finding the non-zeros of a row in its mask and reading their values from their places;
 * - `b`: reading a row of B, from the nearest cache the second time, and multiplying and adding;
 * - `b-elsewhere`: the same with another row of B, half of B away, which no cache near has of late.
 */
export type CsbPart = typeof CSB_PARTS[number];

/** The parts of the multiplication that can be done twice, in the order in which they are done. */
export const CSB_PARTS = ["stage", "decode", "spread", "walk", "b", "b-elsewhere"] as const;

/** The WGSL that does a part twice, by the place where it stands; empty strings elsewhere. */
export interface Twice {
  /** What the statements call. */
  readonly functions: string;
  /** After the masks were cleared. */
  readonly stage: string;
  /** The function that decodes the index of an entry. */
  readonly decode: string;
  /** After an entry was spread. */
  readonly spread: string;
  /** Behind the mask of a row. */
  readonly walk: string;
  /** After the row of B of the `first`, `second` or `only` non-zero was multiplied. */
  load(which: string): string;
}

const ONCE: Twice = {
  functions: "",
  stage: "",
  decode: "local_index",
  spread: "",
  walk: "",
  load: () => "",
};

/**
 * Statements that do a part a second time. The second time differs from the first by
 * `lines.nothing`, which is zero at run time: the compiler has to do it, and the sums come out the
 * same. It waits for a result of the first, as the next piece of work would: doing both at once
 * would hide the latency that the part is to be charged with.
 *
 * @param part The part; none where absent.
 * @param columns Columns that a lane keeps.
 */
export function doneTwice(part: CsbPart | undefined, columns: 1 | 2 | 4): Twice {
  switch (part) {
    case undefined:
      return ONCE;
    case "stage":
      return { ...ONCE, stage: "clear_masks(thread + lines.nothing);\n    workgroupBarrier();" };
    case "decode":
      return { ...ONCE, functions: DECODE_AGAIN, decode: "index_decoded_again" };
    case "spread":
      return { ...ONCE, functions: SPREAD_AGAIN, spread: SPREAD_CALL };
    case "walk":
      return { ...ONCE, functions: WALK_AGAIN, walk: " | walk_again(place)" };
    case "b":
      return { ...ONCE, functions: loadAgain("row", columns), load };
    case "b-elsewhere":
      return { ...ONCE, functions: ELSEWHERE + loadAgain("elsewhere(row)", columns), load };
  }
}

const DECODE_AGAIN = /* wgsl */ `
fn index_decoded_again(entry: u32) -> u32 {
  let index = local_index(entry);
  return index | local_index(entry + (index & lines.nothing));
}
`;

const SPREAD_CALL = "spread_again(place * BETA + row, col, entry, value);";
const SPREAD_AGAIN = /* wgsl */ `
fn spread_again(mask: u32, col: u32, entry: u32, value: f32) {
  let later = bitcast<u32>(value) & lines.nothing;
  spread[mask * PITCH + col + lines.nothing] = f32(values[entry + later]);
  atomicOr(&masks[mask + lines.nothing], 1u << col);
}
`;

/** Walks as `walk_row` does, two non-zeros at a time. */
const WALK_AGAIN = /* wgsl */ `
fn walk_again(place: u32) -> u32 {
  var seen = 0u;
  var mask = atomicLoad(&masks[place + lines.nothing]);
  while ((mask & (mask - 1u)) != 0u) {
    let first = firstTrailingBit(mask);
    mask &= mask - 1u;
    let second = firstTrailingBit(mask);
    mask &= mask - 1u;
    seen |= bitcast<u32>(spread[place * PITCH + first]);
    seen |= bitcast<u32>(spread[place * PITCH + second]);
  }
  if (mask != 0u) {
    seen |= bitcast<u32>(spread[place * PITCH + firstTrailingBit(mask)]);
  }
  return seen & lines.nothing;
}
`;

const ELSEWHERE = /* wgsl */ `
fn elsewhere(row: u32) -> u32 {
  let other = row + shape.k / 2u;
  return select(other - shape.k, other, other < shape.k);
}
`;

/** A load that waits for what the first one brought. */
function loadAgain(row: string, columns: 1 | 2 | 4): string {
  return /* wgsl */ `
fn load_again(row: u32, vector: u32, seen: Columns) -> Columns {
  let later = bitcast<u32>(seen${columns === 1 ? "" : ".x"}) & lines.nothing;
  return load_b(${row} + later, vector);
}
`;
}

/** Adds nothing times the row: B must be finite. */
function load(which: string): string {
  const again = `load_again(b_row + ${which}, vector, b_${which})`;
  return `sum = fma(Columns(bitcast<f32>(lines.nothing)), ${again}, sum);`;
}
