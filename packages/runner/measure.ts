import type { Dense } from "@spmm/formats";
import {
  type DenseMatrix,
  type Device,
  extents,
  type SpmmKernel,
  type SpmmPlan,
  type SpmmProblem,
} from "@spmm/spmm";
import { contenderOf } from "./contender.ts";
import { CheckedResult, type Expectation, expectation } from "./check.ts";
import { Measurement, type Outcome } from "./measurement.ts";
import { fetchMatrix, place, type Placed, placeUnwritten } from "./operands.ts";
import type { Contender } from "./contender.ts";
import { planSeconds } from "./plan_seconds.ts";
import {
  FULL_SAMPLING,
  type PlanSampling,
  type Sampled,
  sampleInTurn,
  type SamplingOptions,
} from "./sampling.ts";

/** What to measure. */
export interface MeasureRequest {
  /** The problem that every kernel is given. */
  readonly problem: SpmmProblem;
  /** k×n on the host. */
  readonly b: Dense;
  /** Where to run. */
  readonly device: Device;
  /** Who competes. */
  readonly kernels: readonly SpmmKernel[];
  /** How to sample; {@linkcode FULL_SAMPLING} where absent. */
  readonly sampling?: SamplingOptions;
  /** What to check against; computed where absent. Give it where several devices share a problem. */
  readonly expected?: Expectation;
}

/**
 * Measures kernels on one problem: plans each, warms the device with all of them, times them in
 * turn on matrices that are on the device, and checks the result that the timed runs left. B is
 * uploaded once; every kernel has a C of its own, filled with NaN before. The first plan of a kernel
 * is the one that multiplies; others tell what planning costs, and are disposed of at once.
 *
 * @param request What to measure.
 * @returns One outcome per kernel, in their order. A kernel that says no is skipped with its reason;
 * one that throws or whose result is wrong has failed, and has no time.
 *
 * @example One kernel on the host
 * ```ts
 * import { measure, QUICK_SAMPLING } from "@spmm/runner";
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const [outcome] = await measure({
 *   problem: { a: randomCsr({ rows: 20, cols: 30, density: 0.2, seed: 1 }), n: 8 },
 *   b: randomDense(30, 8, 2),
 *   device: hostDevice,
 *   kernels: [referenceKernel],
 *   sampling: QUICK_SAMPLING,
 * });
 * assert.ok(outcome.kind === "measured" && outcome.measurement.flopsPerSecond > 0);
 * ```
 */
export async function measure(request: MeasureRequest): Promise<Outcome[]> {
  const { problem, b, device } = request;
  const sampling = request.sampling ?? FULL_SAMPLING;
  const expected = request.expected ?? expectation(problem, b);
  using placedB = await place(device, b, problem.storage ?? "f32");
  await using ready = new AsyncDisposableStack();
  const entries: Entry[] = [];
  for (const kernel of request.kernels) {
    entries.push(await enter(kernel, request, placedB.matrix, sampling.plans, ready));
  }
  const entrants = entries.filter((entry) => entry.kind === "entered");
  const sampled = await sampleAll(device, entrants, sampling);
  const outcomes: Outcome[] = [];
  for (const entry of entries) {
    outcomes.push(
      entry.kind === "entered"
        ? await outcomeOf(entry, sampled.get(entry), expected, placedB)
        : entry,
    );
  }
  return outcomes;
}

/** A kernel that is planned and has multiplied once without complaint. */
interface Entrant {
  readonly kind: "entered";
  readonly kernel: string;
  readonly device: string;
  readonly plan: SpmmPlan;
  readonly planSeconds: readonly number[];
  readonly c: DenseMatrix;
  readonly contender: Contender;
}

type Entry = Entrant | Exclude<Outcome, { kind: "measured" }>;

async function enter(
  kernel: SpmmKernel,
  { problem, device }: MeasureRequest,
  b: DenseMatrix,
  plans: PlanSampling | undefined,
  ready: AsyncDisposableStack,
): Promise<Entry> {
  const who = { kernel: kernel.name, device: device.name };
  const support = kernel.supports(problem, device);
  if (!support.ok) return { kind: "skipped", ...who, reason: support.reason };
  try {
    const toPlan = () => kernel.plan(problem, device);
    const plan = ready.use(await toPlan());
    const { m, n } = extents(problem);
    const { matrix: c } = ready.use(await placeUnwritten(device, m, n, problem.storage ?? "f32"));
    await plan.multiply(b, c);
    return {
      ...{ kind: "entered", ...who, plan, c, contender: contenderOf(plan, b, c) },
      planSeconds: await planSeconds(plan, toPlan, plans),
    };
  } catch (error) {
    return { kind: "failed", ...who, error: String(error) };
  }
}

/** Times of the entrants, or the error that ended the sampling of all of them. */
async function sampleAll(
  device: Device,
  entrants: readonly Entrant[],
  sampling: SamplingOptions,
): Promise<Map<Entrant, Sampled | Error>> {
  try {
    const times = await sampleInTurn(device, entrants.map(({ contender }) => contender), sampling);
    return new Map(entrants.map((entrant, i) => [entrant, times[i]]));
  } catch (error) {
    const cause = error instanceof Error ? error : new TypeError(`Cannot time: ${error}`);
    return new Map(entrants.map((entrant) => [entrant, cause]));
  }
}

async function outcomeOf(
  { kernel, device, plan, planSeconds, c }: Entrant,
  sampled: Sampled | Error | undefined,
  expected: Expectation,
  { uploadSeconds }: Placed,
): Promise<Outcome> {
  const who = { kernel, device };
  if (sampled === undefined || sampled instanceof Error) {
    return { kind: "failed", ...who, error: String(sampled) };
  }
  try {
    const { host, seconds: readbackSeconds } = await fetchMatrix(c);
    const check = CheckedResult.of(host, expected);
    const costs = { planSeconds, uploadSeconds, readbackSeconds };
    return { kind: "measured", ...who, measurement: new Measurement(plan, check, sampled, costs) };
  } catch (error) {
    return { kind: "failed", ...who, error: String(error) };
  }
}
