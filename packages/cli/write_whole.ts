/** Writes a file that appears whole or not at all; folders on the way are made. */
export async function writeWhole(
  path: string,
  content: string | Uint8Array | ReadableStream<Uint8Array>,
): Promise<void> {
  const slash = path.lastIndexOf("/");
  if (slash > 0) await Deno.mkdir(path.slice(0, slash), { recursive: true });
  const partial = `${path}.${crypto.randomUUID()}.partial`;
  try {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(partial, bytes, { createNew: true });
    await Deno.rename(partial, path);
  } catch (error) {
    await Deno.remove(partial).catch(() => {});
    throw error;
  }
}
