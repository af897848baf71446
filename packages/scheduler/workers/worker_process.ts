/**
 * A worker process: orders come on standard input, messages go to standard output, a line each. The
 * worker ends with its input, so none is left behind by a coordinator that was killed.
 *
 * @module
 */
import { encodeLine, readLines } from "./line_messages.ts";
import type { LinkEvent, Order } from "./messages.ts";
import { openThreadLink } from "./thread_link.ts";

const writer = Deno.stdout.writable.getWriter();
const link = openThreadLink((event) => void say(event));
let shared: string | undefined;

for await (const message of readLines(Deno.stdin.readable, () => {})) {
  const order = message as Order;
  if (order.kind === "start") shared = order.shared;
  link.send(order);
}
await removeShared();
// Not an exit: a driver's own clean-up may wait for a kernel that never ends.
Deno.kill(Deno.pid, "SIGKILL");

async function say(event: LinkEvent): Promise<void> {
  try {
    await writer.write(encodeLine(event));
  } catch {
    // Nobody listens any more: the end of the input says so too.
  }
}

/** Who ends workers in order removes the file first: one that is still there has no owner. */
async function removeShared(): Promise<void> {
  if (shared === undefined) return;
  try {
    await Deno.remove(shared);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
