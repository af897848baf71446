/**
 * `deno task experiments`.
 *
 * @module
 */
import { runExperiments } from "./experiments_program.ts";
import { processTerminal } from "./terminal.ts";

Deno.exitCode = await runExperiments(Deno.args, processTerminal());
