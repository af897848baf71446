/**
 * `deno task infer`.
 *
 * @module
 */
import { EXIT } from "./errors.ts";
import { runInfer } from "./infer_program.ts";
import { processTerminal } from "./terminal.ts";

Deno.exitCode = await runInfer(Deno.args, processTerminal());
// What was in flight is dropped, not waited for.
if (Deno.exitCode === EXIT.interrupted) Deno.exit();
