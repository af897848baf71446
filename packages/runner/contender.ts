import type { DenseMatrix, SpmmPlan } from "@spmm/spmm";
import { type GpuDevice, GpuMatrix, GpuPlan, type Recorder } from "@spmm/webgpu";

/** Work to be timed. */
export interface Contender {
  /** Does the work once; it need not wait for the device. */
  run(): void | Promise<void>;
  /** On a GPU: the work as it is recorded, so that timestamps can be taken around it. */
  readonly recording?: Recording;
}

/** Work that appends itself to a compute pass. */
export interface Recording {
  /** The device whose passes it takes. */
  readonly device: GpuDevice;
  /** Appends the work once. */
  readonly record: Recorder;
}

/**
 * The work of a plan on matrices that are where it wants them. On a GPU it is recorded, submitted and
 * not waited for, as in a chain of layers.
 *
 * @param plan The plan.
 * @param b k×n on the plan's device.
 * @param c m×n on the plan's device.
 *
 * @example On the host
 * ```ts
 * import { contenderOf } from "@spmm/runner";
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import { dense, randomCsr, randomDense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 4, cols: 5, density: 0.5, seed: 1 });
 * await using plan = await referenceKernel.plan({ a, n: 3 }, hostDevice);
 * const c = dense(4, 3);
 * await contenderOf(plan, randomDense(5, 3, 2), c).run();
 * assert.ok(c.data.some((element) => element !== 0));
 * ```
 */
export function contenderOf(plan: SpmmPlan, b: DenseMatrix, c: DenseMatrix): Contender {
  if (plan instanceof GpuPlan && b instanceof GpuMatrix && c instanceof GpuMatrix) {
    return recorded(plan.device, (pass) => plan.record(pass, b, c));
  }
  return { run: async () => void await plan.multiply(b, c) };
}

/**
 * Several pieces of work one after the other, as one: on a GPU as one recording.
 *
 * @param steps The pieces, in order.
 *
 * @example Two steps
 * ```ts
 * import { chained } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const done: string[] = [];
 * await chained([{ run: () => void done.push("a") }, { run: () => void done.push("b") }]).run();
 * assert.deepEqual(done, ["a", "b"]);
 * ```
 */
export function chained(steps: readonly Contender[]): Contender {
  const recordings = steps.flatMap(({ recording }) => recording ?? []);
  const [first] = recordings;
  if (first !== undefined && recordings.length === steps.length) {
    return recorded(first.device, (pass) => {
      for (const { record } of recordings) record(pass);
    });
  }
  return {
    async run() {
      for (const { run } of steps) await run();
    },
  };
}

/** Work that is recorded: done once by submitting what it records. */
function recorded(device: GpuDevice, record: Recorder): Contender {
  return {
    recording: { device, record },
    run() {
      const encoder = device.handle.createCommandEncoder({ label: "contender" });
      const pass = encoder.beginComputePass();
      record(pass);
      pass.end();
      device.handle.queue.submit([encoder.finish()]);
    },
  };
}
