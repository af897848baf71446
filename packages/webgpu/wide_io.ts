import type { SpmmProblem } from "@spmm/spmm";
import type { Binding } from "./gpu_pass.ts";
import { denseTypes, productBindings, productIo, productVectors, shapeCode } from "./product_io.ts";
import { joined, remembered } from "./remembered.ts";
import { rowPitch } from "./row_pitch.ts";

/** As `ProductIo`, for kernels whose every load of B brings 16 bytes: four columns, or eight halves. */
export interface WideIo {
  /** As in `ProductIo`. */
  readonly bindings: readonly Binding[];
  /**
   * WGSL: the type `Columns` (adjacent columns of one row, in f32, which can be added), and
   * - `widened(stored) -> Columns`: an element of `b` in f32;
   * - `multiply_add(value, columns, sum) -> Columns`: `sum` plus `value` times the columns;
   * - `store_c`, `row_at` and `shape` as in `ProductIo`.
   */
  readonly code: string;
  /** Adjacent columns a thread handles at once. */
  readonly columns: 1 | 2 | 4 | 8;
  /** `Columns` in a row of B and C, and from one row to the next. */
  readonly vectors: number;
}

/** Rows that are padded to whole vectors of halves: from here on (`rowPitch`). */
const FEWEST_HALVES = 5;

/** Bytes that a load of B brings. */
export const VECTOR_BYTES = 16;
/** Halves that they hold. */
const HALVES = 8;

/**
 * The vectors of {@linkcode wideIo}, without its code.
 *
 * @param problem Gives the width and the storage.
 *
 * @example A row of B
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { wideVectors } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 1 });
 * assert.deepEqual(wideVectors({ a, n: 30 }), { columns: 4, vectors: 8 });
 * ```
 */
export function wideVectors(problem: SpmmProblem): Pick<WideIo, "columns" | "vectors"> {
  const { n, storage = "f32" } = problem;
  if (storage === "f32" || n < FEWEST_HALVES) return productVectors(problem);
  return { columns: HALVES, vectors: rowPitch(n, storage) / HALVES };
}

/**
 * The shared half of a kernel, with loads as wide as rows allow.
 *
 * @param problem The problem, or the part of one that a pass works on.
 *
 * @example Eight halves
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { wideIo } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 1 });
 * assert.equal(wideIo({ a, n: 32, storage: "f16" }).columns, 8);
 * assert.equal(wideIo({ a, n: 32 }).columns, 4);
 * ```
 */
export function wideIo(problem: SpmmProblem): WideIo {
  const { columns, vectors } = wideVectors(problem);
  if (columns !== HALVES) {
    const io = productIo(problem);
    return { ...io, code: joined(io.code, plain(denseTypes(problem, io.columns).vector)) };
  }
  return {
    bindings: productBindings(problem, "vec4<u32>", vectors),
    code: joined(shapeCode(problem, "vec4<f32>"), EIGHT_HALVES),
    columns,
    vectors,
  };
}

const plain = remembered((element: string): string => /* wgsl */ `
fn widened(stored: ${element}) -> Columns {
  return Columns(stored);
}

fn multiply_add(value: f32, columns: Columns, sum: Columns) -> Columns {
  return fma(Columns(value), columns, sum);
}
`);

/** Two vectors of four, since WGSL has none of eight. */
const EIGHT_HALVES = /* wgsl */ `
alias Columns = mat2x4<f32>;

fn widened(stored: vec4<u32>) -> Columns {
  return Columns(
    vec4<f32>(unpack2x16float(stored.x), unpack2x16float(stored.y)),
    vec4<f32>(unpack2x16float(stored.z), unpack2x16float(stored.w)),
  );
}

fn multiply_add(value: f32, columns: Columns, sum: Columns) -> Columns {
  return Columns(
    fma(vec4<f32>(value), columns[0], sum[0]),
    fma(vec4<f32>(value), columns[1], sum[1]),
  );
}

fn halves(row: u32, sum: vec4<f32>) -> vec2<u32> {
  let finished = epilogue(row, sum);
  return vec2<u32>(pack2x16float(finished.xy), pack2x16float(finished.zw));
}

fn store_c(row: u32, vector: u32, sum: Columns) {
  c[row * shape.vectors + vector] = vec4<u32>(halves(row, sum[0]), halves(row, sum[1]));
}
`;
