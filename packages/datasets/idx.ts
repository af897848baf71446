import { DatasetError } from "./errors.ts";
import { expandedFile } from "./expanded_file.ts";

/** An IDX file of unsigned bytes: the format of MNIST. */
export interface Idx {
  /** How long each axis is, the outermost first. */
  readonly shape: readonly number[];
  /** The elements, the innermost axis first. */
  readonly data: Uint8Array;
}

const UNSIGNED_BYTES = 0x08;
const HEADER = 4;

/**
 * Reads an IDX file: two zero bytes, the type of the elements, the number of axes, their lengths as
 * big-endian 32-bit numbers, the elements. Plain or gzip.
 *
 * @throws {DatasetError} If the file is missing, damaged or not of bytes with `axes` axes; the
 * message names the file and the byte.
 */
export async function readIdx(path: string, axes: number): Promise<Idx> {
  const bytes = await expandedFile(path, "an IDX file");
  const refuse = (at: number, rule: string, received: string | number): DatasetError =>
    new DatasetError(`Cannot read ${path} at byte ${at}: ${rule}: received ${received}`);
  const length = HEADER + 4 * axes;
  if (bytes.length < length) {
    throw refuse(bytes.length, `the header takes ${length} bytes`, "the end of the file");
  }
  const [zero, also, type, found] = bytes;
  if (zero !== 0 || also !== 0) throw refuse(0, "an IDX file begins with two zeros", zero || also);
  if (type !== UNSIGNED_BYTES) throw refuse(2, "the elements must be unsigned bytes, 8", type);
  if (found !== axes) throw refuse(3, `there must be ${axes} axes`, found);
  const header = new DataView(bytes.buffer, bytes.byteOffset, length);
  const shape = Array.from({ length: axes }, (_, axis) => header.getUint32(HEADER + 4 * axis));
  const expected = shape.reduce((count, extent) => count * extent, 1);
  const data = bytes.subarray(length);
  if (data.length === expected) return { shape, data };
  const end = length + Math.min(expected, data.length);
  const rule = `${shape.join(" x ")} elements must follow the header`;
  throw refuse(end, rule, `${data.length} of ${expected}`);
}
