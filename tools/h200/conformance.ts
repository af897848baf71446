/**
 * Runs the conformance suite of every WebGPU kernel that this machine's GPU can run, and prints a line
 * each; exits with 1 where a case failed.
 *
 * @module
 */
import { randomCsr } from "@spmm/formats";
import { kernels } from "@spmm/registry";
import type { SpmmKernel } from "@spmm/spmm";
import { conformanceLine, type ConformanceReport, runConformance } from "@spmm/spmm/conformance";
import { openGpu } from "@spmm/webgpu";
import { GPU_CONFORMANCE } from "@spmm/webgpu/conformance";

await using gpu = await openGpu();
/** Why a kernel takes nothing on this GPU, such as for want of units; undefined where it does. */
function reasonAgainst(kernel: SpmmKernel): string | undefined {
  const a = randomCsr({ rows: 32, cols: 32, density: 0.5, seed: 1 });
  const [single, half] = (["f32", "f16"] as const)
    .map((storage) => kernel.supports({ a, n: 32, storage }, gpu));
  return single.ok || half.ok ? undefined : half.reason;
}

/** What kernels may say no to beside what all may: matrix units take halves, and rows of some width. */
const REFUSALS = [/storage must be f16/, /C must have at least 5 columns/];
const options = { ...GPU_CONFORMANCE, refusals: [...GPU_CONFORMANCE.refusals ?? [], ...REFUSALS] };
const absent = Map.groupBy(kernels.on("webgpu"), reasonAgainst);
const present = absent.get(undefined) ?? [];
absent.delete(undefined);
// All at the same time: most of a case is waiting for its result to come back.
const reports = await Promise.all(
  present.map((kernel) => runConformance(kernel, gpu, options)),
);
for (const [reason, missing] of absent) {
  console.log(`not run, as ${reason}: ${missing.map(({ name }) => name).join(", ")}`);
}
for (const report of reports) {
  console.log(conformanceLine(report));
  for (const { name, error } of report.failures.slice(0, 5)) console.log(`  ${name}: ${error}`);
}
const total = (count: (report: ConformanceReport) => number): number =>
  reports.reduce((sum, report) => sum + count(report), 0);
const failed = total(({ failures }) => failures.length);
console.log(
  `${total(({ cases }) => cases)} cases over ${reports.length} kernels, ${failed} failed`,
);
Deno.exit(failed === 0 ? 0 : 1);
