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

const ENTRY = "source.as.ts";

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
 * @param source The text to compile.
 * @param folder Where its imports stand, which may name files beside it: `./panels.as`; without it,
 * the source may import nothing.
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
export async function compileAssemblyScript(source: string, folder?: URL): Promise<CompiledPair> {
  const read = (name: string): string | null =>
    name === ENTRY ? source : folder === undefined ? null : readNeighbour(name, folder);
  return {
    shared: await compile(read, [...FLAGS, ...SHARED_FLAGS]),
    single: await compile(read, FLAGS),
  };
}

function readNeighbour(name: string, folder: URL): string | null {
  try {
    return Deno.readTextFileSync(new URL(name, folder));
  } catch (error) {
    // The compiler tries several places for each import and wants to hear where there is nothing.
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function compile(
  read: (name: string) => string | null,
  flags: readonly string[],
): Promise<Uint8Array<ArrayBuffer>> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main([ENTRY, "--outFile=out.wasm", ...flags], {
    readFile: read,
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
    const file = new URL(path, `file://${Deno.cwd()}/`);
    const { shared, single } = await compileAssemblyScript(await Deno.readTextFile(file), file);
    const stem = path.replace(/\.as\.ts$/, "");
    await Deno.writeFile(`${stem}.shared.wasm`, shared);
    await Deno.writeFile(`${stem}.wasm`, single);
    console.log(`${stem}: ${single.length} bytes`);
  }
}
