import type { ByteReader } from "./byte_reader.ts";

/** What the header of an .npy file says. */
export interface NpyHeader {
  readonly type: NpyType;
  readonly fortranOrder: boolean;
  readonly rows: number;
  readonly cols: number;
}

/** Element types that are read, as NumPy writes them, without byte order. */
export type NpyType =
  | "f2"
  | "f4"
  | "f8"
  | "i1"
  | "i2"
  | "i4"
  | "i8"
  | "u1"
  | "u2"
  | "u4"
  | "u8"
  | "b1";

const TYPES: readonly NpyType[] = [
  ..."f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1".split(" ") as NpyType[],
];
const MAGIC = [0x93, ...new TextEncoder().encode("NUMPY")];
const LONGEST_HEADER = 1 << 16;
const DICTIONARY =
  /^\{(?=.*'descr': *'([^']*)')(?=.*'fortran_order': *(True|False))(?=.*'shape': *\(([\d, ]*)\)).*\}\s*$/s;

/** Reads magic, version and dictionary, up to the first element. */
export async function readNpyHeader(reader: ByteReader): Promise<NpyHeader> {
  const start = await reader.take(8, "the magic and version");
  if (MAGIC.some((byte, i) => start[i] !== byte)) {
    const expected = 'it must begin with 0x93 "NUMPY"';
    reader.fail({ fault: "header", reason: "this is no .npy file", expected }, 0);
  }
  const version = start[6];
  if (version < 1 || version > 3) {
    const expected = "the version must be 1, 2 or 3";
    reader.fail({
      fault: "unsupported",
      reason: "the version is unknown",
      expected,
      received: version,
    }, 6);
  }
  const lengthBytes = await reader.take(version === 1 ? 2 : 4, "the length of the header");
  const length = lengthBytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
  if (length > LONGEST_HEADER) {
    const expected = `at most ${LONGEST_HEADER} bytes are read`;
    reader.fail({ fault: "size", reason: "the header is too long", expected, received: length }, 8);
  }
  const text = new TextDecoder().decode(await reader.take(length, "the header"));
  const [, descr, order, shape] = DICTIONARY.exec(text) ?? [];
  if (descr === undefined || shape === undefined) {
    const expected = "it must be a dictionary of 'descr', 'fortran_order' and 'shape'";
    const received = JSON.stringify(text.trim().slice(0, 80));
    return reader.fail(
      { fault: "header", reason: "the header is malformed", expected, received },
      8,
    );
  }
  const extents = readShape(reader, shape);
  return { type: readType(reader, descr), fortranOrder: order === "True", ...extents };
}

function readType(reader: ByteReader, descr: string): NpyType {
  const order = descr[0];
  const found = TYPES.find((type) => type === descr.slice(1));
  const isSingleByte = found !== undefined && found.endsWith("1");
  if (found !== undefined && (order === "<" || (order === "|" && isSingleByte))) return found;
  const expected = `elements must be little-endian, of the types ${TYPES.join(", ")}`;
  const reason = "elements of this type are not read";
  return reader.fail({ fault: "unsupported", reason, expected, received: `'${descr}'` }, 8);
}

function readShape(reader: ByteReader, shape: string): { rows: number; cols: number } {
  const extents = shape.split(",").map((extent) => extent.trim()).filter((extent) => extent !== "");
  const [rows, cols = 1] = extents.map(Number);
  if (extents.length < 1 || extents.length > 2 || !Number.isSafeInteger(rows * cols)) {
    const expected = "the shape must be that of a vector or a matrix";
    const reason = "arrays of this shape are not read";
    reader.fail({ fault: "unsupported", reason, expected, received: `(${shape})` }, 8);
  }
  return { rows, cols };
}
