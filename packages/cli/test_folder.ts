import assert from "node:assert/strict";

/** Runs a test in a folder of its own, in which no half-written file may stay. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
    const left = Array.from(Deno.readDirSync(folder), ({ name }) => name);
    assert.deepEqual(left.filter((name) => name.endsWith(".partial")), []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
