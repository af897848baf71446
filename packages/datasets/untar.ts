import { DatasetError } from "./errors.ts";
import { isSafePath } from "./manifest.ts";

const BLOCK = 512;
/** Fields of a header of POSIX.1-1988 (ustar): where they begin and end. */
const NAME = [0, 100] as const;
const SIZE = [124, 136] as const;
const CHECKSUM = [148, 156] as const;
const TYPE = 156;
const PREFIX = [345, 500] as const;

/**
 * Unpacks the ordinary files of a tar archive below a folder. Links and devices are left out; a
 * name that would lead out of the folder is refused.
 *
 * @param archive The archive, expanded.
 * @param folder Where the files go.
 * @param strip How many leading folders of each name are dropped.
 * @throws {DatasetError} If the archive is damaged, cut short, or names a place elsewhere.
 */
export async function untar(
  archive: ReadableStream<Uint8Array>,
  folder: string,
  strip: number,
): Promise<void> {
  await using blocks = new Blocks(archive);
  let longName: string | undefined;
  for (;;) {
    const header = await blocks.take(BLOCK, true);
    if (header === undefined || header.every((byte) => byte === 0)) return await blocks.drain();
    checkHeader(header);
    const size = numberIn(header, SIZE);
    const type = String.fromCharCode(header[TYPE]);
    const padded = Math.ceil(size / BLOCK) * BLOCK;
    if (type === "L" || type === "x") {
      const body = textOf(await blocks.take(padded) ?? header).slice(0, size);
      longName = type === "L" ? body.split("\0")[0] : paxPath(body) ?? longName;
      continue;
    }
    const name = longName ?? nameOf(header);
    longName = undefined;
    const path = name.split("/").slice(strip).join("/");
    if (!["0", "\0"].includes(type) || path === "") {
      for await (const _ of blocks.pieces(padded));
      continue;
    }
    if (!isSafePath(path)) refuse("names must stay below the folder", name);
    const target = `${folder}/${path}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
    using file = await Deno.open(target, { write: true, createNew: true });
    let left = size;
    for await (const piece of blocks.pieces(padded)) {
      await writeAll(file, piece.subarray(0, left));
      left = Math.max(0, left - piece.length);
    }
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}

/** Hands a stream out in pieces of the lengths that are asked for. */
class Blocks implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** Exactly so many bytes, which should be few; undefined at the end, where that may be. */
  async take(count: number, mayEnd = false): Promise<Uint8Array | undefined> {
    const bytes = new Uint8Array(count);
    let filled = 0;
    for await (const piece of this.pieces(count, mayEnd)) {
      bytes.set(piece, filled);
      filled += piece.length;
    }
    return filled === count ? bytes : undefined;
  }

  /** So many bytes as they come. */
  async *pieces(count: number, mayEnd = false): AsyncGenerator<Uint8Array, void, void> {
    for (let left = count; left > 0;) {
      while (this.#rest.length === 0) {
        const { done, value } = await this.#reader.read();
        if (done && mayEnd && left === count) return;
        if (done) refuse("it must end with whole files", "an archive that is cut short");
        this.#rest = value;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Reads what is left, so that damage at the end is found. */
  async drain(): Promise<void> {
    while (!(await this.#reader.read()).done);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }
}

/** The sum of a header's bytes, those of the sum itself counted as blanks. */
function checkHeader(header: Uint8Array): void {
  const [begin, end] = CHECKSUM;
  const sum = header.reduce((s, byte, at) => s + (at >= begin && at < end ? 32 : byte), 0);
  if (sum !== numberIn(header, CHECKSUM)) refuse("headers must have their checksums", `${sum}`);
}

function nameOf(header: Uint8Array): string {
  const isUstar = textOf(header.subarray(257, 262)) === "ustar";
  const prefix = isUstar ? fieldOf(header, PREFIX) : "";
  return prefix === "" ? fieldOf(header, NAME) : `${prefix}/${fieldOf(header, NAME)}`;
}

function numberIn(header: Uint8Array, [begin, end]: readonly [number, number]): number {
  if ((header[begin] & 0x80) !== 0) { // GNU: too large for octal digits
    return header.subarray(begin + 1, end).reduce((value, byte) => value * 256 + byte, 0);
  }
  return Number.parseInt(fieldOf(header, [begin, end]).trim() || "0", 8);
}

function fieldOf(header: Uint8Array, [begin, end]: readonly [number, number]): string {
  return textOf(header.subarray(begin, end)).split("\0")[0];
}

/** Records of POSIX.1-2001 read `<length> <key>=<value>\n`. */
function paxPath(body: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(body)?.[1];
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function refuse(rule: string, received: string): never {
  throw new DatasetError(`Cannot unpack the archive: ${rule}: received ${received}`);
}
