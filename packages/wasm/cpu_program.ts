import { ProgramError } from "./errors.ts";

/**
 * Where the two binaries of a program stand, each as `new URL("./x.wasm", import.meta.url)` so that
 * bundlers find them.
 */
export interface ProgramBinaries {
  /** For a memory that threads share. */
  readonly shared: URL;
  /** For a memory of one thread's own. */
  readonly single: URL;
}

/** A WASM program that every thread of a device has loaded. */
export class CpuProgram {
  readonly #entries: readonly string[];

  /** Made by {@linkcode CpuDevice.load}. */
  constructor(readonly number: number, entries: readonly string[]) {
    this.#entries = entries;
  }

  /** The position of a function. @throws {ProgramError} If the program has none of that name. */
  entry(name: string): number {
    const position = this.#entries.indexOf(name);
    if (position < 0) {
      throw new ProgramError(
        `Cannot run a program: it has the functions ${this.#entries.join(", ")}: received ${name}`,
      );
    }
    return position;
  }
}

/** Reads a binary: `fetch` reads files under Deno and addresses in browsers. */
export async function readBinary(url: URL): Promise<ArrayBuffer> {
  try {
    const response = await fetch(url);
    if (response.ok) return await response.arrayBuffer();
    throw new ProgramError(`Cannot load ${url}: received status ${response.status}`);
  } catch (error) {
    if (error instanceof ProgramError) throw error;
    throw new ProgramError(
      `Cannot load ${url}: it must be readable (Deno: --allow-read): received ${String(error)}`,
      { cause: error },
    );
  }
}
