import type { VectorBits } from "@spmm/x86-64";
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
  /** Both with relaxed SIMD, to be taken where WASM has it. */
  readonly relaxed?: ProgramBinaries;
  /**
   * Makes code for the processor itself, which the program calls as `machine` with the address of a
   * job, where the device allows it (`machineCode`). It gets the job's address in the process in
   * rdi and the linear memory's in rsi. **It has no sandbox**: it must stay within the memory.
   *
   * @param bits Of the widest vectors that it may use.
   */
  readonly machineCode?: (bits: VectorBits) => Uint8Array<ArrayBuffer>;
}

/**
 * A WASM program that every thread of a device has loaded.
 *
 * @example A function that each thread runs with its own number
 * ```ts
 * import { CpuProgram, openCpu } from "@spmm/wasm";
 * import { compileAssemblyScript } from "@spmm/wasm/compile";
 * import assert from "node:assert/strict";
 *
 * const { shared, single } = await compileAssemblyScript(
 *   `export function put(thread: u32, at: usize): void {
 *     store<f32>(at + (thread << 2), <f32>thread + 0.5);
 *   }`,
 * );
 * const url = (wasm: Uint8Array) =>
 *   new URL(`data:application/wasm;base64,${btoa(String.fromCharCode(...wasm))}`);
 * await using cpu = await openCpu({ threads: 2 });
 * const program = await cpu.load({ shared: url(shared), single: url(single) });
 * assert.ok(program instanceof CpuProgram);
 * using sums = cpu.memory.allocate(8, "a number for each thread");
 * await cpu.exclusively((run) => run(program, "put", [sums.address]));
 * assert.deepEqual([...sums.f32()], [0.5, 1.5]);
 * ```
 */
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
