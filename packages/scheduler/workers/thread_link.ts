import type { Link, LinkEvent, Order, WorkerMessage } from "./messages.ts";

/** Runs a worker in a thread of this process. */
export function openThreadLink(hear: (event: LinkEvent) => void): Link {
  const thread = new Worker(new URL("./worker_thread.ts", import.meta.url), { type: "module" });
  let beats: ReturnType<typeof setInterval> | undefined;
  let open = true;
  const close = (reason: string): void => {
    if (!open) return;
    open = false;
    clearInterval(beats);
    thread.terminate();
    hear({ kind: "closed", reason });
  };
  thread.addEventListener("message", (event: MessageEvent<WorkerMessage>) => {
    if (open) hear(event.data);
  });
  thread.addEventListener("error", (event) => {
    event.preventDefault();
    close(`its thread ended: ${event.message}`);
  });
  return {
    send(order: Order): void {
      if (!open) return;
      if (order.kind === "start") {
        beats = setInterval(() => hear({ kind: "beat" }), 1000 * order.beatSeconds);
      }
      thread.postMessage(order);
    },
    end(): Promise<void> {
      close("it was ended");
      return Promise.resolve();
    },
  };
}
