import { U32_MAX } from "./checks.ts";
import { ParseError, type ParseFault } from "./parse_error.ts";

/** What a member of an .npz file holds here: an array, a number or a word. */
export type NpzValue =
  | Uint32Array<ArrayBufferLike>
  | Float32Array<ArrayBufferLike>
  | readonly number[]
  | number
  | string;

/** A value as the pieces of a .npy file of version 1. */
export function npyPiecesOf(value: NpzValue): Uint8Array<ArrayBuffer>[] {
  if (typeof value === "string") {
    const text = new TextEncoder().encode(value);
    return [npyHeader(`|S${text.length}`, []), text];
  }
  if (typeof value === "number") return [npyHeader("<i8", []), int64([value])];
  if (value instanceof Uint32Array || value instanceof Float32Array) {
    const type = value instanceof Uint32Array ? "<u4" : "<f4";
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return [npyHeader(type, [value.length]), bytes.slice()];
  }
  return [npyHeader("<i8", [value.length]), int64(value)];
}

function int64(numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);
}

const MAGIC = Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"), 1, 0);
const ALIGNMENT = 64;

function npyHeader(type: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const extents = shape.map((extent) => `${extent},`).join(" ");
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${extents}), }`;
  const length = Math.ceil((MAGIC.length + 2 + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const padded = `${text.padEnd(length - MAGIC.length - 3)}\n`;
  const bytes = new TextEncoder().encode(padded);
  return Uint8Array.of(...MAGIC, bytes.length & 0xff, bytes.length >> 8, ...bytes);
}

const HEADER =
  /^\{(?=.*'descr': *'[<|]([a-zA-Z])(\d{1,4})')(?=.*'fortran_order': *(?:True|False))(?=.*'shape': *\(([\d, ]*)\)).*\}\s*$/s;

type Read = (view: DataView, at: number) => number;

const READ: Readonly<Record<string, Read>> = {
  u4: (view, at) => view.getUint32(at, true),
  i4: (view, at) => view.getInt32(at, true),
  i8: (view, at) => Number(view.getBigInt64(at, true)),
  u8: (view, at) => Number(view.getBigUint64(at, true)),
  f4: (view, at) => view.getFloat32(at, true),
  f8: (view, at) => view.getFloat64(at, true),
};

/** A member of an .npz file, to be read as what it should be. */
export class NpzArray {
  readonly #type: string;
  readonly #elements: Uint8Array<ArrayBuffer>;
  readonly #length: number;

  /** @throws {ParseError} If the bytes are no .npy file of a kind that is read here. */
  constructor(bytes: Uint8Array<ArrayBuffer>, readonly file: string, readonly name: string) {
    const isNpy = bytes.length > 12 && MAGIC.subarray(0, 6).every((byte, i) => bytes[i] === byte);
    if (!isNpy || bytes[6] < 1 || bytes[6] > 3) {
      this.#fail("header", "it must be a .npy file of version 1 to 3");
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = bytes[6] === 1 ? 10 : 12;
    const begin = start + (bytes[6] === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
    const header = HEADER.exec(new TextDecoder().decode(bytes.subarray(start, begin)));
    if (header === null) this.#fail("header", "its header must be that of a little-endian array");
    const [, kind, size, shape] = header;
    const extents = shape.split(",").map((text) => text.trim()).filter((text) => text !== "");
    this.#type = `${kind}${size}`;
    this.#length = extents.map(Number).reduce((product, extent) => product * extent, 1);
    this.#elements = bytes.subarray(begin);
    if (this.#elements.length !== this.#length * Number(size)) {
      this.#fail("count", `its elements must take ${this.#length} × ${size} bytes`);
    }
  }

  /** A word: an array of bytes, or of UTF-32 as NumPy writes str. */
  word(): string {
    if (this.#type.startsWith("S") && this.#length === 1) {
      return new TextDecoder().decode(this.#elements).replace(/\0+$/, "");
    }
    if (this.#type.startsWith("U") && this.#length === 1) {
      return String.fromCharCode(...this.#elements.filter((_, i) => i % 4 === 0))
        .replace(/\0+$/, "");
    }
    return this.#fail("unsupported", "it must hold one word");
  }

  /** Numbers that u32 holds. */
  indices(): Uint32Array<ArrayBuffer> {
    return Uint32Array.from(this.#numbers(), (number) => {
      if (Number.isInteger(number) && number >= 0 && number <= U32_MAX) return number;
      return this.#fail("range", `its numbers must be whole, from 0 to ${U32_MAX}`, number);
    });
  }

  /** One number that u32 holds. */
  index(): number {
    const [index, ...more] = this.indices();
    return index === undefined || more.length > 0
      ? this.#fail("count", "it must hold one number")
      : index;
  }

  /** Numbers, rounded to f32; those that are finite stay so. */
  values(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.#numbers(), (number) => {
      if (Number.isFinite(number) && !Number.isFinite(Math.fround(number))) {
        return this.#fail("number", "its numbers must fit f32", number);
      }
      return number;
    });
  }

  *#numbers(): Generator<number, void, undefined> {
    const read = READ[this.#type];
    if (read === undefined) {
      return this.#fail("unsupported", `its type must be one of ${Object.keys(READ).join(", ")}`);
    }
    const { buffer, byteOffset, byteLength } = this.#elements;
    const view = new DataView(buffer, byteOffset, byteLength);
    const size = Number(this.#type[1]);
    for (let i = 0; i < this.#length; i++) yield read(view, i * size);
  }

  #fail(fault: ParseFault, expected: string, received?: number): never {
    const reason = `the member ${this.name} is not as it should be`;
    throw new ParseError(
      { file: this.file },
      { fault, reason, expected, ...(received !== undefined && { received }) },
    );
  }
}
