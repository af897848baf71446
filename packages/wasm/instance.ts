import { ProgramError } from "./errors.ts";

/** A WASM function that kernels export: numbers in, results in the linear memory. */
export type Entry = (...args: number[]) => void;

/** A program's functions in the order of its exports, the same on every thread. */
export type Entries = readonly Entry[];

/** Ties a compiled program to a linear memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Entries {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return entryNames(module).map((name) => entry(exports[name], name));
}

/** The names of a program's functions, in the order of {@linkcode instantiate}. */
export function entryNames(module: WebAssembly.Module): readonly string[] {
  return WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === "function")
    .map(({ name }) => name);
}

function entry(value: WebAssembly.ExportValue, name: string): Entry {
  if (typeof value === "function") return (...args) => void value(...args);
  throw new ProgramError(`Cannot run a program: its export ${name} must be a function`);
}
