import { ParseError } from "./parse_error.ts";

/** What a reader reads: bytes in memory, or a stream of them; plain, or gzip (told by its first bytes). */
export type ByteSource = Uint8Array | ReadableStream<Uint8Array>;

// A decompressor may answer one piece with all it expands to, up to 1032 times its size.
// Small pieces keep what a hostile file can make it hold at once below 9 MB.
const COMPRESSED_PIECE = 8192;

/**
 * The bytes of a source in pieces, expanded if they are gzip. Whoever stops early cancels the
 * source.
 *
 * @throws {ParseError} If the gzip data is damaged or cut short.
 */
export async function* expandedBytes(source: ByteSource, file: string): AsyncGenerator<Uint8Array> {
  const pieces = source instanceof Uint8Array ? [source].values() : source.values();
  const head = await leadingBytes(pieces);
  const all = joined(head, pieces);
  if (head[0] === 0x1f && head[1] === 0x8b) yield* expanded(all, file);
  else yield* all;
}

/** Stops reading, and cancels the source unless it has ended. */
export async function letGo(pieces: AsyncGenerator<Uint8Array>): Promise<void> {
  try {
    await pieces.return(undefined);
  } catch {
    // A source that fails while it is let go has nothing to add to why it was.
  }
}

type Pieces = AsyncIterator<Uint8Array> | Iterator<Uint8Array>;

async function leadingBytes(pieces: Pieces): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const { done, value } = await pieces.next();
    if (done === true) break;
    // Copying a large source to look at two bytes of it would double what it takes.
    head = head.length === 0 ? value : appended(head, value);
  }
  return head;
}

function appended(head: Uint8Array, rest: Uint8Array): Uint8Array {
  const both = new Uint8Array(head.length + rest.length);
  both.set(head);
  both.set(rest, head.length);
  return both;
}

async function* joined(head: Uint8Array, rest: Pieces): AsyncGenerator<Uint8Array> {
  try {
    yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}

async function* expanded(
  compressed: AsyncGenerator<Uint8Array>,
  file: string,
): AsyncGenerator<Uint8Array> {
  let ended = false;
  const pieces = ReadableStream.from(smallPieces(compressed, () => ended = true));
  try {
    yield* pieces.pipeThrough(new DecompressionStream("gzip"));
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    const finding = ended
      ? { fault: "truncated", reason: "the gzip data is cut short or fails its checksum" } as const
      : { fault: "encoding", reason: "the gzip data is damaged" } as const;
    const expected = "it must be one whole gzip member, as gzip writes it";
    throw new ParseError({ file }, { ...finding, expected }, { cause });
  }
}

async function* smallPieces(
  compressed: AsyncGenerator<Uint8Array>,
  onEnd: () => void,
): AsyncGenerator<BufferSource> {
  for await (const bytes of compressed) {
    for (let start = 0; start < bytes.length; start += COMPRESSED_PIECE) {
      yield bytes.slice(start, start + COMPRESSED_PIECE);
    }
  }
  onEnd();
}
