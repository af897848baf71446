/** A tar archive of some files, gzip, as a publisher would pack them. */
export async function tarGzip(
  files: Readonly<Record<string, string>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = Object.entries(files).flatMap(([name, text]) => entry(name, text, "0"));
  return await gzip(await joined([...parts, new Uint8Array(1024)]));
}

/** An entry of a tar archive, padded to whole blocks. */
export function entry(name: string, text: string, type: string): Uint8Array<ArrayBuffer>[] {
  const body = new TextEncoder().encode(text);
  const header = new Uint8Array(512);
  const put = (at: number, field: string) => header.set(new TextEncoder().encode(field), at);
  put(0, name);
  put(100, "0000644\0");
  put(124, `${body.length.toString(8).padStart(11, "0")}\0`);
  put(148, " ".repeat(8));
  put(156, type);
  put(257, "ustar\0" + "00");
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  const padded = new Uint8Array(Math.ceil(body.length / 512) * 512);
  padded.set(body);
  return [header, padded];
}

/** Bytes one after another. */
export async function joined(parts: readonly BlobPart[]): Promise<Uint8Array<ArrayBuffer>> {
  return await new Blob([...parts]).bytes();
}

/** Bytes compressed. */
export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const zipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return await new Response(zipped).bytes();
}
