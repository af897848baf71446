import type { Device } from "../device.ts";
import type { SpmmKernel } from "../kernel.ts";
import { ConformanceError } from "./conformance_error.ts";
import {
  type ConformanceGroup,
  conformanceGroups,
  type ConformanceOptions,
  type ConformanceReport,
  reportOf,
} from "./run_conformance.ts";
import { type ConformanceFailure, Tally } from "./tally.ts";

/** How many failures of a group a test prints in full. */
const SHOWN = 4;

/**
 * Registers the conformance suite of a kernel as a Deno test, one step per matrix and promise; a
 * kernel's own test file is this call and what is special to the kernel. At the end it prints
 * `conformance <kernel> <device>: <n> cases`.
 *
 * @param kernel The kernel under test.
 * @param openDevice Opens a device of the kernel's kind, or gives undefined where this machine has
 * none: then the suite is skipped by name, unless the environment says `CI=true`, where it fails.
 * The device is disposed of at the end.
 * @param options What to test, and how far.
 *
 * @example A kernel's whole test file
 * ```ts ignore
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import { testConformance } from "@spmm/spmm/conformance";
 *
 * testConformance(referenceKernel, () => Promise.resolve(hostDevice));
 * ```
 */
export function testConformance(
  kernel: SpmmKernel,
  openDevice: () => Promise<Device | undefined>,
  options: ConformanceOptions = {},
): void {
  const title = options.label === undefined ? kernel.name : `${kernel.name} (${options.label})`;
  Deno.test(`${title} agrees with the f64 reference in every conformance case`, async (t) => {
    await using device = await openDevice();
    if (device === undefined) return await skip(t, kernel);
    if (options.realMatrices === undefined) await skipRealMatrices(t);
    const tally = new Tally();
    for (const group of conformanceGroups(kernel, device, options)) {
      await t.step(group.name, () => runGroup(group, tally));
      if (options.stopAtFirstFailure && tally.failures.length > 0) break;
    }
    console.log(conformanceLine(reportOf(kernel, device, tally)));
  });
}

/**
 * The line a suite ends with: `conformance <kernel> <device>: <n> cases`, then what was refused and
 * why, and what failed.
 *
 * @param report The report of a run.
 *
 * @example Two reasons to say no
 * ```ts
 * import { conformanceLine } from "@spmm/spmm/conformance";
 * import assert from "node:assert/strict";
 *
 * const refusal = { name: "arrow, n = 3, f16", reason: "no shader-f16" };
 * const report = { kernel: "merge", device: "llvmpipe", cases: 9, failures: [], unsupported: [refusal] };
 * assert.equal(
 *   conformanceLine(report),
 *   "conformance merge llvmpipe: 9 cases, 1 unsupported (1: no shader-f16)",
 * );
 * ```
 */
export function conformanceLine(report: ConformanceReport): string {
  const { kernel, device, cases, failures, unsupported } = report;
  const reasons = Array.from(
    Map.groupBy(unsupported, ({ reason }) => reason),
    ([reason, refusals]) => `${refusals.length}: ${reason}`,
  );
  return [
    `conformance ${kernel} ${device}: ${cases} cases`,
    ...(reasons.length > 0 ? [`${unsupported.length} unsupported (${reasons.join("; ")})`] : []),
    ...(failures.length > 0 ? [`${failures.length} FAILED`] : []),
  ].join(", ");
}

async function runGroup(group: ConformanceGroup, tally: Tally): Promise<void> {
  const before = tally.failures.length;
  await group.run(tally);
  const failures = tally.failures.slice(before);
  if (failures.length > 0) throw summary(failures);
}

function summary(failures: readonly ConformanceFailure[]): ConformanceError {
  const shown = failures.slice(0, SHOWN).map(({ name, hunts, error }) =>
    `\n- ${name} (hunts ${hunts})\n  ${error}`
  );
  const more = failures.length > SHOWN ? `\n- and ${failures.length - SHOWN} more` : "";
  return new ConformanceError(
    `Cannot accept the kernel: ${failures.length} cases failed:${shown.join("")}${more}`,
    { cause: failures[0].error },
  );
}

async function skip(t: Deno.TestContext, kernel: SpmmKernel): Promise<void> {
  if (runsInCi()) {
    throw new ConformanceError(
      `Cannot test ${kernel.name}: CI must have a ${kernel.device} device: received none`,
    );
  }
  await ignoredStep(t, `skipped: there is no ${kernel.device} device here`);
}

async function skipRealMatrices(t: Deno.TestContext): Promise<void> {
  await ignoredStep(t, "multiplies by real matrices: skipped, none were given");
}

async function ignoredStep(t: Deno.TestContext, name: string): Promise<void> {
  await t.step({ name, ignore: true, fn: () => {} });
}

function runsInCi(): boolean {
  const permission = Deno.permissions.querySync({ name: "env", variable: "CI" });
  return permission.state === "granted" && Deno.env.get("CI") === "true";
}
