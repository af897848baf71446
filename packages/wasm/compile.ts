/**
 * Compiles AssemblyScript sources (`*.as.ts`) to the WASM binaries that stand committed beside
 * them: `x.shared.wasm` for threads over one shared memory, `x.wasm` for a single thread.
 *
 * As a program: `deno run --allow-read --allow-write --allow-env compile.ts FILE.as.ts…`
 *
 * @module
 */
import * as asc from "assemblyscript/asc";
import { CompileError } from "./errors.ts";

const FLAGS = [
  "-O3",
  "--converge",
  "--noAssert",
  "--runtime=stub",
  "--enable=simd",
  "--enable=bulk-memory",
  "--importMemory",
  "--initialMemory=1",
  "--maximumMemory=65536",
];

const SHARED_FLAGS = ["--enable=threads", "--sharedMemory"];

/** The two binaries of one source. */
export interface CompiledPair {
  /** For a memory that threads share. */
  readonly shared: Uint8Array<ArrayBuffer>;
  /** For a memory of one thread's own. */
  readonly single: Uint8Array<ArrayBuffer>;
}

/**
 * Compiles one AssemblyScript source in memory. The same source gives the same bytes.
 *
 * @param source The file to compile; it may import nothing.
 * @throws {CompileError} If the compiler refuses it, with the compiler's words.
 *
 * @example An addition
 * ```ts
 * import { compileAssemblyScript } from "@spmm/wasm/compile";
 * import assert from "node:assert/strict";
 *
 * const { single } = await compileAssemblyScript(
 *   "export function add(a: i32, b: i32): i32 { return a + b; }",
 * );
 * assert.ok(WebAssembly.validate(single));
 * ```
 */
export async function compileAssemblyScript(source: string): Promise<CompiledPair> {
  return {
    shared: await compile(source, [...FLAGS, ...SHARED_FLAGS]),
    single: await compile(source, FLAGS),
  };
}

async function compile(source: string, flags: readonly string[]): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["source.as.ts", "--outFile=out.wasm", ...flags], {
    readFile: (name) => name === "source.as.ts" ? source : null,
    writeFile: (_name, contents) => {
      if (typeof contents !== "string") binary = contents;
    },
    listFiles: () => [],
  });
  if (error !== null || binary === undefined) {
    throw new CompileError(
      `Cannot compile AssemblyScript: ${error?.message ?? "no output"}: ${stderr.toString()}`,
    );
  }
  return new Uint8Array(binary);
}

if (import.meta.main) {
  for (const path of Deno.args) {
    const { shared, single } = await compileAssemblyScript(await Deno.readTextFile(path));
    const stem = path.replace(/\.as\.ts$/, "");
    await Deno.writeFile(`${stem}.shared.wasm`, shared);
    await Deno.writeFile(`${stem}.wasm`, single);
    console.log(`${stem}: ${single.length} bytes`);
  }
}
