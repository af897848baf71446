/**
 * Runs the conformance suite of every WebGPU kernel on this machine's GPU and prints a line each;
 * exits with 1 where a case failed.
 *
 * @module
 */
import { kernels } from "@spmm/registry";
import { conformanceLine, type ConformanceReport, runConformance } from "@spmm/spmm/conformance";
import { openGpu } from "@spmm/webgpu";
import { GPU_CONFORMANCE } from "@spmm/webgpu/conformance";

await using gpu = await openGpu();
// All at the same time: most of a case is waiting for its result to come back.
const reports = await Promise.all(
  kernels.on("webgpu").map((kernel) => runConformance(kernel, gpu, GPU_CONFORMANCE)),
);
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
