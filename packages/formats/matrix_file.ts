import type { ByteSource } from "./byte_source.ts";
import type { Csr } from "./csr.ts";
import type { Dense } from "./dense.ts";
import { FormatError } from "./errors.ts";
import { readGraphChallenge } from "./graph_challenge.ts";
import { readMatrixMarket } from "./matrix_market.ts";
import { readNpy, writeNpy } from "./npy.ts";
import type { ReadCoordinatesOptions } from "./read_options.ts";
import { readSmtx, type ReadSmtxOptions } from "./smtx.ts";
import { writeGraphChallenge, writeMatrixMarket, writeSmtx } from "./write_text.ts";

/** What {@linkcode readMatrixFile} takes: what the reader of the file's format takes. */
export interface ReadMatrixFileOptions
  extends Omit<ReadCoordinatesOptions, "name">, Pick<ReadSmtxOptions, "values"> {
  /** For .tsv, which does not say: number of rows and of columns. */
  readonly shape?: { readonly rows: number; readonly cols: number };
  /** For .tsv: what the first row and column are called; 1 where absent. */
  readonly base?: 0 | 1;
}

const EXTENSIONS = [".mtx", ".smtx", ".tsv", ".npy"] as const;

/**
 * Reads a matrix file, in the format that its extension names: `.mtx` (Matrix Market), `.smtx`
 * (DLMC), `.tsv` (Graph Challenge, which needs a shape) or `.npy` (NumPy); plain, or gzip with
 * `.gz` behind.
 *
 * @param path The file.
 * @param options What the reader takes.
 * @returns CSR, or a dense matrix for `.npy` and arrays in `.mtx`.
 * @throws {ParseError} If the file is malformed.
 * @throws {FormatError} If the extension is unknown, or the shape of a `.tsv` is not given.
 *
 * @example There and back
 * ```ts
 * import { randomCsr, readMatrixFile, writeMatrixFile } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * const a = randomCsr({ rows: 9, cols: 7, density: 0.3, seed: 1 });
 * await writeMatrixFile(`${folder}/a.mtx.gz`, a);
 * assert.deepEqual(await readMatrixFile(`${folder}/a.mtx.gz`), a);
 * ```
 */
export async function readMatrixFile(
  path: string,
  options: ReadMatrixFileOptions = {},
): Promise<Csr | Dense> {
  const read = readerOf(path, options);
  const file = await Deno.open(path);
  return await read(file.readable);
}

type Reader = (source: ByteSource) => Promise<Csr | Dense>;

function readerOf(path: string, options: ReadMatrixFileOptions): Reader {
  const { shape, base = 1, values, ...common } = options;
  const named = { ...common, name: path };
  switch (extensionOf("read", path)) {
    case ".mtx":
      return (source) => readMatrixMarket(source, named);
    case ".smtx":
      return (source) => readSmtx(source, { ...named, ...(values && { values }) });
    case ".npy":
      return (source) => readNpy(source, named);
    case ".tsv":
      if (shape === undefined) throw unfitFile("read", path, "a .tsv file needs a shape", "none");
      return (source) => readGraphChallenge(source, { ...named, ...shape, base });
  }
}

/**
 * Writes a matrix to a file, in the format that its extension names (see
 * {@linkcode readMatrixFile}), gzip if it ends in `.gz`. A sparse matrix goes to `.mtx`, `.tsv` or
 * `.smtx` (which leaves its values out), a dense one to `.npy` or `.mtx`.
 *
 * The file appears whole or not at all: it is written under another name beside, then renamed.
 *
 * @param path The file; replaced if it is there.
 * @param matrix The matrix.
 * @throws {FormatError} If the format cannot hold the matrix, or a value that is not finite.
 *
 * @example A dense matrix has no place in an SMTX file
 * ```ts
 * import { dense, FormatError, writeMatrixFile } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(writeMatrixFile("b.smtx", dense(2, 2)), FormatError);
 * ```
 */
export async function writeMatrixFile(path: string, matrix: Csr | Dense): Promise<void> {
  const plain = writtenAs(path, matrix);
  const bytes = path.endsWith(".gz") ? plain.pipeThrough(new CompressionStream("gzip")) : plain;
  const partial = `${path}.${crypto.randomUUID()}.partial`;
  try {
    await Deno.writeFile(partial, bytes, { createNew: true });
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}

function writtenAs(path: string, matrix: Csr | Dense): ReadableStream<Uint8Array<ArrayBuffer>> {
  const extension = extensionOf("write", path);
  if (extension === ".mtx") return writeMatrixMarket(matrix);
  if ("format" in matrix) {
    if (extension === ".tsv") return writeGraphChallenge(matrix);
    if (extension === ".smtx") return writeSmtx(matrix);
    throw unfitFile("write", path, "a sparse matrix goes to .mtx, .tsv or .smtx", extension);
  }
  if (extension === ".npy") return writeNpy(matrix);
  throw unfitFile("write", path, "a dense matrix goes to .npy or .mtx", extension);
}

function extensionOf(action: string, path: string): typeof EXTENSIONS[number] {
  const plain = path.endsWith(".gz") ? path.slice(0, -".gz".length) : path;
  const known = EXTENSIONS.find((extension) => plain.endsWith(extension));
  if (known !== undefined) return known;
  const rule = `the extension must be one of ${EXTENSIONS.join(", ")}, or that and .gz`;
  throw unfitFile(action, path, rule, plain.slice(plain.lastIndexOf(".")));
}

function unfitFile(action: string, path: string, rule: string, received: string): FormatError {
  return new FormatError(
    "file",
    "option",
    `Cannot ${action} ${path}: ${rule}: received ${received}`,
  );
}
