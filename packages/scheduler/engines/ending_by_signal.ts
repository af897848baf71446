const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Does something before a signal ends this process; when disposed of, signals do what they did.
 *
 * @param finish What must not be left undone.
 */
export function endingBySignal(finish: () => Promise<void>): Disposable {
  const listeners = SIGNALS.map((signal) => {
    const listener = (): void => {
      remove();
      finish().catch(() => {}).finally(() => dieOf(signal));
    };
    return { signal, listener };
  });
  const remove = (): void => {
    listeners.forEach(({ signal, listener }) => Deno.removeSignalListener(signal, listener));
    listeners.length = 0;
  };
  listeners.forEach(({ signal, listener }) => Deno.addSignalListener(signal, listener));
  return { [Symbol.dispose]: remove };
}

/** As a shell expects it: ended by the signal, not by an exit after it. */
function dieOf(signal: Deno.Signal): void {
  try {
    Deno.kill(Deno.pid, signal);
  } catch {
    Deno.exit(signal === "SIGINT" ? 130 : 143); // without the right to send signals
  }
}
