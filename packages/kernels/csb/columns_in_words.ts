import { QUAD, type QuadForm, unrolled } from "@spmm/webgpu";

/** Where a non-zero stands: WGSL. A quad that is read at once is checked to be there once. */
export function inQuads(nonZero: string): string {
  return `gathered[${nonZero} / ${QUAD}u][${nonZero} % ${QUAD}u]`;
}

/** Non-zeros whose room a vector of columns takes: two floats in that of a wide one. */
export function wordsOfColumns(columns: 1 | 2 | 4 | 8, form: QuadForm): number {
  return form === "wide" ? Math.ceil(columns / 2) : columns;
}

const COMPONENTS: Readonly<Record<1 | 2 | 4 | 8, readonly string[]>> = {
  1: [""],
  2: [".x", ".y"],
  4: [".x", ".y", ".z", ".w"],
  8: [0, 1].flatMap((half) => [".x", ".y", ".z", ".w"].map((part) => `[${half}]${part}`)),
};

/**
 * WGSL that keeps vectors of columns where non-zeros were, since WGSL has no unions:
 * `keep_sum(place, sum)` and `kept_sum(place) -> Columns`. Words of one vector lie `stride` apart, so
 * that neighbouring places are neighbours in memory. `gathered` has them in quads.
 *
 * @param columns Columns of a vector.
 * @param form What a word is.
 * @param stride Places that there are.
 */
export function columnsInWords(columns: 1 | 2 | 4 | 8, form: QuadForm, stride: number): string {
  const parts = COMPONENTS[columns];
  const at = (word: number): string => inQuads(`(place + ${word * stride}u)`);
  const bits = (part: string | undefined): string =>
    part === undefined ? "0u" : `bitcast<u32>(sum${part})`;
  const words = wordsOfColumns(columns, form);
  const written = (word: number): string =>
    form === "wide"
      ? `vec2<u32>(${bits(parts[2 * word])}, ${bits(parts[2 * word + 1])})`
      : bits(parts[word]);
  const read = (component: number): string =>
    form === "wide"
      ? `bitcast<f32>(word_${component >> 1}.${component % 2 === 0 ? "x" : "y"})`
      : `bitcast<f32>(word_${component})`;
  return /* wgsl */ `
fn keep_sum(place: u32, sum: Columns) {
  ${unrolled(words, (word) => `${at(word)} = ${written(word)};`)}
}

fn kept_sum(place: u32) -> Columns {
  ${unrolled(words, (word) => `let word_${word} = ${at(word)};`)}
  return Columns(${parts.map((_, component) => read(component)).join(", ")});
}
`;
}
