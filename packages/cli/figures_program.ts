import { drawFigures, type PictureSet } from "@spmm/report";
import { discoverExperiments } from "@spmm/runner";
import { Command } from "commander";
import { FailedError } from "./errors.ts";
import { COMMITTED, openShown } from "./experiment_commands/shown_store.ts";
import { runProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";
import { writeWhole } from "./write_whole.ts";

/**
 * Runs a command line of `figures`: the figures of all experiments as files. It needs no GPU.
 *
 * @param args The arguments after the program's name.
 * @param terminal Where to write.
 * @returns The exit code.
 *
 * @example A store that there is not
 * ```ts
 * import { bufferTerminal, runFigures } from "@spmm/cli";
 * import assert from "node:assert/strict";
 *
 * assert.equal(await runFigures(["--store", "none.sqlite"], bufferTerminal()), 2);
 * ```
 */
export async function runFigures(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command("figures")
    .description("Draw the figures of the experiments as SVG, light and dark, and as PNG.")
    .option("--store <file>", `what to draw; the committed results, ${COMMITTED}, where absent`)
    .option("--out <folder>", "where they go, in a folder for each experiment", "docs/figures")
    .action(async ({ store: path, out }: { readonly store?: string; readonly out: string }) => {
      using store = await openShown(path);
      const sets = await drawFigures(store, await discoverExperiments());
      for (const picture of sets.flatMap(({ pictures }) => pictures)) {
        await writeWhole(`${out}/${picture.path}`, picture.content);
      }
      terminal.print(sets.map((set) => lineOf(set, out)).join("\n"));
      throwIfFaulty(sets);
    });
  return await runProgram(program, args, terminal);
}

function lineOf({ name, standing, pictures }: PictureSet, out: string): string {
  if (pictures.length === 0) return `${name}: nothing to draw (${standing})`;
  const state = standing === "complete" ? "" : ` (${standing})`;
  return `${name}: ${pictures.length} files in ${out}/${name}${state}`;
}

function throwIfFaulty(sets: readonly PictureSet[]): void {
  const faults = sets.flatMap(({ name, faults }) => faults.map((fault) => `${name}: ${fault}`));
  if (faults.length === 0) return;
  throw new FailedError(`Cannot draw everything: the rows do not allow it:\n${faults.join("\n")}`);
}
