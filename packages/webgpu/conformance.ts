/**
 * Tests on a GPU: the conformance suite for WebGPU kernels, with matrices on the host and on the
 * device, and tests of one's own that need an adapter.
 *
 * @module
 */
import { smallDlmc } from "@spmm/datasets";
import { type Dense, randomCsr, randomDense } from "@spmm/formats";
import { checkResult, reference, type SpmmKernel, type SpmmPlan } from "@spmm/spmm";
import {
  type ConformanceCase,
  type ConformanceOptions,
  type DeviceBridge,
  type NamedMatrix,
  runCase,
  testConformance,
} from "@spmm/spmm/conformance";
import assert from "node:assert/strict";
import { asGpu, type GpuDevice, openGpu, type OpenGpuOptions, tryOpenGpu } from "./gpu_device.ts";
import { downloadMatrix, GpuMatrix, uploadMatrix } from "./gpu_matrix.ts";
import { ValidationError } from "./errors.ts";
import { quadForm } from "./row_quads.ts";

export { LARGE_LIMITS, LEAST_LIMITS } from "./test_limits.ts";

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
 * What WebGPU kernels are tested with: operands on the host and on the device, a few real matrices
 * where the data is at hand, and no reason to say no but a missing f16.
 */
export const GPU_CONFORMANCE: ConformanceOptions = {
  bridge: gpuBridge,
  refusals: [/shader-f16/],
  ...(REAL && { realMatrices: REAL }),
};

/**
 * Registers the conformance suite of a WebGPU kernel as Deno tests, with a few real matrices where
 * the data is at hand. A kernel may say no to f16 on a device without it; its other reasons are to
 * be stated in `refusals`.
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
  testConformance(kernel, tryOpenGpu, { ...GPU_CONFORMANCE, ...options });
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
 * });
 * ```
 */
export function gpuTest(
  name: string,
  test: (gpu: GpuDevice) => Promise<void> | void,
  options: OpenGpuOptions = {},
): void {
  Deno.test(name, async (t) => {
    const mustHave = Deno.env.get("CI") === "true";
    await using gpu = mustHave ? await openGpu(options) : await tryOpenGpu(options);
    if (gpu !== undefined) return await test(gpu);
    await t.step({ name: "skipped: there is no webgpu device here", ignore: true, fn: () => {} });
  });
}

/**
 * Registers a test of a kernel of rows of quads: that its halves are multiplied by the right rows of B
 * also where these are too many for their offsets to fit half a word (`quadForm`).
 *
 * @param kernel The kernel.
 *
 * @example A kernel that packs rows as quads
 * ```ts ignore
 * import { slicedK } from "@spmm/sliced-k";
 * import { testShortColumns } from "@spmm/webgpu/conformance";
 *
 * testShortColumns(slicedK);
 * ```
 */
export function testShortColumns(kernel: SpmmKernel): void {
  gpuTest(
    `${kernel.name} names rows of B in halves by their columns where offsets are too large`,
    async (gpu) => {
      if (!gpu.hasF16) return;
      const a = randomCsr({ rows: 40, cols: 3000, density: 0.01, seed: 4 });
      const problem = { a, n: 200, storage: "f16" } as const;
      assert.equal(quadForm(problem), "short column");
      await using plan = await kernel.plan(problem, gpu);
      const b = randomDense(3000, 200, 5);
      await checkProduct(plan, { ...b, data: Float16Array.from(b.data) });
    },
  );
}

/**
 * Multiplies and checks the product against the f64 reference.
 *
 * @param plan The plan.
 * @param b What it multiplies by.
 * @throws {MismatchError} If the product is off.
 *
 * @example A test of a shape of one's own
 * ```ts ignore
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { rowSplit } from "@spmm/row-split";
 * import { checkProduct, gpuTest } from "@spmm/webgpu/conformance";
 *
 * gpuTest("a long row is multiplied", async (gpu) => {
 *   const a = randomCsr({ rows: 1, cols: 5000, density: 1, seed: 1 });
 *   await using plan = await rowSplit.plan({ a, n: 8 }, gpu);
 *   await checkProduct(plan, randomDense(5000, 8, 2));
 * });
 * ```
 */
export async function checkProduct(plan: SpmmPlan, b: Dense): Promise<void> {
  const c = await plan.multiply(b);
  checkResult(
    c.location === "host" ? c : await gpuBridge.download(c),
    reference(plan.problem, b),
  );
}

/**
 * Runs some conformance cases, for a variant of a kernel that need not run them all.
 *
 * @param kernel The variant.
 * @param gpu Where.
 * @param cases What to run.
 * @throws {AssertionError} At the first case that fails, with its name.
 *
 * @example A kernel cut in other places
 * ```ts ignore
 * import { csbWalkKernel } from "@spmm/csb";
 * import { conformanceCases } from "@spmm/spmm/conformance";
 * import { checkCases, gpuTest } from "@spmm/webgpu/conformance";
 *
 * gpuTest("lines cut in small chunks come out whole", async (gpu) => {
 *   const cases = conformanceCases().filter(({ matrix }) => matrix === "arrow");
 *   await checkCases(csbWalkKernel({ name: "finely cut", chunkNonZeros: 3 }), gpu, cases);
 * });
 * ```
 */
export async function checkCases(
  kernel: SpmmKernel,
  gpu: GpuDevice,
  cases: readonly ConformanceCase[],
): Promise<void> {
  for (const one of cases) {
    await assert.doesNotReject(() => runCase(kernel, gpu, one, gpuBridge), one.name);
  }
}
