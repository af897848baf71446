/**
 * `deno task experiments`.
 *
 * @module
 */
import { EXIT } from "./errors.ts";
import { runExperiments } from "./experiments_program.ts";
import { processTerminal } from "./terminal.ts";

Deno.exitCode = await runExperiments(Deno.args, processTerminal());
// What was in flight is dropped, not waited for.
if (Deno.exitCode === EXIT.interrupted) Deno.exit();
