/**
 * `deno task spmm`.
 *
 * @module
 */
import { runSpmm } from "./program.ts";
import { processTerminal } from "./terminal.ts";

Deno.exitCode = await runSpmm(Deno.args, processTerminal());
