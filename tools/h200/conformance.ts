/**
 * Runs the conformance suite of every WebGPU kernel on this machine's GPU and prints a line each;
 * exits with 1 where a case failed.
 *
 * @module
 */
import { kernels } from "@spmm/registry";
import { conformanceLine, runConformance } from "@spmm/spmm/conformance";
import { openGpu } from "@spmm/webgpu";
import { gpuBridge } from "@spmm/webgpu/conformance";

await using gpu = await openGpu();
let failed = 0;
let cases = 0;
for (const kernel of kernels.on("webgpu")) {
  const report = await runConformance(kernel, gpu, { bridge: gpuBridge });
  console.log(conformanceLine(report));
  for (const { name, error } of report.failures.slice(0, 5)) console.log(`  ${name}: ${error}`);
  failed += report.failures.length;
  cases += report.cases;
}
console.log(`${cases} cases over ${kernels.on("webgpu").length} kernels, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);
