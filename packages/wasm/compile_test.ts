import assert from "node:assert/strict";
import { compileAssemblyScript } from "./compile.ts";
import { CompileError } from "./errors.ts";

for (const relaxed of [false, true]) {
  const stem = relaxed ? "peaks.relaxed" : "peaks";
  Deno.test(`the committed binaries of ${stem} are what their source compiles to`, async () => {
    const source = await Deno.readTextFile(new URL("./peaks.as.ts", import.meta.url));
    const { shared, single } = await compileAssemblyScript(source, undefined, relaxed);
    const url = (suffix: string) => new URL(`./${stem}${suffix}`, import.meta.url);
    assert.deepEqual(await Deno.readFile(url(".shared.wasm")), shared);
    assert.deepEqual(await Deno.readFile(url(".wasm")), single);
  });
}

Deno.test("a source the compiler refuses is a typed error with the compiler's words", async () => {
  await assert.rejects(
    compileAssemblyScript("export function f(): i32 { return missing; }"),
    (error) => error instanceof CompileError && /missing/.test(error.message),
  );
});
