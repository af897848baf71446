import assert from "node:assert/strict";
import { compileAssemblyScript } from "./compile.ts";
import { CompileError } from "./errors.ts";

Deno.test("the committed binaries are what their source compiles to", async () => {
  const source = await Deno.readTextFile(new URL("./peaks.as.ts", import.meta.url));
  const { shared, single } = await compileAssemblyScript(source);
  assert.deepEqual(await Deno.readFile(new URL("./peaks.shared.wasm", import.meta.url)), shared);
  assert.deepEqual(await Deno.readFile(new URL("./peaks.wasm", import.meta.url)), single);
});

Deno.test("a source the compiler refuses is a typed error with the compiler's words", async () => {
  await assert.rejects(
    compileAssemblyScript("export function f(): i32 { return missing; }"),
    (error) => error instanceof CompileError && /missing/.test(error.message),
  );
});
