/**
 * The conformance suite for WebGPU kernels: on this machine's adapter, with matrices on the host
 * and on the device.
 *
 * @module
 */
import type { SpmmKernel } from "@spmm/spmm";
import {
  type ConformanceOptions,
  type DeviceBridge,
  testConformance,
} from "@spmm/spmm/conformance";
import { asGpu, tryOpenGpu } from "./gpu_device.ts";
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

/**
 * Registers the conformance suite of a WebGPU kernel as Deno tests.
 *
 * @param kernel The kernel.
 * @param options More for the suite, real matrices for example.
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
  testConformance(kernel, tryOpenGpu, { bridge: gpuBridge, ...options });
}
