const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Milliseconds; launchers such as mpirun kill after a second or a few. */
const PATIENCE = 800;

/**
 * Does something before a signal ends this process; when disposed of, signals do what they did.
 *
 * @param finish What must not be left undone.
 */
export function endingBySignal(finish: () => Promise<void>): Disposable {
  let ending = false;
  const listeners = SIGNALS.map((signal) => {
    const listener = (): void => {
      // Launchers send more than one: none of them may end what the first has begun.
      if (ending) return;
      ending = true;
      finishSoon(finish).finally(() => {
        remove();
        dieOf(signal);
      });
    };
    return { signal, listener };
  });
  const remove = (): void => {
    listeners.forEach(({ signal, listener }) => Deno.removeSignalListener(signal, listener));
    listeners.length = 0;
  };
  listeners.forEach(({ signal, listener }) => Deno.addSignalListener(signal, listener));
  return {
    // A run that ends because its workers were ended must leave the process to the signal.
    [Symbol.dispose]: () => ending || remove(),
  };
}

/** What cannot be finished soon cannot be finished: others may be gone already. */
async function finishSoon(finish: () => Promise<void>): Promise<void> {
  const late = new Promise<void>((resolve) => setTimeout(resolve, PATIENCE));
  await Promise.race([finish(), late]).catch(() => {});
}

/** As a shell expects it: ended by the signal, not by an exit after it. */
function dieOf(signal: Deno.Signal): void {
  try {
    Deno.kill(Deno.pid, signal);
  } catch {
    Deno.exit(signal === "SIGINT" ? 130 : 143); // without the right to send signals
  }
}
