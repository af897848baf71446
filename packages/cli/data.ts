/**
 * `deno task data`.
 *
 * @module
 */
import { runData } from "./data_program.ts";
import { processTerminal } from "./terminal.ts";

Deno.exitCode = await runData(Deno.args, processTerminal());
