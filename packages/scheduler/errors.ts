import type { JobResult } from "./job_result.ts";

/** Wishes for a run that cannot be met: an engine, a partition, a job or its description. */
export class SchedulerError extends RangeError {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "SchedulerError";
}

/** Devices that are not there, cannot be listed, or cannot be given to one worker each. */
export class DeviceError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "DeviceError";
}

/** A file of shared arrays that is absent, unfinished, of another kind or damaged. */
export class SharedFileError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "SharedFileError";
}

/** A folder of shards that is of another job, or holds results where none are expected. */
export class ShardError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "ShardError";
}

/** MPI that is absent, refuses a call, or is of another kind than the launcher. */
export class MpiError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "MpiError";
}

/** A run that ended before its last input; what was finished is kept. */
export class UnfinishedError extends Error {
  /** Tells it apart from other errors, across realms too. */
  override readonly name = "UnfinishedError";

  /**
   * Says what ended the run.
   *
   * @param message What went wrong and what would help.
   * @param finished The inputs that are through, and the report of the run so far.
   */
  constructor(message: string, readonly finished: JobResult) {
    super(message);
  }
}
