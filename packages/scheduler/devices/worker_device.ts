/** The one device that is a worker's own. */
export interface WorkerDevice {
  /** What to open: the one GPU that WebGPU shows, or the CPU. */
  readonly kind: "gpu" | "cpu";
  /** For reports, before the device has told its own name. */
  readonly label: string;
  /** Threads that a CPU worker may use, so that several of them share a machine's cores. */
  readonly threads?: number;
  /** Device nodes that the worker must not see. */
  readonly hidden: readonly string[];
}
