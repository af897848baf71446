import { ByteReader } from "./byte_reader.ts";
import type { ByteSource } from "./byte_source.ts";
import { type Dense, dense, type DenseData } from "./dense.ts";
import { type NpyHeader, type NpyType, readNpyHeader } from "./npy_header.ts";
import { type ReadOptions, sizeFinding } from "./read_options.ts";

/**
 * Reads a NumPy .npy file of version 1, 2 or 3 as a dense matrix; plain or gzip. A vector becomes
 * a matrix of one column. Column-major ("fortran_order") arrays are turned row-major.
 *
 * Elements of f2 stay f16, those of f4 stay f32, bit for bit, NaN and infinities included. f8,
 * integers and booleans are rounded to f32; a finite f8 beyond the range of f32 is refused.
 * Big-endian and other types are refused.
 *
 * Memory follows the bytes read, whatever the header declares: at the peak twice the matrix if it
 * is column-major, one and a half times otherwise.
 *
 * @param source The file.
 * @param options Name, limits.
 * @throws {ParseError} If the file is malformed, or holds something else than is read.
 *
 * @example What was written
 * ```ts
 * import { dense, readNpy, writeNpy } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const b = dense(2, 3, new Float32Array([1, 2, 3, 4, 5, 0.1]));
 * assert.deepEqual(await readNpy(writeNpy(b)), b);
 * ```
 */
export async function readNpy(source: ByteSource, options: ReadOptions = {}): Promise<Dense> {
  await using reader = new ByteReader(source, options.name ?? "input");
  const header = await readNpyHeader(reader);
  const { rows, cols } = header;
  const finding = sizeFinding({ rows, cols, entries: rows * cols }, 1, options.limits);
  if (finding !== undefined) reader.fail(finding, 8);
  const data = await readElements(reader, header);
  return dense(rows, cols, header.fortranOrder ? transposed(data, rows, cols) : data);
}

type ReadElement = (view: DataView, at: number) => number;

const READ_ELEMENT: Readonly<Record<Exclude<NpyType, "f2" | "f4">, ReadElement>> = {
  f8: (view, at) => view.getFloat64(at, true),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at) => view.getInt16(at, true),
  i4: (view, at) => view.getInt32(at, true),
  i8: (view, at) => Number(view.getBigInt64(at, true)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at) => view.getUint16(at, true),
  u4: (view, at) => view.getUint32(at, true),
  u8: (view, at) => Number(view.getBigUint64(at, true)),
  b1: (view, at) => view.getUint8(at) === 0 ? 0 : 1,
};

const BLOCK = 1 << 16;

async function readElements(reader: ByteReader, { type, rows, cols }: NpyHeader) {
  const count = rows * cols;
  const size = Number(type[1]);
  const elementsOf = (length: number): DenseData =>
    type === "f2" ? new Float16Array(length) : new Float32Array(length);
  let data = elementsOf(Math.min(count, BLOCK / size));
  for (let length = 0; length < count;) {
    if (length === data.length) {
      const longer = elementsOf(Math.min(count, 2 * length));
      longer.set(data);
      data = longer;
    }
    const elements = Math.min(BLOCK / size, data.length - length);
    const bytes = await reader.take(elements * size, "a block of elements");
    convert(reader, bytes, type, data.subarray(length, length + elements));
    length += elements;
  }
  if ((await reader.some(1)).length > 0) {
    const expected = `the elements must take ${count * size} bytes`;
    reader.fail({ fault: "count", reason: "more follows after the elements", expected });
  }
  return data;
}

function convert(reader: ByteReader, bytes: Uint8Array, type: NpyType, to: DenseData): void {
  if (type === "f2" || type === "f4") return bytesOf(to).set(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = Number(type[1]);
  const read = READ_ELEMENT[type];
  for (let i = 0; i < to.length; i++) {
    const element = read(view, i * size);
    to[i] = element;
    if (Number.isFinite(element) && !Number.isFinite(to[i])) {
      const byte = reader.offset - bytes.length + i * size;
      const expected = "finite elements must fit f32";
      const reason = "an element is too large";
      reader.fail({ fault: "number", reason, expected, received: element }, byte);
    }
  }
}

// Little-endian, as the file is: so is every machine that this runs on.
function bytesOf(data: DenseData): Uint8Array<ArrayBufferLike> {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function transposed(columns: DenseData, rows: number, cols: number): DenseData {
  const data = columns.slice();
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < cols; col++) data[row * cols + col] = columns[col * rows + row];
  }
  return data;
}

/**
 * Writes a dense matrix as a NumPy .npy file of version 1, little-endian: f4, or f2 where the
 * matrix holds f16. Bit for bit what {@linkcode readNpy} reads back.
 *
 * @param b The matrix.
 * @returns The file, as a stream.
 *
 * @example The header NumPy expects
 * ```ts
 * import { dense, writeNpy } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const bytes = await new Response(writeNpy(dense(2, 3))).bytes();
 * assert.match(new TextDecoder("latin1").decode(bytes), /'descr': '<f4'.*'shape': \(2, 3\)/);
 * assert.equal(bytes.length, 128 + 2 * 3 * 4);
 * ```
 */
export function writeNpy(b: Dense): ReadableStream<Uint8Array<ArrayBuffer>> {
  return ReadableStream.from(npyPieces(b));
}

const ALIGNMENT = 64;

function* npyPieces(b: Dense): Generator<Uint8Array<ArrayBuffer>> {
  const type = b.data instanceof Float32Array ? "f4" : "f2";
  const text = `{'descr': '<${type}', 'fortran_order': False, 'shape': (${b.rows}, ${b.cols}), }`;
  // Magic, version and length take 10 bytes; the whole is padded with blanks and a newline.
  const length = Math.ceil((10 + text.length + 1) / ALIGNMENT) * ALIGNMENT - 10;
  const start = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, length & 0xff, length >> 8];
  yield Uint8Array.of(...start, ...new TextEncoder().encode(`${text.padEnd(length - 1)}\n`));
  for (let from = 0; from < b.data.length; from += BLOCK) {
    yield bytesOf(b.data.subarray(from, from + BLOCK)).slice();
  }
}
