/**
 * `deno task report`.
 *
 * @module
 */
import { runReport } from "./report_program.ts";
import { processTerminal } from "./terminal.ts";

Deno.exitCode = await runReport(Deno.args, processTerminal());
