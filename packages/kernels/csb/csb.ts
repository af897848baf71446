import type { Device, SpmmKernel, SpmmPlan, SpmmProblem } from "@spmm/spmm";
import { csbFromCsr } from "@spmm/formats";
import { gpuKernel, type GpuKernelDefinition, planTogether, storedValues } from "@spmm/webgpu";
import { BLOCK_SIZE, encode, type Encoding, inspect, refuses } from "./csb_design.ts";
import type { CsbPart } from "./csb_twice.ts";

/**
 * CSB: A·B and Aᵀ·B from one encoding. A workgroup takes a chunk of a block row (A·B) or of a
 * block column (Aᵀ·B) and a tile of columns. Blocks are spread out in workgroup memory, a mask word
 * per row of C naming its non-zeros, so that either direction finds its rows at the same cost; then
 * lanes walk the masks and keep sums in registers. Chunks of a line that was cut leave partial sums,
 * which a second pass adds in order: no atomics on floats, the same bits every time.
 *
 * Bytes: A (4 + 10/8 bytes a non-zero, and the pointers) once per column tile, B once per non-zero
 * and column from cache, C once, partial sums of cut lines twice. Operations: 2·nnz·n.
 *
 * @see Buluç, Fineman, Frigo, Gilbert, Leiserson, "Parallel sparse matrix-vector and
 * matrix-transpose-vector multiplication using compressed sparse blocks", SPAA 2009, §3 and §4.
 *
 * @example Both directions
 * ```ts
 * import { csb } from "@spmm/csb";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   await using forward = await csb.plan({ a, n: 8 }, gpu);
 *   await using backward = await csb.plan({ a, n: 8, transpose: true }, gpu);
 *   assert.equal((await forward.multiply(randomDense(48, 8, 2))).rows, 64);
 *   assert.equal((await backward.multiply(randomDense(64, 8, 2))).rows, 48);
 * }
 * ```
 */
export const csb: SpmmKernel = csbKernel();

/** What can be set of {@linkcode csbKernel}. */
export interface CsbKernelOptions {
  /** Unique among registered kernels; `csb` where absent. */
  readonly name?: string;
  /**
   * Non-zeros a chunk may have before its line is cut; where absent, as many as let all chunks
   * together fill a large GPU. `Infinity` leaves every line whole: CSB without its balancing.
   */
  readonly chunkNonZeros?: number;
  /**
   * A part of the multiplication to be done twice, so that its share of the time can be told; none
   * where absent. The product is the same, as long as B is finite.
   */
  readonly twice?: CsbPart;
}

/**
 * {@linkcode csb} with its balancing set by hand, or with a part done twice.
 *
 * @param options What differs from `csb`.
 *
 * @example CSB without its balancing
 * ```ts
 * import { csbKernel } from "@spmm/csb";
 * import assert from "node:assert/strict";
 *
 * const unbalanced = csbKernel({ name: "csb-whole-lines", chunkNonZeros: Infinity });
 * assert.equal(unbalanced.family, "csb");
 * ```
 */
export function csbKernel(options: CsbKernelOptions = {}): SpmmKernel {
  return gpuKernel(definition(options, encode));
}

/** Plans of both directions over one encoding. */
export interface BothWays extends AsyncDisposable {
  /** Multiplies by A. */
  readonly forward: SpmmPlan;
  /** Multiplies by Aᵀ. */
  readonly backward: SpmmPlan;
}

/**
 * Plans A·B and Aᵀ·B over one encoding: blocks, indices and values are on the device once, for
 * training, where the backward pass multiplies by the transpose of what the forward pass did.
 *
 * @param problem The problem of A·B; `transpose` is set by the direction, and an epilogue, whose
 * bias fits one direction, belongs to A·B.
 * @param device The GPU.
 * @param options As for {@linkcode csbKernel}.
 * @throws {UnsupportedError} If the device is no GPU or the blocks would be mostly empty.
 *
 * @example One encoding, two directions
 * ```ts
 * import { csbBothWays } from "@spmm/csb";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   await using plans = await csbBothWays({ a, n: 8 }, gpu);
 *   assert.equal((await plans.forward.multiply(randomDense(48, 8, 2))).rows, 64);
 *   assert.equal((await plans.backward.multiply(randomDense(64, 8, 2))).rows, 48);
 * }
 * ```
 */
export async function csbBothWays(
  problem: SpmmProblem,
  device: Device,
  options: CsbKernelOptions = {},
): Promise<BothWays> {
  const { epilogue: _, rowOrder: __, ...bare } = problem;
  const whole = csbFromCsr(problem.a, { blockSize: BLOCK_SIZE });
  const values = storedValues(whole.values, problem);
  const once = (part: SpmmProblem): Encoding =>
    part.a === problem.a ? { ...whole, stored: values } : encode(part);
  const [forward, backward] = await planTogether(
    definition(options, once),
    [{ ...problem, transpose: false }, { ...bare, transpose: true }],
    device,
  );
  return {
    forward,
    backward,
    async [Symbol.asyncDispose]() {
      await forward[Symbol.asyncDispose]();
      await backward[Symbol.asyncDispose]();
    },
  };
}

function definition(
  { name = "csb", ...options }: CsbKernelOptions,
  encoded: (problem: SpmmProblem) => Encoding,
): GpuKernelDefinition {
  return {
    name,
    family: "csb",
    source: "Buluç et al., SPAA 2009, §3 and §4",
    refuses,
    inspect: (problem, limits) => inspect(problem, limits, encoded(problem), options),
  };
}
