import type { Device } from "../device.ts";
import type { SpmmKernel } from "../kernel.ts";
import { extents, type SpmmProblem } from "../problem.ts";
import { type CaseOptions, type ConformanceCase, conformanceCases } from "./cases.ts";
import { ConformanceError } from "./conformance_error.ts";
import { CONTRACT } from "./contract.ts";
import { runRandomShapes } from "./random_shapes.ts";
import { type DeviceBridge, runCase } from "./run_case.ts";
import { type ConformanceFailure, type Refusal, Tally } from "./tally.ts";

/** What to test, and how far. */
export interface ConformanceOptions extends CaseOptions {
  /** Where given, matrices that live on the device are tested as well. */
  readonly bridge?: DeviceBridge;
  /** How many random shapes to try; 40 where absent. */
  readonly randomShapes?: number;
  /**
   * The reasons for which the kernel may say no to a case, any of which must match; where absent
   * it may give any reason, as long as it takes some case.
   */
  readonly refusals?: readonly RegExp[];
  /** Tells suites of one kernel apart by name, for example "3 threads". */
  readonly label?: string;
  /** Ends at the first failure; false where absent. */
  readonly stopAtFirstFailure?: boolean;
}

/** How a kernel fared. */
export interface ConformanceReport {
  /** The kernel's name. */
  readonly kernel: string;
  /** The device's name. */
  readonly device: string;
  /** Cases that were multiplied and passed. */
  readonly cases: number;
  /** Cases that failed, in the order they were run. */
  readonly failures: readonly ConformanceFailure[];
  /** Cases the kernel said no to, with its reasons. */
  readonly unsupported: readonly Refusal[];
}

/** Cases that are run and reported together. */
export interface ConformanceGroup {
  readonly name: string;
  run(tally: Tally): Promise<void>;
}

/**
 * Runs the conformance suite without a test runner, for machines that are reached by a script.
 *
 * @param kernel The kernel under test.
 * @param device A device of its kind; not disposed of.
 * @param options What to test, and how far.
 *
 * @example A kernel and its report
 * ```ts
 * import { runConformance } from "@spmm/spmm/conformance";
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * const report = await runConformance(referenceKernel, hostDevice, { randomShapes: 5 });
 * assert.deepEqual(report.failures, []);
 * assert.ok(report.cases > 150);
 * ```
 */
export async function runConformance(
  kernel: SpmmKernel,
  device: Device,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  const tally = new Tally();
  for (const group of conformanceGroups(kernel, device, options)) {
    if (options.stopAtFirstFailure && tally.failures.length > 0) break;
    await group.run(tally);
  }
  return reportOf(kernel, device, tally);
}

/** The report of a tally. */
export function reportOf(kernel: SpmmKernel, device: Device, tally: Tally): ConformanceReport {
  return {
    kernel: kernel.name,
    device: device.name,
    cases: tally.passed,
    failures: tally.failures,
    unsupported: tally.refusals,
  };
}

/** The suite in parts: one per matrix, the random shapes, the contract, and the refusals. */
export function conformanceGroups(
  kernel: SpmmKernel,
  device: Device,
  options: ConformanceOptions,
): ConformanceGroup[] {
  const { bridge, randomShapes = 40 } = options;
  const cases = conformanceCases(options);
  const byMatrix = Map.groupBy(cases, ({ matrix }) => matrix);
  return [
    ...Array.from(byMatrix, ([matrix, own]) => ({
      name: `multiplies by the matrix "${matrix}"`,
      run: async (tally: Tally) => {
        for (const one of own) await tally.book(one, () => runCase(kernel, device, one, bridge));
      },
    })),
    {
      name: "multiplies at random shapes",
      run: (tally) => runRandomShapes(kernel, device, randomShapes, tally, bridge),
    },
    ...contractGroups(kernel, device, cases, bridge),
    {
      name: "says no only for stated reasons, and not to everything",
      run: (tally) => Promise.resolve(checkRefusals(tally, options.refusals)),
    },
  ];
}

function contractGroups(
  kernel: SpmmKernel,
  device: Device,
  cases: readonly ConformanceCase[],
  bridge: DeviceBridge | undefined,
): ConformanceGroup[] {
  return CONTRACT.map((promise) => ({
    name: promise.name,
    run: (tally) =>
      tally.book(promise, async () => {
        const problems = problemsToMistake(kernel, device, cases);
        if (problems === undefined) return { kind: "unsupported", reason: TOO_NARROW };
        await promise.check({ kernel, device, problems, bridge });
        return { kind: "passed" };
      }),
  }));
}

const TOO_NARROW = "it takes no two cases that are large enough to make mistakes with";

/** The first two cases, of two matrices, whose every extent can be made too small by one. */
function problemsToMistake(
  kernel: SpmmKernel,
  device: Device,
  cases: readonly ConformanceCase[],
): [SpmmProblem, SpmmProblem] | undefined {
  const fits = ({ problem }: ConformanceCase) =>
    hasRoomForMistakes(problem) && kernel.supports(problem, device).ok;
  const first = cases.find(fits);
  const second = cases.find((one) => one.matrix !== first?.matrix && fits(one));
  return first && second && [first.problem, second.problem];
}

function hasRoomForMistakes(problem: SpmmProblem): boolean {
  const { m, n, k } = extents(problem);
  return Math.min(m, n, k) > 2 && problem.a.values.length > 2;
}

function checkRefusals(tally: Tally, allowed: readonly RegExp[] | undefined): void {
  const hunts = "a kernel that passes because it is never run";
  if (tally.passed === 0 && tally.refusals.length > 0) {
    const error = new ConformanceError(
      `Cannot accept the kernel: it must take some case: received no to each, such as: ${
        tally.refusals[0].reason
      }`,
    );
    tally.failures.push({ name: "every case", hunts, error });
  }
  for (const { name, reason } of tally.refusals) {
    if (allowed === undefined || allowed.some((pattern) => pattern.test(reason))) continue;
    const error = new ConformanceError(
      `Cannot accept the kernel: it may say no only for the reasons its test states: received: ${reason}`,
    );
    tally.failures.push({ name, hunts, error });
  }
}
