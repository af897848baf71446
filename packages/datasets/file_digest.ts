import { createHash } from "node:crypto";
import type { DataFile } from "./manifest.ts";

/** What is in a file, expanded if it is gzip; or why it cannot be read to its end. */
export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
  /** Why the gzip data cannot be expanded. */
  readonly damage?: string;
}

/** The length and the checksum of what is in a file, expanded if it is gzip; it is not held. */
export async function digestOf(path: string): Promise<FileDigest> {
  const hash = createHash("sha256");
  let bytes = 0;
  let damage: string | undefined;
  try {
    for await (const piece of await expandedStream(path)) {
      hash.update(piece);
      bytes += piece.length;
    }
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    damage = "the gzip data is damaged or cut short";
  }
  return { bytes, sha256: hash.digest("hex"), ...(damage !== undefined && { damage }) };
}

/** The bytes of a file, expanded if they are gzip. */
export async function expandedStream(path: string): Promise<ReadableStream<Uint8Array>> {
  const head = new Uint8Array(2);
  using file = await Deno.open(path);
  await file.read(head);
  const { readable } = await Deno.open(path);
  return head[0] === 0x1f && head[1] === 0x8b
    ? readable.pipeThrough(new DecompressionStream("gzip"))
    : readable;
}

/** What is wrong with what was found, if anything can be told. */
export function faultOf(file: DataFile, found: FileDigest): string | undefined {
  if (found.damage !== undefined) return found.damage;
  if (file.bytes !== undefined && found.bytes !== file.bytes) {
    return `it must have ${file.bytes} bytes: received ${found.bytes}`;
  }
  if (file.sha256 !== undefined && found.sha256 !== file.sha256) {
    return `its SHA-256 must be ${file.sha256}: received ${found.sha256}`;
  }
  return undefined;
}
