/** The most values that a byte names. */
const MOST_VALUES = 256;
const CODES_PER_WORD = 4;

/**
 * Weights by name (Han, Mao, Dally, ICLR 2016, §3): each distinct value stands once in a table, and a
 * byte names it. Where all weights are one value, not even the bytes are needed.
 */
export interface Codebook {
  /** The values, padded to a multiple of four. */
  readonly table: Float32Array<ArrayBuffer>;
  /** A byte for each weight, four to a word; absent where the table has one value. */
  readonly codes: Uint32Array<ArrayBuffer> | undefined;
}

/** How a kernel comes by its weights. */
export type WeightKind = "plain" | "codes" | "single";

/** The kind of kernel that a codebook, or none, asks for. */
export function weightKind(codebook: Codebook | undefined): WeightKind {
  if (codebook === undefined) return "plain";
  return codebook.codes === undefined ? "single" : "codes";
}

/**
 * The codebook of weights, or undefined where they have more than 256 values; O(n).
 *
 * @param weights The weights; −0 and 0 count as different, so that nothing is changed.
 */
export function findCodebook(weights: Float32Array<ArrayBuffer>): Codebook | undefined {
  const bits = new Uint32Array(weights.buffer, weights.byteOffset, weights.length);
  const codeOf = new Map<number, number>();
  const codes = new Uint8Array(Math.ceil(weights.length / CODES_PER_WORD) * CODES_PER_WORD);
  let [last, lastCode] = [-1, 0];
  for (let i = 0; i < bits.length; i++) {
    if (bits[i] !== last) {
      last = bits[i];
      lastCode = codeOf.get(last) ?? codeOf.size;
      if (lastCode === codeOf.size) {
        if (lastCode === MOST_VALUES) return undefined;
        codeOf.set(last, lastCode);
      }
    }
    codes[i] = lastCode;
  }
  const table = new Float32Array(Math.max(1, Math.ceil(codeOf.size / 4)) * 4);
  new Uint32Array(table.buffer).set([...codeOf.keys()]);
  return { table, codes: codeOf.size <= 1 ? undefined : new Uint32Array(codes.buffer) };
}

/**
 * WGSL of `weight_at(i)`, the i-th vector of `lanes` weights of a stage, whose biases stand first in
 * `weights`, before the weights or their table.
 *
 * @param lanes Numbers in an element of `weights`: 1, 2 or 4.
 */
export function weightAtCode(kind: WeightKind, lanes: number): string {
  const type = lanes === 1 ? "f32" : `vec${lanes}<f32>`;
  if (kind === "plain") {
    return /* wgsl */ `
fn weight_at(i: u32) -> ${type} {
  return weights[stage.weights_at + i];
}
`;
  }
  const perWord = CODES_PER_WORD / lanes;
  const first = kind === "single"
    ? "0u"
    : lanes === 4
    ? "codes[i]"
    : `(codes[i / ${perWord}u] >> (i % ${perWord}u * ${8 * lanes}u))`;
  const value = (lane: number): string => `table_value((named >> ${8 * lane}u) & 0xffu)`;
  const values = Array.from({ length: lanes }, (_, lane) => value(lane)).join(", ");
  return /* wgsl */ `
fn table_value(code: u32) -> f32 {
  return weights[stage.weights_at + code / ${lanes}u]${lanes === 1 ? "" : `[code % ${lanes}u]`};
}

fn weight_at(i: u32) -> ${type} {
  let named = ${first};
  return ${lanes === 1 ? values : `${type}(${values})`};
}
`;
}
