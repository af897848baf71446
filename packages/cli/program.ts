import { Command, CommanderError } from "commander";
import { benchCommand } from "./commands/bench.ts";
import { convertCommand } from "./commands/convert.ts";
import { devicesCommand } from "./commands/devices.ts";
import { infoCommand } from "./commands/info.ts";
import { multiplyCommand } from "./commands/multiply.ts";
import { EXIT, verdictOn } from "./errors.ts";
import type { Terminal } from "./terminal.ts";

const COMMANDS = [devicesCommand, infoCommand, convertCommand, multiplyCommand, benchCommand];

const EXAMPLES = `
Examples:
  deno task spmm devices --peaks
  deno task spmm info weights.smtx.gz
  deno task spmm convert weights.mtx weights.npz --format csb
  deno task spmm multiply weights.mtx activations.npy -o out.npy --relu --check
  deno task spmm multiply random:2048x512:0.1 random:256 --kernel csb --check
  deno task spmm bench random:2048x512:0.1 --n 64,256 --kernels row-split,merge,csb

Exit codes: 0 all is well, 1 something failed, 2 the command line or its input is at fault.`;

/**
 * Runs a command line of `spmm`.
 *
 * @param args The arguments after the program's name.
 * @param terminal Where to write.
 * @returns The exit code.
 *
 * @example A command that there is not
 * ```ts
 * import { runSpmm, bufferTerminal } from "@spmm/cli";
 * import assert from "node:assert/strict";
 *
 * assert.equal(await runSpmm(["multply"], bufferTerminal()), 2);
 * ```
 */
export async function runSpmm(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command("spmm")
    .description("Sparse times dense: look at matrices, multiply them, compare kernels.")
    .addHelpText("after", EXAMPLES);
  for (const command of COMMANDS) program.addCommand(command(terminal));
  return await runProgram(program, args, terminal);
}

/** Parses and runs; errors become one line and an exit code. */
export async function runProgram(
  program: Command,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const output = {
    writeOut: (text: string) => terminal.print(text.trimEnd()),
    writeErr: (text: string) => terminal.remark(text.trimEnd()),
  };
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput(output).showHelpAfterError("(--help tells more)");
  }
  try {
    await program.parseAsync([...args], { from: "user" });
    return EXIT.ok;
  } catch (error) {
    terminal.settle();
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    const { code, text } = verdictOn(error);
    terminal.remark(text);
    return code;
  }
}
