import { flops, type PlanDescription, type SpmmPlan } from "@spmm/spmm";
import type { CheckedResult } from "./check.ts";
import type { Sampled } from "./sampling.ts";
import { median, summarize, type Summary } from "./statistics.ts";

/** The parts of a multiplication's cost that are paid outside the kernel, in seconds. */
export interface OtherCosts {
  /** Inspecting A (encode, reorder, upload, compile), plan by plan; first of the one that ran. */
  readonly planSeconds: readonly number[];
  /** Moving B to the device. */
  readonly uploadSeconds: number;
  /** Moving C back. */
  readonly readbackSeconds: number;
}

/**
 * Times of a kernel on a problem, of a run whose result was checked: there is no way to make one
 * without a {@linkcode CheckedResult}.
 *
 * @example Made by `measure`
 * ```ts
 * import { measure, Measurement, QUICK_SAMPLING } from "@spmm/runner";
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const problem = { a: randomCsr({ rows: 20, cols: 30, density: 0.2, seed: 1 }), n: 8 };
 * const request = { problem, b: randomDense(30, 8, 2), device: hostDevice };
 * const kernels = [referenceKernel];
 * const [outcome] = await measure({ ...request, kernels, sampling: QUICK_SAMPLING });
 * assert.ok(outcome.kind === "measured" && outcome.measurement instanceof Measurement);
 * ```
 */
export class Measurement {
  /** The kernel that ran; for a chooser the chosen one. */
  readonly ran: string;
  /** What the plan said of itself. */
  readonly description: PlanDescription;
  /** Bytes of the encoding on the device. */
  readonly encodingBytes: number;
  /**
   * Seconds to inspect: encode, reorder, upload A, compile. The median of the plans, and so without
   * compiling where there are three or more: a program is compiled by the first that needs it.
   */
  readonly inspectSeconds: number;
  /** Operations of one multiplication. */
  readonly flops: number;
  /** Median, least and spread of the kernel's time, in seconds. */
  readonly time: Summary;

  /**
   * Keeps what a timed run showed.
   *
   * @param plan The plan that ran.
   * @param check The check that its timed result passed.
   * @param sampled Its times.
   * @param costs Planning, upload and readback.
   */
  constructor(
    plan: SpmmPlan,
    readonly check: CheckedResult,
    readonly sampled: Sampled,
    readonly costs: OtherCosts,
  ) {
    this.ran = plan.kernel;
    this.description = plan.describe();
    this.encodingBytes = plan.bytes;
    this.inspectSeconds = median(costs.planSeconds);
    this.flops = flops(plan.problem);
    this.time = summarize(sampled.seconds);
  }

  /** Operations a second at the median time. */
  get flopsPerSecond(): number {
    return this.flops / this.time.median;
  }
}

/** How a kernel fared: measured; skipped, with the reason; or failed, which is no skip. */
export type Outcome =
  & {
    /** The kernel that was asked. */
    readonly kernel: string;
    /** The device it was asked on. */
    readonly device: string;
  }
  & (
    | { readonly kind: "measured"; readonly measurement: Measurement }
    | { readonly kind: "skipped"; readonly reason: string }
    | { readonly kind: "failed"; readonly error: string }
  );
