/**
 * `deno task experiments` in a process that sends itself Ctrl-C, for tests:
 * `test_interrupted.ts MILLISECONDS ARGUMENTS…`, counted from its first point on.
 *
 * @module
 */
import { EXIT } from "./errors.ts";
import { runExperiments } from "./experiments_program.ts";
import { processTerminal } from "./terminal.ts";

const [milliseconds, ...args] = Deno.args;
const terminal = processTerminal();
let sent = false;
Deno.exitCode = await runExperiments(args, {
  ...terminal,
  progress(...told) {
    terminal.progress(...told);
    if (sent) return;
    sent = true;
    setTimeout(() => Deno.kill(Deno.pid, "SIGINT"), Number(milliseconds));
  },
});
if (Deno.exitCode === EXIT.interrupted) Deno.exit();
