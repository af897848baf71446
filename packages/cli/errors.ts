import { StoreError } from "@spmm/runner";

/** A command line that cannot be followed: the fault is the user's to mend. */
export class UsageError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "UsageError";
}

/** Work that was done and found wanting; what failed has been told before. */
export class FailedError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "FailedError";
}

/** Work that was ended by Ctrl-C. */
export class InterruptedError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "InterruptedError";
}

/**
 * Exit codes: all is well, something failed, the command line or its input is at fault, ended by
 * Ctrl-C (128 and the number of the signal, as shells have it).
 */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

const USAGE = new Set([
  "UsageError",
  "ParseError",
  "FormatError",
  "ShapeError",
  "RegistryError",
  "AxisError",
  "UnsupportedError",
  "NetworkError",
  "SourceError",
  "SchedulerError",
  "ShardError",
  "ThreadsUnavailableError",
  "NotFound",
]);

const EXPECTED = new Set([
  ...USAGE,
  "FailedError",
  "DatasetError",
  "ExperimentError",
  "InterruptedError",
  "StoreError",
  "MismatchError",
  "NoAdapterError",
  "DeviceError",
  "MpiError",
  "SharedFileError",
  "UnfinishedError",
  "DeviceLostError",
  "OutOfMemoryError",
  "TooLargeError",
  "MemoryExhaustedError",
  "PermissionDenied",
  "NotCapable",
  "IsADirectory",
  "NotADirectory",
]);

/** What an error means for the process: its exit code, and what to say of it. */
export interface Verdict {
  /** The exit code. */
  readonly code: number;
  /** One line for errors that are known, the stack for those that are not. */
  readonly text: string;
}

/** Judges an error that ended a command: bad usage and bad input are told from failures. */
export function verdictOn(error: unknown): Verdict {
  if (!(error instanceof Error)) return { code: EXIT.failed, text: String(error) };
  return { code: codeOf(error), text: textOf(error) };
}

function codeOf(error: Error): number {
  if (error instanceof InterruptedError) return EXIT.interrupted;
  const asked = error instanceof StoreError && ["run", "malformed"].includes(error.fault);
  return asked || USAGE.has(error.name) ? EXIT.usage : EXIT.failed;
}

function textOf(error: Error): string {
  if (error.name === "NotFound") return `Cannot find a file: ${error.message}`;
  return EXPECTED.has(error.name) ? error.message : error.stack ?? error.message;
}
