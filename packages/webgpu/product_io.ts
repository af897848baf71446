import { extents, type SpmmProblem } from "@spmm/spmm";
import { type Binding, uniform } from "./gpu_pass.ts";
import { remembered } from "./remembered.ts";
import { rowPitch } from "./row_pitch.ts";

/** What every SpMM kernel shares: how it reads B, takes its rows, and writes C. */
export interface ProductIo {
  /** B, C, the shape, and where the problem has them the bias and the row order. */
  readonly bindings: readonly Binding[];
  /**
   * WGSL: the type `Columns` (adjacent columns of one row, in f32), `COLUMNS` (how many), and
   * - `load_b(row, vector) -> Columns`: columns `vector * COLUMNS …` of a row of B;
   * - `store_c(row, vector, sum)`: writes a row of C through the epilogue;
   * - `row_at(slot) -> u32`: the row of op(A) whose turn is `slot`;
   * - `shape`: `m`, `n`, `k`, and `vectors`, the `Columns` in a row.
   *
   * Rows of B and C are padded to whole vectors: the last one or two may hold columns past n. They
   * may be read and multiplied, and should be written, like the others; nobody looks at them.
   */
  readonly code: string;
  /** Adjacent columns a thread handles: 4, or n where that is 1 or 2. */
  readonly columns: 1 | 2 | 4;
  /** `Columns` in a row of B and C, and from one row to the next: their pitch / columns. */
  readonly vectors: number;
}

/** How dense operands are declared in WGSL, for kernels that address them on their own. */
export interface DenseTypes {
  /** The scalar stored: `f32` or `f16`. */
  readonly stored: "f32" | "f16";
  /** The WGSL type of `Columns` as stored. */
  readonly vector: string;
  /** The WGSL type of `Columns` in f32. */
  readonly wide: string;
}

/**
 * The WGSL types for `columns` adjacent elements of a problem's storage.
 *
 * @param problem Gives the storage.
 * @param columns Adjacent elements.
 *
 * @example Four halves
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { denseTypes } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 1 });
 * assert.equal(denseTypes({ a, n: 8, storage: "f16" }, 4).vector, "vec4<f16>");
 * ```
 */
export function denseTypes(problem: SpmmProblem, columns: 1 | 2 | 4): DenseTypes {
  const stored = problem.storage ?? "f32";
  const vector = (scalar: string): string => columns === 1 ? scalar : `vec${columns}<${scalar}>`;
  return { stored, vector: vector(stored), wide: vector("f32") };
}

/**
 * The shared half of a kernel for a problem, specialised to its width, storage and epilogue. The
 * shape itself is data, so that problems of other sizes reuse the compiled program.
 *
 * @param problem The problem, or the part of one that a pass works on.
 *
 * @example Whole vectors, whatever n is
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { productIo } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 1 });
 * assert.equal(productIo({ a, n: 12 }).columns, 4);
 * assert.equal(productIo({ a, n: 7 }).columns, 4);
 * assert.equal(productIo({ a, n: 7 }).vectors, 2);
 * assert.equal(productIo({ a, n: 1 }).columns, 1);
 * ```
 */
export function productIo(problem: SpmmProblem): ProductIo {
  const { columns, vectors } = productVectors(problem);
  const types = denseTypes(problem, columns);
  return {
    bindings: productBindings(problem, types.vector, vectors),
    code: productCode(types.vector, types.wide, columns, shapeCode(problem, "Columns")),
    columns,
    vectors,
  };
}

/**
 * The vectors of {@linkcode productIo}, without its code.
 *
 * @param problem Gives the width and the storage.
 *
 * @example A row of B
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { productVectors } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 4, cols: 4, density: 0.5, seed: 1 });
 * assert.deepEqual(productVectors({ a, n: 30 }), { columns: 4, vectors: 8 });
 * ```
 */
export function productVectors(
  { n, storage = "f32" }: SpmmProblem,
): Pick<ProductIo, "columns" | "vectors"> {
  const columns = n === 1 || n === 2 ? n : 4;
  return { columns, vectors: rowPitch(n, storage) / columns };
}

/** B, C and the shape, and where the problem has them the bias and the row order. */
export function productBindings(problem: SpmmProblem, element: string, vectors: number): Binding[] {
  const { m, n, k } = extents(problem);
  const bindings: Binding[] = [
    { role: "b", name: "b", type: `array<${element}>` },
    { role: "c", name: "c", type: `array<${element}>` },
    uniform("shape", "Shape", [m, n, k, vectors]),
  ];
  const { epilogue, rowOrder } = problem;
  if (epilogue?.bias) {
    bindings.push({ role: "constant", name: "bias", type: "array<f32>", data: epilogue.bias });
  }
  if (rowOrder) {
    bindings.push({ role: "encoding", name: "row_order", type: "array<u32>", data: rowOrder });
  }
  return bindings;
}

const productCode = remembered((
  vector: string,
  wide: string,
  columns: number,
  shape: string,
): string => /* wgsl */ `
alias Columns = ${wide};
const COLUMNS = ${columns}u;
${shape}
fn load_b(row: u32, vector: u32) -> Columns {
  return Columns(b[row * shape.vectors + vector]);
}

fn store_c(row: u32, vector: u32, sum: Columns) {
  let finished = epilogue(row, sum);
  c[row * shape.vectors + vector] = ${vector === wide ? "finished" : `${vector}(finished)`};
}
`);

/** The shape, the order of the rows, and the epilogue of adjacent columns of the type `columns`. */
export function shapeCode(problem: SpmmProblem, columns: string): string {
  return shapeText(columns, epilogueBody(problem, columns), problem.rowOrder !== undefined);
}

const shapeText = remembered((
  columns: string,
  epilogue: string,
  hasOrder: boolean,
): string => /* wgsl */ `
struct Shape {
  m: u32,
  n: u32,
  k: u32,
  vectors: u32,
}

fn epilogue(row: u32, sum: ${columns}) -> ${columns} {
  ${epilogue}
}

fn row_at(slot: u32) -> u32 {
  return ${hasOrder ? "row_order[slot]" : "slot"};
}
`);

function epilogueBody({ epilogue }: SpmmProblem, columns: string): string {
  const biased = epilogue?.bias ? `sum + ${columns}(bias[row])` : "sum";
  const activation = epilogue?.activation;
  switch (activation?.kind) {
    case undefined:
      return `return ${biased};`;
    case "relu":
      return `return max(${columns}(0), ${biased});`;
    case "clipped-relu":
      return `return min(${columns}(${
        floatLiteral(activation.ceiling)
      }), max(${columns}(0), ${biased}));`;
  }
}

/**
 * A number as an f32 literal that WGSL reads back to the same bits; infinity, which WGSL cannot
 * write, as the largest f32.
 *
 * @param value A number that is not NaN.
 *
 * @example A ceiling
 * ```ts
 * import { floatLiteral } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.equal(floatLiteral(32), "32.0f");
 * ```
 */
export function floatLiteral(value: number): string {
  const rounded = Math.fround(value);
  if (rounded === Infinity) return "0x1.fffffep+127f";
  const text = String(rounded);
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`;
}
