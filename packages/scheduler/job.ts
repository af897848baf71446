import type { Inference } from "@spmm/network";
import type { WorkerDevice } from "./devices/worker_device.ts";
import type { SharedArrays, SharedSource } from "./shared/shared_arrays.ts";

/**
 * Work for many devices: a program that each worker loads by itself, and how many inputs there are.
 *
 * It is plain data, so that it reaches other processes and machines: the same program text runs in
 * this process, in a process for each GPU, and under MPI.
 */
export interface Job<Description = unknown> {
  /** For reports. */
  readonly name: string;
  /** URL of the module that exports `program`, a {@linkcode JobProgram}. */
  readonly program: string;
  /** Plain JSON for the program: which network, which inputs, which strategies. */
  readonly description: Description;
  /** Inputs, numbered from 0. */
  readonly inputs: number;
}

/** What a job's module exports under the name `program`. */
export interface JobProgram<Description = unknown> {
  /**
   * Reads or makes once for a machine what all its workers need, such as the network's weights;
   * absent where there is nothing to share.
   */
  load?(description: Description): Promise<SharedArrays>;
  /** Makes a worker ready on its device; weights are resident when this resolves. */
  start(setting: WorkerSetting<Description>): Promise<RangeWorker>;
}

/** What a worker begins with. */
export interface WorkerSetting<Description = unknown> {
  /** The job's description. */
  readonly description: Description;
  /** The one device that is the worker's own. */
  readonly device: WorkerDevice;
  /** What `load` gave; absent where the program has no `load`. */
  readonly shared?: SharedSource;
}

/** A worker that is ready. */
export interface RangeWorker extends AsyncDisposable {
  /** What the device calls itself. */
  readonly device: string;
  /**
   * The most inputs to be asked for at once, which is what the device's memory holds; the largest
   * safe integer where the worker cuts ranges itself.
   */
  readonly chunk: number;
  /**
   * Runs inputs first to end − 1 through the network.
   *
   * @param range Which inputs.
   * @param onProgress Told how many of them are through; each call also says that the worker is not
   * stuck.
   * @returns Their inference, survivors counted from 0 at `first`.
   */
  infer(
    range: { readonly first: number; readonly end: number },
    onProgress: (inputs: number) => void,
  ): Promise<RangeInference>;
}

/** What of an inference travels: a plan's `Inference` is one. */
export type RangeInference = Pick<
  Inference,
  "inputs" | "survivors" | "alive" | "seconds" | "edges"
>;
