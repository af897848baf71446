/**
 * A worker that sends its own process a signal some milliseconds after it is told to, for tests: from
 * a thread of its own, so that it strikes in the midst of a write as well.
 *
 * @module
 */

/** What the worker is told. */
export interface KillOrder {
  readonly signal: Deno.Signal;
  /** Milliseconds from now. */
  readonly after: number;
  /** Set to 1 as soon as the milliseconds are counted. */
  readonly heard: Int32Array<SharedArrayBuffer>;
}

globalThis.addEventListener("message", (event) => {
  if (event instanceof MessageEvent) obey(event.data);
});

function obey({ signal, after, heard }: KillOrder): void {
  Atomics.store(heard, 0, 1);
  Atomics.notify(heard, 0);
  setTimeout(() => Deno.kill(Deno.pid, signal), after);
}
