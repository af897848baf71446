import { DatasetError } from "./errors.ts";

const GZIP = [0x1f, 0x8b] as const;

/**
 * The bytes of a file, expanded if they are gzip; `path` itself or, if that is not there, with
 * `.gz` behind.
 *
 * @throws {DatasetError} If there is neither, or the gzip data is damaged.
 */
export async function expandedFile(path: string, what: string): Promise<Uint8Array> {
  const found = await plainOrGzip(path);
  if (found === undefined) {
    throw new DatasetError(`Cannot read ${what}: the file must exist: received ${path}`);
  }
  const bytes = await Deno.readFile(found);
  if (!GZIP.every((byte, at) => bytes[at] === byte)) return bytes;
  const plain = ReadableStream.from([bytes]).pipeThrough(new DecompressionStream("gzip"));
  try {
    return await new Response(plain).bytes();
  } catch (cause) {
    const message = `Cannot read ${found}: it must be one whole gzip member: received damaged data`;
    throw new DatasetError(message, { cause });
  }
}

/** The path of a file, or of the same with `.gz` behind, or none where neither is there. */
export async function plainOrGzip(path: string): Promise<string | undefined> {
  for (const candidate of [path, `${path}.gz`]) if (await isFile(candidate)) return candidate;
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
