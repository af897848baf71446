import { randomCsr } from "@spmm/formats";
import fc from "fast-check";
import type { Device } from "../device.ts";
import type { SpmmKernel } from "../kernel.ts";
import { type ConformanceCase, conformanceCase, EPILOGUES } from "./cases.ts";
import { type DeviceBridge, runCase } from "./run_case.ts";
import type { Tally } from "./tally.ts";

const HUNTS = "what nobody thought of";

/**
 * Multiplies at random shapes, densities and options, the same ones in every run. Of a failure the
 * smallest case that still fails is booked.
 */
export async function runRandomShapes(
  kernel: SpmmKernel,
  device: Device,
  count: number,
  tally: Tally,
  bridge?: DeviceBridge,
): Promise<void> {
  const property = fc.asyncProperty(randomCase, async (one) => {
    tally.bookOutcome(one.name, await runCase(kernel, device, one, bridge));
  });
  const passedBefore = tally.passed;
  const details = await fc.check(property, { seed: 20180827, numRuns: count });
  if (!details.failed) return;
  tally.passed = passedBefore;
  const name = details.counterexample?.[0].name ?? "random shapes";
  tally.failures.push({ name, hunts: HUNTS, error: details.errorInstance });
}

const randomCase: fc.Arbitrary<ConformanceCase> = fc.record({
  rows: fc.nat(70),
  cols: fc.nat(70),
  density: fc.constantFrom(0.5, 0.1, 0.02, 0.9, 0),
  n: fc.nat(70),
  epilogue: fc.constantFrom(...EPILOGUES),
  storage: fc.constantFrom("f32" as const, "f16" as const),
  transpose: fc.boolean(),
  shuffled: fc.boolean(),
  seed: fc.nat(2 ** 30),
}).map(({ rows, cols, density, seed, ...choice }) => {
  const name = `random ${rows}x${cols} of density ${density}, seed ${seed}`;
  const a = randomCsr({ rows, cols, density, seed });
  return conformanceCase({ name, hunts: HUNTS, a }, choice, seed);
});
