/**
 * Compiles AssemblyScript sources (`*.as.ts`) to the WASM binaries that stand committed beside
 * them: `x.shared.wasm` for threads over one shared memory, `x.wasm` for a single thread. With
 * `--relaxed`, the same with relaxed SIMD beside those: `x.relaxed.shared.wasm`, `x.relaxed.wasm`.
 *
 * As a program: `deno run --allow-read --allow-write --allow-env compile.ts [--relaxed] FILE.as.ts…`
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

const RELAXED_FLAGS = ["--enable=relaxed-simd"];
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
 * @param relaxed Whether the source may use relaxed SIMD; `ASC_FEATURE_RELAXED_SIMD` tells it.
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
export async function compileAssemblyScript(
  source: string,
  folder?: URL,
  relaxed = false,
): Promise<CompiledPair> {
  const flags = relaxed ? [...FLAGS, ...RELAXED_FLAGS] : FLAGS;
  const read = (name: string): string | null =>
    name === ENTRY ? source : folder === undefined ? null : readNeighbour(name, folder);
  return {
    shared: await compile(read, [...flags, ...SHARED_FLAGS]),
    single: await compile(read, flags),
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

async function compileFile(path: string, relaxed: boolean): Promise<void> {
  const file = new URL(path, `file://${Deno.cwd()}/`);
  const source = await Deno.readTextFile(file);
  const { shared, single } = await compileAssemblyScript(source, file, relaxed);
  const stem = path.replace(/\.as\.ts$/, relaxed ? ".relaxed" : "");
  await Deno.writeFile(`${stem}.shared.wasm`, shared);
  await Deno.writeFile(`${stem}.wasm`, single);
  console.log(`${stem}: ${single.length} bytes`);
}

if (import.meta.main) {
  const paths = Deno.args.filter((word) => word !== "--relaxed");
  for (const path of paths) {
    await compileFile(path, false);
    if (paths.length < Deno.args.length) await compileFile(path, true);
  }
}
