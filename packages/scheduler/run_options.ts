import type { CrewRunOptions } from "./crew/crew.ts";
import type { Patience } from "./crew/patience.ts";
import type { WorkerDevice } from "./devices/worker_device.ts";

/**
 * What runs a job.
 *
 * - `single`: a worker in a thread of this process;
 * - `local`: a worker process for each device of this machine;
 * - `mpi`: a worker for each rank, started by mpirun or srun; rank 0 coordinates.
 */
export type EngineName = "single" | "local" | "mpi";

/** Wishes for a crew. */
export interface CrewOptions {
  /** A wish as `chooseDevices` takes it, or the devices themselves; `all` where absent. */
  readonly devices?: string | readonly WorkerDevice[];
  /** Folder in which workers keep what they finish; nothing is kept where absent. */
  readonly folder?: string;
  /** Whether what the folder holds of the same job counts; false where absent. */
  readonly resume?: boolean;
  /** How long to wait before a worker is taken for lost. */
  readonly patience?: Patience;
  /** Where shared arrays lie meanwhile; `/dev/shm` where it can be used, else the temporary folder. */
  readonly scratch?: string;
  /** Told of lines that worker processes print. */
  readonly print?: (worker: number, line: string) => void;
  /** Told the number of each worker's process, when it starts. */
  readonly onProcess?: (worker: number, pid: number) => void;
}

/** Wishes for a crew and its one run. */
export interface RunJobOptions extends CrewOptions, CrewRunOptions {}
