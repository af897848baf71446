import { QUAD, type QuadForm } from "./row_quads.ts";
import { unrolled } from "./unrolled.ts";

/** The WGSL of a non-zero in a quad (`QuadForm`), where a shader packs or reads one. */
export interface NonZeroCode {
  /** Its type. */
  readonly type: "vec2<u32>" | "u32";
  /** Packs a column, with the vectors in a row of B, and a value in f32. */
  packed(column: string, vectors: string, value: string): string;
  /** Where the row of B that it is multiplied by begins, in vectors; `shape` is in scope. */
  offset(nonZero: string): string;
  /** Its value, in f32. */
  value(nonZero: string): string;
}

/**
 * The WGSL of non-zeros of a form.
 *
 * @param form How a non-zero lies in a quad.
 *
 * @example Halves share a word with their column
 * ```ts
 * import { nonZeroCode } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.equal(nonZeroCode("short offset").type, "u32");
 * assert.equal(nonZeroCode("wide").offset("pair"), "pair.x");
 * ```
 */
export function nonZeroCode(form: QuadForm): NonZeroCode {
  return CODE[form];
}

const SHORT = {
  type: "u32",
  value: (nonZero: string): string => `unpack2x16float(${nonZero}).y`,
} as const;

function highHalf(value: string): string {
  return `pack2x16float(vec2<f32>(0.0, ${value}))`;
}

const CODE: Readonly<Record<QuadForm, NonZeroCode>> = {
  wide: {
    type: "vec2<u32>",
    packed: (column, vectors, value) => `vec2<u32>(${column} * ${vectors}, bitcast<u32>(${value}))`,
    offset: (nonZero) => `${nonZero}.x`,
    value: (nonZero) => `bitcast<f32>(${nonZero}.y)`,
  },
  "short offset": {
    ...SHORT,
    packed: (column, vectors, value) => `(${column} * ${vectors}) | ${highHalf(value)}`,
    offset: (nonZero) => `(${nonZero} & 0xffffu)`,
  },
  "short column": {
    ...SHORT,
    packed: (column, _, value) => `${column} | ${highHalf(value)}`,
    offset: (nonZero) => `(${nonZero} & 0xffffu) * shape.vectors`,
  },
};

/**
 * WGSL of `write_non_zero(at, column, vectors, value)`, which writes a non-zero of a quad; `vectors`
 * are those in a row of B.
 *
 * @param place The place of non-zero `at`.
 * @param form How a non-zero lies in a quad.
 *
 * @example Into workgroup memory
 * ```ts
 * import { writeNonZero } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.match(writeNonZero("gathered[at]", "wide"), /gathered\[at\] = vec2<u32>/);
 * ```
 */
export function writeNonZero(place: string, form: QuadForm): string {
  return /* wgsl */ `
fn write_non_zero(at: u32, column: u32, vectors: u32, value: f32) {
  ${place} = ${nonZeroCode(form).packed("column", "vectors", "value")};
}
`;
}

/**
 * WGSL statements that add so many quads, which are loaded, times their rows of B to `sums`: all
 * loads of B first, so that they are on their way together. `widened`, `multiply_add` and `b` (`wideIo`) are in scope, and
 * `vector_0`, `vector_1`, … are the lane's vectors of columns.
 *
 * @param count Quads.
 * @param vectorsPerLane Vectors of columns of a lane.
 * @param form How a non-zero lies in a quad.
 * @param nonZero The expression of one of their non-zeros, counted from the first.
 *
 * @example A quad from workgroup memory
 * ```ts
 * import { addQuads } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const code = addQuads(1, 1, "wide", (entry) => `gathered[4u * quad + ${entry}u]`);
 * assert.equal(code.match(/multiply_add/g)?.length, 4);
 * ```
 */
export function addQuads(
  count: number,
  vectorsPerLane: number,
  form: QuadForm,
  nonZero: (entry: number) => string,
): string {
  const { offset, value } = nonZeroCode(form);
  const each = (line: (entry: number, vector: number) => string): string =>
    unrolled(
      count * QUAD,
      (entry) => unrolled(vectorsPerLane, (vector) => line(entry, vector)),
    );
  return `${each((e, v) => `let b_${e}_${v} = widened(b[${offset(nonZero(e))} + vector_${v}]);`)}
    ${each((e, v) => `sums[${v}] = multiply_add(${value(nonZero(e))}, b_${e}_${v}, sums[${v}]);`)}`;
}
