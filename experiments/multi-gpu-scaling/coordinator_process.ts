/**
 * A coordinator in a process of its own, or a rank of MPI: what to measure stands on the command line
 * as JSON, what it says goes to standard output. One that is not a rank ends with its input, so none
 * is left behind by a parent that was killed.
 *
 * It is another process since only one that may do everything sees which GPUs there are.
 *
 * @module
 */
import { DeviceError } from "@spmm/scheduler";
import { measureScaling } from "./measure_scaling.ts";
import type { CoordinatorWords, ScalingRequest } from "./scaling_request.ts";

if (import.meta.main) {
  const request = JSON.parse(Deno.args[0]) as ScalingRequest;
  if (request.launch === "local") void endWithInput();
  await measured(request);
  // Nobody waits for more input.
  Deno.exit();
}

async function measured(request: ScalingRequest): Promise<void> {
  try {
    const measurement = await measureScaling(request, (what) => say({ kind: "doing", what }));
    if (measurement !== undefined) say({ kind: "measured", measurement });
  } catch (error) {
    const kind = error instanceof DeviceError ? "skipped" : "failed";
    say({ kind, reason: error instanceof Error ? error.message : String(error) });
  }
}

async function endWithInput(): Promise<void> {
  await Deno.stdin.readable.pipeTo(new WritableStream());
  Deno.exit(1);
}

function say(words: CoordinatorWords): void {
  const line = new TextEncoder().encode(`${JSON.stringify(words)}\n`);
  for (let at = 0; at < line.length;) at += Deno.stdout.writeSync(line.subarray(at));
}
