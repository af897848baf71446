import {
  dataRoots,
  type Dataset,
  datasetStatus,
  fetchDataset,
  type FileStatus,
  readManifest,
} from "@spmm/datasets";
import { Command } from "commander";
import { FailedError, InterruptedError, UsageError } from "./errors.ts";
import { interruption } from "./interruption.ts";
import { runProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

interface DataOptions {
  readonly manifest?: string;
  readonly into?: string;
  readonly json?: boolean;
}

/**
 * Runs a command line of `data`: which published datasets are at hand, or fetches some by name.
 *
 * @param args The arguments after the program's name.
 * @param terminal Where to write.
 * @returns The exit code.
 *
 * @example A dataset that there is not
 * ```ts
 * import { bufferTerminal, runData } from "@spmm/cli";
 * import assert from "node:assert/strict";
 *
 * assert.equal(await runData(["imagenet"], bufferTerminal()), 2);
 * ```
 */
export async function runData(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command("data")
    .description("Show which published datasets are here, missing or corrupt; fetch those named.")
    .argument("[names...]", "datasets to fetch from their publishers; none: show all")
    .option("--manifest <file>", "the list of datasets; data/manifest.json where absent")
    .option("--into <folder>", "where they go; SPMM_DATA or, where that is not set, data/cache")
    .option("--json", "print the state of every file as JSON")
    .action(async (names: readonly string[], { manifest, into, json }: DataOptions) => {
      const datasets = await readManifest(manifest);
      const chosen = names.map((name) => datasetOf(name, datasets));
      const roots = into === undefined ? dataRoots() : [into, ...dataRoots()];
      for (const dataset of chosen) await fetchShown(dataset, rootFor(into), roots, terminal);
      if (json === true) {
        return await print(chosen.length === 0 ? datasets : chosen, roots, terminal);
      }
      if (chosen.length === 0) await show(datasets, roots, terminal);
    });
  return await runProgram(program, args, terminal);
}

function datasetOf(name: string, datasets: readonly Dataset[]): Dataset {
  const found = datasets.find((dataset) => dataset.name === name);
  if (found !== undefined) return found;
  const names = datasets.map((dataset) => dataset.name).join(", ");
  throw new UsageError(`Cannot fetch: the dataset must be one of ${names}: received ${name}`);
}

/** The last of the roots is the cache, which is made where it is not. */
function rootFor(into: string | undefined): string {
  return into ?? Deno.env.get("SPMM_DATA") ?? dataRoots().slice(-1)[0];
}

async function show(
  datasets: readonly Dataset[],
  roots: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const width = Math.max(...datasets.map(({ name }) => name.length));
  const faults: string[] = [];
  for (const [done, dataset] of datasets.entries()) {
    terminal.progress(done, datasets.length, dataset.name);
    const files = await datasetStatus(dataset, roots);
    terminal.settle();
    terminal.print(`${dataset.name.padEnd(width)}  ${summaryOf(files)}\n  ${dataset.what}`);
    for (const { state, place, fault } of files) {
      if (state === "corrupt") faults.push(`${place}: ${fault}`);
    }
  }
  if (faults.length === 0) return;
  throw new FailedError(`Cannot use everything: these files are corrupt:\n${faults.join("\n")}`);
}

async function print(
  datasets: readonly Dataset[],
  roots: readonly string[],
  terminal: Terminal,
): Promise<void> {
  const states = await Array.fromAsync(datasets, async (dataset) => ({
    name: dataset.name,
    files: (await datasetStatus(dataset, roots)).map(({ file, ...status }) => ({
      path: file.path,
      ...status,
    })),
  }));
  terminal.print(JSON.stringify(states, undefined, 2));
}

const STATES = ["there", "unchecked", "missing", "corrupt"] as const;

/** How many files are in each state, as in `120 there, 4 missing`. */
function summaryOf(files: readonly FileStatus[]): string {
  const counts = STATES.map((state) => ({
    state,
    count: files.filter((file) => file.state === state).length,
  })).filter(({ count }) => count > 0);
  if (counts.length === 1 && files.length > 1) return `all ${files.length} ${counts[0].state}`;
  return counts.map(({ state, count }) => `${count} ${state}`).join(", ");
}

async function fetchShown(
  dataset: Dataset,
  root: string,
  roots: readonly string[],
  terminal: Terminal,
): Promise<void> {
  using stopping = interruption();
  const { signal } = stopping;
  try {
    const fetched = await fetchDataset(dataset, {
      root,
      roots,
      signal,
      onProgress: ({ url, received, total }) =>
        terminal.progress(megabytes(received), megabytes(total ?? received), `MB of ${url}`),
    });
    terminal.settle();
    const result = fetched.length === 0
      ? "nothing to fetch, all is there"
      : `${fetched.length} ${fetched.length === 1 ? "file" : "files"} put in ${root}`;
    terminal.remark(`${dataset.name}: ${result}`);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new InterruptedError(`Cannot fetch ${dataset.name} to its end: received Ctrl-C`);
  }
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
