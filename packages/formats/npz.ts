import type { ByteSource } from "./byte_source.ts";
import type { FormatName, SparseMatrix } from "./codecs.ts";
import { checkMatrix, FORMATS, fromCsr } from "./convert.ts";
import type { Csr } from "./csr.ts";
import { npyPiecesOf, NpzArray, type NpzValue } from "./npz_array.ts";
import { ParseError } from "./parse_error.ts";
import { entryLimit, type ReadOptions } from "./read_options.ts";
import { unzip, zipPieces } from "./zip.ts";

/**
 * Writes a sparse matrix as a NumPy .npz archive, one array a member, uncompressed: what
 * `numpy.load` opens, and for CSR, CSC and COO what `scipy.sparse.load_npz` reads. Formats that
 * SciPy does not know keep the names of their fields.
 *
 * @param a The matrix, in any format.
 * @returns The file, as a stream; it fails with FormatError if it would take 4 GiB or more.
 *
 * @example A matrix in blocks, there and back
 * ```ts
 * import { csbFromCsr, randomCsr, readNpz, writeNpz } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csbFromCsr(randomCsr({ rows: 9, cols: 7, density: 0.3, seed: 1 }), { blockSize: 4 });
 * assert.deepEqual(await readNpz(writeNpz(a)), a);
 * ```
 */
export function writeNpz(a: SparseMatrix): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { rows, cols, ...fields } = a;
  const values: [string, NpzValue][] = [
    ["shape", [rows, cols]],
    ...Object.entries(fields).map(([field, value]): [string, NpzValue] => [
      memberOf(a.format, field),
      value,
    ]),
  ];
  const members = values
    .map(([name, value]) => ({ name: `${name}.npy`, pieces: npyPiecesOf(value) }));
  return ReadableStream.from(zipPieces(members));
}

/** SciPy's names for the fields of the formats that it knows; others keep their own. */
const SCIPY: Readonly<Partial<Record<FormatName, Readonly<Record<string, string>>>>> = {
  coo: { rowIndices: "row", colIndices: "col" },
  csr: { rowOffsets: "indptr", colIndices: "indices" },
  csc: { colOffsets: "indptr", rowIndices: "indices" },
};

function memberOf(format: FormatName, field: string): string {
  return field === "values" ? "data" : SCIPY[format]?.[field] ?? field;
}

/**
 * Reads a sparse matrix from a .npz archive as {@linkcode writeNpz} or `scipy.sparse.save_npz` write
 * it, compressed or not, in the format that it is in. The archive and the matrix are in memory at
 * once. SciPy's own BSR has no occupancy and is not read.
 *
 * @param source The file.
 * @param options Name, limits.
 * @throws {ParseError} If the file is malformed, or holds something else.
 * @throws {FormatError} If the matrix breaks an invariant of its format.
 *
 * @example What is no archive
 * ```ts
 * import { ParseError, readNpz } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(readNpz(new TextEncoder().encode("%%MatrixMarket"), {}), ParseError);
 * ```
 */
export async function readNpz(
  source: ByteSource,
  options: ReadOptions = {},
): Promise<SparseMatrix> {
  const { name = "input", limits } = options;
  const bytes = source instanceof Uint8Array
    ? new Uint8Array(source)
    : await new Response(source).bytes();
  // Two f64 and one i64 for each entry is more than any of the formats takes.
  const members = new Members(await unzip(bytes, name, 24 * entryLimit(limits)), name);
  const a = assembled(members);
  checkMatrix(a);
  return a;
}

class Members {
  readonly #members: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

  constructor(members: ReadonlyMap<string, Uint8Array<ArrayBuffer>>, readonly file: string) {
    this.#members = members;
  }

  get(name: string): NpzArray {
    const bytes = this.#members.get(`${name}.npy`);
    if (bytes !== undefined) return new NpzArray(bytes, this.file, name);
    const received = [...this.#members.keys()].join(", ").slice(0, 200);
    return this.fail(`there must be a member ${name}.npy`, received);
  }

  fail(expected: string, received: string): never {
    const finding = { fault: "header", reason: "it holds no sparse matrix", expected } as const;
    throw new ParseError({ file: this.file }, { ...finding, received });
  }
}

/** An empty matrix, which shows what fields a format has and of what type. */
const EMPTY: Csr = {
  format: "csr",
  rows: 0,
  cols: 0,
  rowOffsets: new Uint32Array(1),
  colIndices: new Uint32Array(0),
  values: new Float32Array(0),
};

function assembled(members: Members): SparseMatrix {
  const word = members.get("format").word();
  const format = FORMATS.find((known) => known === word);
  if (format === undefined) {
    return members.fail(`the format must be one of ${FORMATS.join(", ")}`, word);
  }
  const [rows, cols, ...more] = members.get("shape").indices();
  if (cols === undefined || more.length > 0) {
    members.fail("the shape must be two numbers", "others");
  }
  const { rows: _rows, cols: _cols, ...fields } = fromCsr(EMPTY, format);
  const read = Object.entries(fields).map(([field, example]) => [
    field,
    readAs(example, members.get(memberOf(format, field))),
  ]);
  // Fields and their types are those of a matrix in this format; what they hold is checked next.
  return { rows, cols, ...Object.fromEntries(read) } as SparseMatrix;
}

function readAs(example: NpzValue, member: NpzArray): NpzValue {
  if (typeof example === "string") return member.word();
  if (typeof example === "number") return member.index();
  return example instanceof Float32Array ? member.values() : member.indices();
}
