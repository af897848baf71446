import { EXIT } from "./errors.ts";

/** Ctrl-C as a signal, for as long as this is in use. */
export interface Interruption extends Disposable {
  /** Aborted by the first Ctrl-C; the second ends the process as if nobody listened. */
  readonly signal: AbortSignal;
}

/** Listens to Ctrl-C, so that what is in flight can be dropped and the rest told. */
export function interruption(): Interruption {
  const controller = new AbortController();
  const listen = () => {
    if (controller.signal.aborted) Deno.exit(EXIT.interrupted);
    controller.abort();
  };
  Deno.addSignalListener("SIGINT", listen);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", listen),
  };
}
