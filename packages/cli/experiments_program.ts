import { Command } from "commander";
import { compareCommand } from "./experiment_commands/compare.ts";
import { exportCommand } from "./experiment_commands/export.ts";
import { importCommand } from "./experiment_commands/import.ts";
import { listExperiments } from "./experiment_commands/list.ts";
import { runChosen, type RunOptions } from "./experiment_commands/run.ts";
import { STORE } from "./experiment_commands/store_file.ts";
import { UsageError } from "./errors.ts";
import { deviceOption } from "./options.ts";
import { runProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  deno task experiments                         list them, with the state and age of their results
  deno task experiments --all                   run all, as far as this machine is good for
  deno task experiments kernel-comparison --quick --device cpu
  deno task experiments kernel-comparison --set n=64,256 --set kernels=row-split,csb
  deno task experiments graph-challenge --json
  deno task experiments compare 3 7             two runs, row by row
  deno task experiments export results.json     all results, to be imported elsewhere

A run that was ended is gone on with by the same command; what is kept is not measured again unless
the experiment's sources or the environment have changed, or --fresh is given. Without --quick or
--full a run is full where there is a GPU in hardware, and quick elsewhere.

Exit codes: 0 all is well, 1 something failed, 2 the command line is at fault, 130 ended by Ctrl-C.`;

/**
 * Runs a command line of `experiments`.
 *
 * @param args The arguments after the program's name.
 * @param terminal Where to write.
 * @returns The exit code.
 *
 * @example The list, where nothing is kept yet
 * ```ts
 * import { bufferTerminal, runExperiments } from "@spmm/cli";
 * import assert from "node:assert/strict";
 *
 * const terminal = bufferTerminal();
 * assert.equal(await runExperiments(["--store", "results/none.sqlite"], terminal), 0);
 * assert.match(terminal.printed.join(), /kernel-comparison/);
 * ```
 */
export async function runExperiments(
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const program = new Command("experiments")
    .description("Run experiments: a question each, answered by checked numbers that are kept.")
    .argument("[names...]", "experiments to run; none and no --all: list them")
    .option("--all", "run all of them")
    .option("--quick", "small and short")
    .option("--full", "everything, for numbers to keep")
    .addOption(deviceOption("where to run; auto: on every device there is"))
    .option("--set <axis=values>", "set an axis to values with commas between", collect, {})
    .option("--peers <file>", "times of other libraries, to be set beside ours")
    .option("--fresh", "measure anew what is kept already")
    .option("--store <file>", "where results are kept", STORE)
    .option("--json", "print rows and runs as JSON")
    .addHelpText("after", EXAMPLES)
    .action((names: string[], options: RunOptions) =>
      names.length === 0 && !options.all
        ? listExperiments(options, terminal)
        : runChosen(names, options, args, terminal)
    );
  for (const command of [compareCommand, exportCommand, importCommand]) {
    program.addCommand(command(terminal));
  }
  // Options after a command are that command's, though the program has some of the same name.
  program.enablePositionalOptions();
  return await runProgram(program, args, terminal);
}

/** One `--set axis=a,b` more. */
function collect(text: string, before: RunOptions["set"]): RunOptions["set"] {
  const found = /^([\w-]+)=(.+)$/.exec(text);
  if (found !== null) return { ...before, [found[1]]: found[2].split(",") };
  throw new UsageError(`Cannot set an axis: it must be axis=value,value: received ${text}`);
}
