import { crc32 } from "node:zlib";
import { SharedFileError } from "../errors.ts";
import type { SharedArray, SharedArrays, SharedSource } from "./shared_arrays.ts";

const MAGIC = "SPMMSHR1";
const HEADER_BYTES = 32;
const ALIGNMENT = 64;
/** Checksums and reads go by pieces, since neither takes arrays over 2 GiB at once. */
const PIECE = 64 * 2 ** 20;

const TYPES = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  f32: Float32Array,
} as const;

type TypeName = keyof typeof TYPES;

interface IndexEntry {
  readonly name: string;
  readonly type: TypeName;
  readonly offset: number;
  readonly length: number;
  readonly crc: number;
}

interface Index {
  readonly about: unknown;
  readonly arrays: readonly IndexEntry[];
}

/**
 * Writes arrays to a file that the workers of a machine read, best in `/dev/shm`: weights come from
 * the disk, or are made, once for all of them.
 *
 * ```text
 *   0  "SPMMSHR1" │ offset of index, u64 │ bytes of index, u32 │ its CRC-32, u32 │ zeros
 *  32  array 0, array 1, …   as they lie in memory, each from a multiple of 64
 *      index                 JSON: about, and name, type, offset, length, CRC-32 of each array
 * ```
 *
 * The header is written last, so that a file whose writer died is recognised as unfinished. Numbers
 * have the machine's byte order: the file does not leave its machine but through MPI, to machines
 * alike. O(bytes); holds one array at a time.
 *
 * @param path Where to; what is there is overwritten.
 * @param shared The arrays.
 * @returns Bytes of the file.
 *
 * @example Through a file and back
 * ```ts
 * import { openSharedFile, writeSharedFile } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * const path = await Deno.makeTempFile();
 * const array = new Float32Array([0.5, -2]);
 * await writeSharedFile(path, { about: { layers: 1 }, arrays: [{ name: "weights", array }] });
 * using file = await openSharedFile(path);
 * assert.deepEqual(await file.read("weights"), array);
 * await Deno.remove(path);
 * ```
 */
export async function writeSharedFile(path: string, shared: SharedArrays): Promise<number> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  await writeAll(file, new Uint8Array(HEADER_BYTES));
  const arrays: IndexEntry[] = [];
  let at = HEADER_BYTES;
  for await (const { name, array } of shared.arrays) {
    const offset = Math.ceil(at / ALIGNMENT) * ALIGNMENT;
    await writeAll(file, new Uint8Array(offset - at));
    const bytes = bytesOf(array);
    await writeAll(file, bytes);
    arrays.push({ name, type: typeOf(array), offset, length: array.length, crc: checksum(bytes) });
    at = offset + bytes.byteLength;
  }
  const index = new TextEncoder().encode(JSON.stringify({ about: shared.about, arrays }));
  await writeAll(file, index);
  await file.seek(0, Deno.SeekMode.Start);
  await writeAll(file, header(at, index));
  return at + index.byteLength;
}

/** A file of shared arrays; closed when it is disposed of. */
export interface OpenSharedFile extends SharedSource, Disposable {}

/** Arrays of a file, read when they are asked for. */
class SharedFile implements OpenSharedFile {
  readonly about: unknown;
  readonly #path: string;
  readonly #file: Deno.FsFile;
  readonly #entries: ReadonlyMap<string, IndexEntry>;

  constructor(path: string, file: Deno.FsFile, { about, arrays }: Index) {
    this.about = about;
    this.#path = path;
    this.#file = file;
    this.#entries = new Map(arrays.map((entry) => [entry.name, entry]));
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  async read(name: string): Promise<SharedArray> {
    const entry = this.#entries.get(name);
    if (entry === undefined) {
      throw new SharedFileError(
        `Cannot read from ${this.#path}: it has no such array: received ${name}`,
      );
    }
    const array = new TYPES[entry.type](entry.length);
    const bytes = bytesOf(array);
    await readAll(this.#path, this.#file, entry.offset, bytes);
    if (checksum(bytes) === entry.crc) return array;
    throw new SharedFileError(
      `Cannot read ${name} from ${this.#path}: its checksum must be ${entry.crc}: ` +
        `received ${checksum(bytes)}`,
    );
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/**
 * Opens a file of shared arrays.
 *
 * @param path Where {@linkcode writeSharedFile} wrote it.
 * @throws {SharedFileError} If it is absent, unfinished, of another kind or damaged.
 *
 * @example A file of another kind
 * ```ts
 * import { openSharedFile, SharedFileError } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(openSharedFile("deno.json"), SharedFileError);
 * ```
 */
export async function openSharedFile(path: string): Promise<OpenSharedFile> {
  const file = await Deno.open(path).catch((error: unknown) => {
    throw new SharedFileError(`Cannot open shared arrays ${path}: received ${String(error)}`, {
      cause: error,
    });
  });
  try {
    return new SharedFile(path, file, await readIndex(path, file));
  } catch (error) {
    file.close();
    throw error;
  }
}

async function readIndex(path: string, file: Deno.FsFile): Promise<Index> {
  const head = new Uint8Array(HEADER_BYTES);
  await readAll(path, file, 0, head);
  const magic = new TextDecoder().decode(head.subarray(0, MAGIC.length));
  if (magic !== MAGIC) {
    const unfinished = head.every((byte) => byte === 0);
    throw new SharedFileError(
      `Cannot read ${path}: it must begin with ${MAGIC}: received ` +
        (unfinished ? "zeros, as in a file whose writer has not finished" : JSON.stringify(magic)),
    );
  }
  const view = new DataView(head.buffer);
  const offset = view.getBigUint64(8, true);
  const length = view.getUint32(16, true);
  const { size } = await file.stat();
  if (offset + BigInt(length) > BigInt(size)) {
    throw new SharedFileError(
      `Cannot read ${path}: it must have ${offset + BigInt(length)} bytes: received ${size}`,
    );
  }
  const bytes = new Uint8Array(length);
  await readAll(path, file, Number(offset), bytes);
  if (checksum(bytes) !== view.getUint32(20, true)) {
    throw new SharedFileError(
      `Cannot read ${path}: its index must have checksum ${view.getUint32(20, true)}: ` +
        `received ${checksum(bytes)}`,
    );
  }
  return JSON.parse(new TextDecoder().decode(bytes)) as Index;
}

function header(indexOffset: number, index: Uint8Array): Uint8Array {
  const head = new Uint8Array(HEADER_BYTES);
  head.set(new TextEncoder().encode(MAGIC));
  const view = new DataView(head.buffer);
  view.setBigUint64(8, BigInt(indexOffset), true);
  view.setUint32(16, index.byteLength, true);
  view.setUint32(20, checksum(index), true);
  return head;
}

async function readAll(
  path: string,
  file: Deno.FsFile,
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  await file.seek(offset, Deno.SeekMode.Start);
  for (let at = 0; at < bytes.length;) {
    const count = await file.read(bytes.subarray(at, at + PIECE));
    if (count === null) {
      throw new SharedFileError(
        `Cannot read ${path}: it must have ${offset + bytes.length} bytes: ` +
          `received ${offset + at}`,
      );
    }
    at += count;
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at, at + PIECE));
}

function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += PIECE) sum = crc32(bytes.subarray(at, at + PIECE), sum);
  return sum;
}

function typeOf(array: SharedArray): TypeName {
  if (array instanceof Uint8Array) return "u8";
  if (array instanceof Uint16Array) return "u16";
  return array instanceof Uint32Array ? "u32" : "f32";
}

function bytesOf(array: SharedArray): Uint8Array<ArrayBufferLike> {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
