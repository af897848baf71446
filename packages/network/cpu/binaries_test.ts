import { compileAssemblyScript } from "@spmm/wasm/compile";
import assert from "node:assert/strict";

Deno.test("the committed binaries are what the sources compile to", async () => {
  const url = (suffix: string) => new URL(`./cascade${suffix}`, import.meta.url);
  const source = await Deno.readTextFile(url(".as.ts"));
  const { shared, single } = await compileAssemblyScript(source, url(".as.ts"));
  assert.deepEqual(await Deno.readFile(url(".shared.wasm")), shared);
  assert.deepEqual(await Deno.readFile(url(".wasm")), single);
});
