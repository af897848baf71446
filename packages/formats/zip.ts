import { crc32 } from "./crc32.ts";
import { FormatError } from "./errors.ts";
import { ParseError, type ParseFinding } from "./parse_error.ts";

/** A file in an archive. */
export interface ZipMember {
  readonly name: string;
  /** Its content, in pieces that follow each other. */
  readonly pieces: readonly Uint8Array<ArrayBuffer>[];
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_BYTES = 30;
const CENTRAL_BYTES = 46;
const END_BYTES = 22;
/** The format's own date for "none": 1980-01-01, so that equal content makes equal bytes. */
const DATE = 0x21;
const MOST = 0xffff_ffff;

/**
 * An archive that stores its members as they are (PKWARE's APPNOTE, without its 64-bit extension).
 *
 * @throws {FormatError} If it would take 4 GiB or more.
 */
export function* zipPieces(members: readonly ZipMember[]): Generator<Uint8Array<ArrayBuffer>> {
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const { name, pieces } of members) {
    const label = new TextEncoder().encode(name);
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    if (offset + size + LOCAL_BYTES + label.length > MOST) throw tooLarge(offset + size);
    const sum = pieces.reduce((crc, piece) => crc32(piece, crc), 0);
    directory.push(centralHeader(sum, size, offset, label), label);
    yield localHeader(sum, size, label);
    yield label;
    yield* pieces;
    offset += LOCAL_BYTES + label.length + size;
  }
  yield* directory;
  const bytes = directory.reduce((sum, piece) => sum + piece.length, 0);
  yield endRecord(members.length, bytes, offset);
}

function localHeader(sum: number, size: number, name: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(LOCAL_BYTES));
  header.setUint32(0, LOCAL, true);
  header.setUint16(4, 20, true);
  common(header, 10, sum, size, name);
  return new Uint8Array(header.buffer);
}

function centralHeader(
  sum: number,
  size: number,
  offset: number,
  name: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(CENTRAL_BYTES));
  header.setUint32(0, CENTRAL, true);
  header.setUint16(4, 20, true);
  header.setUint16(6, 20, true);
  common(header, 12, sum, size, name);
  header.setUint32(42, offset, true);
  return new Uint8Array(header.buffer);
}

/** What both headers of a member say: date, checksum, size twice (stored as it is), name. */
function common(header: DataView, at: number, sum: number, size: number, name: Uint8Array): void {
  header.setUint16(at + 2, DATE, true);
  header.setUint32(at + 4, sum, true);
  header.setUint32(at + 8, size, true);
  header.setUint32(at + 12, size, true);
  header.setUint16(at + 16, name.length, true);
}

function endRecord(members: number, bytes: number, offset: number): Uint8Array<ArrayBuffer> {
  const record = new DataView(new ArrayBuffer(END_BYTES));
  record.setUint32(0, END, true);
  record.setUint16(8, members, true);
  record.setUint16(10, members, true);
  record.setUint32(12, bytes, true);
  record.setUint32(16, offset, true);
  return new Uint8Array(record.buffer);
}

function tooLarge(bytes: number): FormatError {
  const rule = "an archive takes less than 4 GiB";
  return new FormatError("zip", "length", `Cannot write an archive: ${rule}: received ${bytes}`);
}

/**
 * The members of an archive by name, stored or deflated.
 *
 * @param bytes The archive.
 * @param file Its name, for errors.
 * @param most Bytes that all members together may expand to.
 * @throws {ParseError} If it is damaged, or too large.
 */
export async function unzip(
  bytes: Uint8Array<ArrayBuffer>,
  file: string,
  most: number,
): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const archive = new Archive(bytes, file);
  const members = new Map<string, Uint8Array<ArrayBuffer>>();
  let left = most;
  for (const entry of archive.entries()) {
    left -= entry.size;
    if (left < 0) {
      const expected = `members may take ${most} bytes`;
      archive.fail(
        { fault: "size", reason: "the archive expands to too much", expected },
        entry.at,
      );
    }
    members.set(entry.name, await archive.content(entry));
  }
  return members;
}

interface Entry {
  /** Where the directory tells of it. */
  readonly at: number;
  readonly name: string;
  readonly method: number;
  readonly sum: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

class Archive {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;

  constructor(bytes: Uint8Array<ArrayBuffer>, readonly file: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(finding: ParseFinding, byte: number): never {
    throw new ParseError({ file: this.file, byte }, finding);
  }

  /** The directory's entries, found from the record at the end. */
  *entries(): Generator<Entry> {
    const end = this.#endRecord();
    const count = this.#view.getUint16(end + 10, true);
    let at = this.#view.getUint32(end + 16, true);
    for (let i = 0; i < count; i++) {
      this.#expect(at, CENTRAL_BYTES, CENTRAL, "an entry of the directory");
      const field = (offset: number) => this.#view.getUint32(at + offset, true);
      const short = (offset: number) => this.#view.getUint16(at + offset, true);
      const [nameLength, extra, comment] = [short(28), short(30), short(32)];
      const name = this.#bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameLength);
      yield {
        at,
        name: new TextDecoder().decode(name),
        method: short(10),
        sum: field(16),
        packed: field(20),
        size: field(24),
        offset: field(42),
      };
      at += CENTRAL_BYTES + nameLength + extra + comment;
    }
  }

  async content(entry: Entry): Promise<Uint8Array<ArrayBuffer>> {
    const { at, method, sum, packed, size, offset, name } = entry;
    this.#expect(offset, LOCAL_BYTES, LOCAL, `the header of ${name}`);
    const names = this.#view.getUint16(offset + 26, true);
    const begin = offset + LOCAL_BYTES + names + this.#view.getUint16(offset + 28, true);
    if (begin + packed > this.#bytes.length) {
      const expected = `${name} takes ${packed} bytes`;
      this.fail(
        { fault: "truncated", reason: "the archive ends within a member", expected },
        begin,
      );
    }
    const content = await this.#unpacked(
      this.#bytes.subarray(begin, begin + packed),
      method,
      size,
      at,
    );
    if (content.length !== size || crc32(content) !== sum) {
      const expected = "size and checksum must be those that the directory tells";
      this.fail({ fault: "encoding", reason: `${name} is damaged`, expected }, begin);
    }
    return content;
  }

  async #unpacked(
    packed: Uint8Array<ArrayBuffer>,
    method: number,
    size: number,
    at: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    if (method === 0) return packed;
    if (method !== 8) {
      const expected = "members must be stored or deflated";
      const reason = "a member is compressed in another way";
      this.fail({ fault: "unsupported", reason, expected, received: method }, at);
    }
    try {
      return await inflated(packed, size);
    } catch (cause) {
      const expected = `it must expand to ${size} bytes`;
      const reason = "the compressed data of a member is damaged";
      const finding = { fault: "encoding", reason, expected } as const;
      throw new ParseError({ file: this.file, byte: at }, finding, { cause });
    }
  }

  /** Where the record at the end begins; a comment of up to 64 KiB may follow it. */
  #endRecord(): number {
    const last = this.#bytes.length - END_BYTES;
    for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
      if (this.#view.getUint32(at, true) === END) return at;
    }
    const expected = "a ZIP archive ends with a record of its directory";
    return this.fail(
      { fault: "header", reason: "this is no .npz file", expected },
      Math.max(0, last),
    );
  }

  #expect(at: number, bytes: number, signature: number, what: string): void {
    if (at + bytes <= this.#bytes.length && this.#view.getUint32(at, true) === signature) return;
    const expected = `${what} must be where the archive says`;
    this.fail({ fault: "header", reason: "the archive is damaged", expected }, at);
  }
}

/** What deflated bytes expand to, as far as one byte beyond the size that they should have. */
async function inflated(
  packed: Uint8Array<ArrayBuffer>,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const room = new Uint8Array(size + 1);
  const pieces = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  let at = 0;
  for await (const piece of pieces) {
    room.set(piece.subarray(0, room.length - at), at);
    at = Math.min(room.length, at + piece.length);
    if (at > size) break;
  }
  return room.subarray(0, at);
}
