import { SCHEMA_VERSION } from "./store_schema.ts";

/**
 * What tells results of one state of an experiment's sources from those of another: SHA-256 over its
 * folder's TypeScript files but for tests, and the version of the store.
 *
 * @param folder The experiment's folder.
 * @returns 64 hexadecimal digits.
 *
 * @example Two states of a source
 * ```ts
 * import { sourceHash } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/experiment.ts`, "export const n = 64;");
 * const before = await sourceHash(folder);
 * await Deno.writeTextFile(`${folder}/experiment_test.ts`, "// a test changes nothing");
 * assert.equal(await sourceHash(folder), before);
 * await Deno.writeTextFile(`${folder}/experiment.ts`, "export const n = 65;");
 * assert.notEqual(await sourceHash(folder), before);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function sourceHash(folder: string | URL): Promise<string> {
  const root = folder instanceof URL ? folder.pathname.replace(/\/$/, "") : folder;
  const parts = [`schema ${SCHEMA_VERSION}`];
  for (const path of await sourcesIn(root)) {
    const text = await Deno.readTextFile(path);
    parts.push(`${path.slice(root.length)} ${text.length}\n${text}`);
  }
  const bytes = new TextEncoder().encode(parts.join("\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

async function sourcesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await sourcesIn(path));
    else if (/(?<!_test)\.ts$/.test(name)) found.push(path);
  }
  return found.sort();
}
