/**
 * `deno task infer` in a process that sends itself Ctrl-C as soon as there is progress, for tests.
 *
 * @module
 */
import { EXIT } from "./errors.ts";
import { runInfer } from "./infer_program.ts";
import { processTerminal } from "./terminal.ts";

const terminal = processTerminal();
let sent = false;
Deno.exitCode = await runInfer(Deno.args, {
  ...terminal,
  progress(...told) {
    terminal.progress(...told);
    if (sent) return;
    sent = true;
    Deno.kill(Deno.pid, "SIGINT");
  },
});
if (Deno.exitCode === EXIT.interrupted) Deno.exit();
