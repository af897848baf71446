/** What a worker is doing. */
export interface WorkerProgress {
  /** Its number, from 0. */
  readonly worker: number;
  /** What its device calls itself, or what was asked for before it has told. */
  readonly device: string;
  /** What it is at. */
  readonly state: "starting" | "idle" | "busy" | "lost";
  /** Inputs it has finished, those of its present range that are through among them. */
  readonly inputs: number;
  /** Things that went wrong with it. */
  readonly faults: number;
}

/** How far a run is. */
export interface RunProgress {
  /** Inputs that are through, those of earlier runs among them. */
  readonly inputs: number;
  /** Inputs of the job, or of the share that this run has of it. */
  readonly of: number;
  /** Seconds since the run began. */
  readonly seconds: number;
  /** Each worker. */
  readonly workers: readonly WorkerProgress[];
}

const BAR = 24;

/**
 * All workers in one view: a line for the whole and one for each worker.
 *
 * ```text
 *   ████████████············ 30000 of 60000 inputs, 12 000/s
 *   0 nvidia0 busy      15500 inputs
 *   1 nvidia1 starting  14500 inputs, 1 fault
 * ```
 *
 * @param progress What `onProgress` was told.
 *
 * @example A run that is half done
 * ```ts
 * import { progressLines } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * const worker = { worker: 0, device: "cpu 0", state: "busy", inputs: 50, faults: 0 } as const;
 * const lines = progressLines({ inputs: 50, of: 100, seconds: 2, workers: [worker] });
 * assert.deepEqual(lines, [
 *   "████████████············ 50 of 100 inputs, 25/s",
 *   "0 cpu 0  busy      50 inputs",
 * ]);
 * ```
 */
export function progressLines({ inputs, of, seconds, workers }: RunProgress): string[] {
  const full = of === 0 ? BAR : Math.floor(BAR * inputs / of);
  const bar = "█".repeat(full) + "·".repeat(BAR - full);
  const rate = seconds > 0 ? `, ${Math.round(inputs / seconds)}/s` : "";
  const width = Math.max(0, ...workers.map(({ device }) => device.length));
  return [
    `${bar} ${inputs} of ${of} inputs${rate}`,
    ...workers.map(({ worker, device, state, inputs, faults }) => {
      const wrong = faults === 0 ? "" : `, ${faults} ${faults === 1 ? "fault" : "faults"}`;
      return `${worker} ${device.padEnd(width)}  ${state.padEnd(8)}  ${inputs} inputs${wrong}`;
    }),
  ];
}
