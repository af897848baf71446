import {
  type Csr,
  csrFromDense,
  type Dense,
  denseFromCsr,
  randomCsr,
  randomDense,
  readMatrixFile,
  readNpz,
  readNumbers,
  toCsr,
} from "@spmm/formats";
import { UsageError } from "./errors.ts";
import { shapeOf } from "./options.ts";

/** What a matrix's file does not say of itself. */
export interface ReadMatrixOptions {
  /** For `.tsv`: rows and columns. */
  readonly shape?: { readonly rows: number; readonly cols: number };
}

/** What stands in help texts for a sparse operand. */
export const SPARSE_HELP =
  "sparse matrix: .mtx, .smtx, .tsv (with --shape) or .npy, plain or .gz; .npz; or random:ROWSxCOLS:DENSITY[:SEED]";

/**
 * Reads a matrix, or draws one: `random:64x32:0.1` is a sparse matrix.
 *
 * @throws {UsageError} If a `random:` name is malformed.
 * @throws {ParseError | FormatError} If the file is.
 */
export async function readMatrix(
  name: string,
  { shape }: ReadMatrixOptions = {},
): Promise<Csr | Dense> {
  if (name.startsWith("random:")) return randomSparse(name);
  if (name.endsWith(".npz")) {
    const file = await Deno.open(name);
    return toCsr(await readNpz(file.readable, { name }));
  }
  // SMTX has no values: draw them, since a product with zeros shows nothing.
  return await readMatrixFile(name, { values: { seed: 1 }, ...(shape && { shape }) });
}

/** {@linkcode readMatrix}, a dense matrix taken as sparse by its elements that are not 0. */
export async function readSparse(name: string, options: ReadMatrixOptions = {}): Promise<Csr> {
  const matrix = await readMatrix(name, options);
  return "format" in matrix ? matrix : csrFromDense(matrix);
}

/**
 * Reads a dense matrix with so many rows: a file, or `random:N[:SEED]`, so many columns drawn at
 * random.
 */
export async function readDense(name: string, rows: number): Promise<Dense> {
  if (!name.startsWith("random:")) {
    const matrix = await readMatrix(name);
    return "format" in matrix ? denseFromCsr(matrix) : matrix;
  }
  const found = /^random:([1-9]\d{0,8})(?::(\d{1,9}))?$/.exec(name);
  if (found !== null) return randomDense(rows, Number(found[1]), Number(found[2] ?? 1));
  throw new UsageError(`Cannot draw B: it must be random:COLUMNS[:SEED]: received ${name}`);
}

/** Reads a vector: a `.npy` file, or text with one number a line. */
export async function readVector(name: string): Promise<Float32Array<ArrayBufferLike>> {
  if (/\.npy(\.gz)?$/.test(name)) {
    const { data } = await readDense(name, 0);
    return Float32Array.from(data);
  }
  const file = await Deno.open(name);
  return await readNumbers(file.readable, { name });
}

function randomSparse(name: string): Csr {
  const [, extents, densityText, seedText = "1", ...more] = name.split(":");
  const density = Number(densityText);
  if (
    more.length > 0 || !densityText || !(density >= 0 && density <= 1) ||
    !/^\d{1,9}$/.test(seedText)
  ) {
    throw new UsageError(
      `Cannot draw a matrix: it must be random:ROWSxCOLS:DENSITY[:SEED]: received ${name}`,
    );
  }
  return randomCsr({ ...shapeOf(extents), density, seed: Number(seedText) });
}
