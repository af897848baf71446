import type { Crew } from "./crew/crew.ts";
import { withLocalCrew, withSingleCrew } from "./engines/local_crew.ts";
import { withMpiCrew } from "./engines/mpi_crew.ts";
import { SchedulerError } from "./errors.ts";
import type { Job } from "./job.ts";
import type { JobResult } from "./job_result.ts";
import type { CrewOptions, EngineName, RunJobOptions } from "./run_options.ts";

/**
 * Runs a job: starts workers, each on a device of its own, hands out the inputs, makes good what
 * workers lose, and gathers survivors and counts. Weights are duplicated, inputs partitioned, and
 * nothing else is communicated (Hidayetoğlu et al. §III-D).
 *
 * Survivors and counts are the same on every engine, with any partition and any number of devices.
 *
 * @param job The job.
 * @param engine What runs it.
 * @param options Devices, partition, folder, patience.
 * @returns The result; under MPI on rank 0, and nothing on the others.
 * @throws {SchedulerError} If the job or the wishes cannot be met.
 * @throws {DeviceError} If there are no such devices.
 * @throws {ShardError} If the folder is of another job, or not empty without `resume`.
 * @throws {UnfinishedError} If all workers are lost; what was finished is in it.
 *
 * @example See the package's README; here, no engine of that name
 * ```ts
 * import { type EngineName, runJob, SchedulerError } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * const job = { name: "nothing", program: "data:,", description: null, inputs: 0 };
 * await assert.rejects(runJob(job, "abacus" as EngineName), SchedulerError);
 * ```
 */
export function runJob(
  job: Job,
  engine: EngineName,
  options: RunJobOptions = {},
): Promise<JobResult | undefined> {
  return withCrew(job, engine, options, (crew) => crew.run(options));
}

/**
 * Starts a job's workers, hands them over for any number of runs, and ends them, whatever happens:
 * for measuring with weights resident, or for work that comes in portions.
 *
 * SIGINT, SIGTERM and SIGHUP end the workers first, then this process.
 *
 * @param job The job.
 * @param engine What runs it.
 * @param options Devices, folder, patience.
 * @param use What is done with the crew. Under MPI rank 0 alone does it; the others work for it.
 * @returns What `use` returns; nothing on other ranks than 0.
 * @throws As {@linkcode runJob}, and whatever `use` throws.
 *
 * @example No engine of that name
 * ```ts
 * import { type EngineName, SchedulerError, withCrew } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * const job = { name: "nothing", program: "data:,", description: null, inputs: 0 };
 * const run = withCrew(job, "abacus" as EngineName, {}, (crew) => crew.run());
 * await assert.rejects(run, SchedulerError);
 * ```
 */
export function withCrew<T>(
  job: Job,
  engine: EngineName,
  options: CrewOptions,
  use: (crew: Crew) => Promise<T>,
): Promise<T | undefined> {
  return Promise.try(() => {
    if (!Number.isSafeInteger(job.inputs) || job.inputs < 0) {
      throw new SchedulerError(
        `Cannot run ${job.name}: inputs must be a number from 0: received ${job.inputs}`,
      );
    }
    switch (engine) {
      case "single":
        return withSingleCrew(job, options, use);
      case "local":
        return withLocalCrew(job, options, use);
      case "mpi":
        return withMpiCrew(job, options, use);
      default:
        throw new SchedulerError(
          `Cannot run ${job.name}: the engine must be single, local or mpi: received ${engine}`,
        );
    }
  });
}
