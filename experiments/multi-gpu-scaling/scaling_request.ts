/** What computes: GPUs, or stand-ins that show that all of it works and nothing of a GPU's speed. */
export type WorkerKind = "gpu" | "cpu" | "llvmpipe";

/** How workers are started: processes of this machine, or ranks of MPI on any number of machines. */
export type Launch = "local" | "mpirun" | "srun";

/**
 * How inputs are shared out: equal shares, shares by the speeds that the workers have shown, chunks
 * from a queue.
 */
export type PartitionName = "static" | "speed" | "dynamic";

/** What one coordinator is asked to measure; plain JSON, since it is a process of its own. */
export interface ScalingRequest {
  /** `65536x120`: neurons and layers of a generated network. */
  readonly network: string;
  /** How many inputs. */
  readonly inputs: number;
  /** Numbers of workers, ascending; as many as the largest of them are started, once. */
  readonly workers: readonly number[];
  readonly kind: WorkerKind;
  readonly launch: Launch;
  readonly partitions: readonly PartitionName[];
  /** Where what workers share lies meanwhile; where the scheduler wants it if absent. */
  readonly scratch?: string;
  readonly sampling: RunSampling;
}

/** How often inputs are run. */
export interface RunSampling {
  /** Timed runs at least. */
  readonly runs: number;
  /** Seconds of runs before the first that is timed; one run at least. */
  readonly warmSeconds: number;
  /** Seconds of timed runs after which as many as `runs` are enough. */
  readonly seconds: number;
}

/** One run, in seconds. */
export interface RunSample {
  /** From submitting the inputs to having the gathered result. */
  readonly run: number;
  /** Each worker that took part: from taking its ranges to having their answers. */
  readonly busy: readonly number[];
  /** Ranges of all of them. */
  readonly ranges: number;
  /** Of all workers added up. */
  readonly upload: number;
  readonly compute: number;
  readonly readback: number;
}

/** All timed runs of a partition on a number of workers. */
export interface PartitionRuns {
  readonly workers: number;
  readonly partition: PartitionName;
  readonly samples: readonly RunSample[];
}

/** What a coordinator measured. */
export interface ScalingMeasurement {
  /** What the first worker's device calls itself. */
  readonly device: string;
  /** How many machines the workers are on. */
  readonly machines: number;
  /** Reading or making the network and its inputs, once for a machine. */
  readonly shareSeconds: number;
  /** From the workers' start until all were ready. */
  readonly startSeconds: number;
  /** Inputs × connections. */
  readonly edges: number;
  /** How many inputs have an output that is not zero. */
  readonly survivors: number;
  readonly runs: readonly PartitionRuns[];
  /** One input for each worker, all of them: what is left when there is next to nothing to do. */
  readonly smallest: readonly RunSample[];
}

/** What a coordinator says, a line each. */
export type CoordinatorWords =
  | { readonly kind: "doing"; readonly what: string }
  | { readonly kind: "skipped"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "measured"; readonly measurement: ScalingMeasurement };
