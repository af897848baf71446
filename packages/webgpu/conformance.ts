/**
 * Tests on a GPU: the conformance suite for WebGPU kernels, with matrices on the host and on the
 * device, and tests of one's own that need an adapter.
 *
 * @module
 */
import { smallDlmc } from "@spmm/datasets";
import type { SpmmKernel } from "@spmm/spmm";
import {
  type ConformanceOptions,
  type DeviceBridge,
  type NamedMatrix,
  testConformance,
} from "@spmm/spmm/conformance";
import { asGpu, type GpuDevice, openGpu, type OpenGpuOptions, tryOpenGpu } from "./gpu_device.ts";
import { downloadMatrix, GpuMatrix, uploadMatrix } from "./gpu_matrix.ts";
import { ValidationError } from "./errors.ts";

/** The way on and off a GPU for the conformance suite. */
export const gpuBridge: DeviceBridge = {
  upload: (device, host) => uploadMatrix(asGpu(device), host),
  download(matrix) {
    if (matrix instanceof GpuMatrix) return downloadMatrix(matrix);
    throw new ValidationError(
      `Cannot download a matrix: it must be on a GPU: received one on ${matrix.device.name}`,
    );
  },
};

const REAL: readonly NamedMatrix[] | undefined = (await smallDlmc())?.map(({ name, matrix }) => ({
  name,
  a: matrix,
  hunts: "what only weights of pruned networks bring up",
}));

/**
 * Registers the conformance suite of a WebGPU kernel as Deno tests, with a few real matrices where
 * the data is at hand.
 *
 * @param kernel The kernel.
 * @param options What differs for the suite.
 *
 * @example A family's test file
 * ```ts ignore
 * import { rowSplit } from "@spmm/row-split";
 * import { testGpuConformance } from "@spmm/webgpu/conformance";
 *
 * testGpuConformance(rowSplit);
 * ```
 */
export function testGpuConformance(kernel: SpmmKernel, options: ConformanceOptions = {}): void {
  testConformance(kernel, tryOpenGpu, {
    bridge: gpuBridge,
    ...(REAL && { realMatrices: REAL }),
    ...options,
  });
}

/**
 * Registers a test that needs a GPU: skipped by name where there is none, failed for that where
 * the environment says `CI=true`. The device is closed in the end.
 *
 * @param name What holds, as a sentence.
 * @param test The test.
 * @param options How to open the GPU.
 *
 * @example Buffers are counted
 * ```ts ignore
 * import { gpuTest } from "@spmm/webgpu/conformance";
 * import assert from "node:assert/strict";
 *
 * gpuTest("a fresh device holds nothing", (gpu) => {
 *   assert.equal(gpu.memory.bytes, 0);
 *   return Promise.resolve();
 * });
 * ```
 */
export function gpuTest(
  name: string,
  test: (gpu: GpuDevice) => Promise<void>,
  options: OpenGpuOptions = {},
): void {
  Deno.test(name, async (t) => {
    const mustHave = Deno.env.get("CI") === "true";
    await using gpu = mustHave ? await openGpu(options) : await tryOpenGpu(options);
    if (gpu !== undefined) return await test(gpu);
    await t.step({ name: "skipped: there is no webgpu device here", ignore: true, fn: () => {} });
  });
}
