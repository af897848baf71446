import { ProgramError } from "./errors.ts";

/** A WASM function that kernels export: who calls and what else it is told, results in the memory. */
export type Entry = (thread: number, ...args: number[]) => void;

/** A program's functions in the order of its exports, the same on every thread. */
export type Entries = readonly Entry[];

/** What a program calls as `machine`: code of the processor's own, given an address. */
export type RunJob = (job: number) => void;

/** Ties a compiled program to a linear memory and, where it has some, to its machine code. */
export function instantiate(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
  machine: RunJob = refuseJob,
): Entries {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, machine } });
  return entryNames(module).map((name) => entry(exports[name], name));
}

/** The names of a program's functions, in the order of {@linkcode instantiate}. */
export function entryNames(module: WebAssembly.Module): readonly string[] {
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === "function")
    .map(({ name }) => name);
}

function refuseJob(job: number): void {
  throw new ProgramError(`Cannot run machine code: none was loaded: received the job at ${job}`);
}

function entry(value: WebAssembly.ExportValue, name: string): Entry {
  if (typeof value === "function") return (thread, ...args) => void value(thread, ...args);
  throw new ProgramError(`Cannot run a program: its export ${name} must be a function`);
}
