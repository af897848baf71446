/**
 * `deno task figures`.
 *
 * @module
 */
import { runFigures } from "./figures_program.ts";
import { processTerminal } from "./terminal.ts";

Deno.exitCode = await runFigures(Deno.args, processTerminal());
