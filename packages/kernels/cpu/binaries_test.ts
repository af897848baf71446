import assert from "node:assert/strict";
import { compileAssemblyScript } from "@spmm/wasm/compile";

for (const name of ["row_split", "csb"]) {
  for (const relaxed of [false, true]) {
    const kind = relaxed ? ".relaxed" : "";
    Deno.test(`the committed binaries of ${name}${kind} are what their source compiles to`, async () => {
      const url = (suffix: string) => new URL(`./${name}${suffix}`, import.meta.url);
      const source = await Deno.readTextFile(url(".as.ts"));
      const { shared, single } = await compileAssemblyScript(source, url(".as.ts"), relaxed);
      assert.deepEqual(await Deno.readFile(url(`${kind}.shared.wasm`)), shared);
      assert.deepEqual(await Deno.readFile(url(`${kind}.wasm`)), single);
    });
  }

  Deno.test(`${name} holds no data of its own, so that addresses are the allocator's alone`, async () => {
    for (const suffix of [".shared.wasm", ".wasm", ".relaxed.shared.wasm", ".relaxed.wasm"]) {
      const binary = await Deno.readFile(new URL(`./${name}${suffix}`, import.meta.url));
      assert.deepEqual(sections(binary).filter((id) => id === DATA || id === START), []);
    }
  });
}

const START = 8;
const DATA = 11;

/** The ids of a WASM binary's sections, each followed by its length as LEB128. */
function sections(binary: Uint8Array): number[] {
  const ids: number[] = [];
  for (let at = 8; at < binary.length;) {
    ids.push(binary[at++]);
    let length = 0;
    for (let shift = 0;; shift += 7) {
      const byte = binary[at++];
      length |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += length;
  }
  return ids;
}
