import { discoverExperiments } from "@spmm/runner";
import { Command } from "commander";
import { openShown } from "./experiment_commands/shown_store.ts";
import { isFile, STORE } from "./experiment_commands/store_file.ts";
import { REPORT, writeReport } from "./experiment_commands/write_report.ts";
import { runProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Runs a command line of `report`: all results as one HTML page. It needs no GPU.
 *
 * @param args The arguments after the program's name.
 * @param terminal Where to write.
 * @returns The exit code.
 *
 * @example A store that there is not
 * ```ts
 * import { bufferTerminal, runReport } from "@spmm/cli";
 * import assert from "node:assert/strict";
 *
 * assert.equal(await runReport(["--store", "none.sqlite"], bufferTerminal()), 2);
 * ```
 */
export async function runReport(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command("report")
    .description("Write all results of the experiments as one HTML page that needs nothing else.")
    .option("--store <file>", `what to report; ${STORE} or, before any run, the committed results`)
    .option("--out <file>", "where the page goes", REPORT)
    .action(async ({ store: named, out }: { readonly store?: string; readonly out: string }) => {
      const path = named ?? (await isFile(STORE) ? STORE : undefined);
      using store = await openShown(path);
      await writeReport(store, await discoverExperiments(), out);
      terminal.print(`Report: ${out}`);
    });
  return await runProgram(program, args, terminal);
}
