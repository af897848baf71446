import { ThreadsUnavailableError } from "./errors.ts";

/** What a place lets a program have. */
export interface Surroundings {
  /** Memory can be shared between threads: in a browser, only on a cross-origin isolated page. */
  readonly sharedMemory: boolean;
  readonly workers: boolean;
  /** Hardware threads. */
  readonly cores: number;
}

/** Looks at where this program runs. */
export function surroundings(): Surroundings {
  // Only browsers know isolation; elsewhere the property is absent.
  const isolated: unknown = Reflect.get(globalThis, "crossOriginIsolated");
  return {
    sharedMemory: typeof SharedArrayBuffer === "function" && isolated !== false,
    workers: typeof Worker === "function",
    cores: globalThis.navigator?.hardwareConcurrency ?? 1,
  };
}

/**
 * How many threads to use: as many as asked for, else one per hardware thread where workers and
 * shared memory are allowed, else one.
 *
 * @throws {RangeError} If the number is no positive integer.
 * @throws {ThreadsUnavailableError} If more than one is asked for where that is not allowed.
 */
export function chooseThreads(asked: number | undefined, here: Surroundings): number {
  const allowed = here.sharedMemory && here.workers;
  if (asked === undefined) return allowed ? Math.max(1, here.cores) : 1;
  if (!Number.isSafeInteger(asked) || asked < 1) {
    throw new RangeError(
      `Cannot open the CPU: threads must be a positive integer: received ${asked}`,
    );
  }
  if (asked > 1 && !allowed) {
    const missing = here.sharedMemory ? "workers" : "shared memory";
    throw new ThreadsUnavailableError(
      `Cannot open the CPU with several threads: ${missing} must be allowed here ` +
        `(in a browser: cross-origin isolation), or ask for one: received ${asked}`,
    );
  }
  return asked;
}
