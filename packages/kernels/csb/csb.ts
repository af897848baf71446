import type { Device, SpmmKernel, SpmmPlan, SpmmProblem } from "@spmm/spmm";
import { gpuKernel, type GpuKernelDefinition, planTogether } from "@spmm/webgpu";
import { unpackedQuads } from "./block_ranks.ts";
import { type CsbOptions, encode, type Encoding, inspect, refuses } from "./unpack_design.ts";

/**
 * CSB: A·B and Aᵀ·B from one encoding. A first pass unpacks blocks to rows of quads of op(A), a
 * workgroup a block: masks in workgroup memory tell each entry its place in its row, whichever side
 * of the block becomes rows of C. A second pass multiplies the rows as sliced-K does. The quads live
 * in scratch memory that all plans of a device share, and are gone with the next multiplication: what
 * is kept is the encoding alone.
 *
 * Bytes: the encoding once (4 bytes a value, 2·lg β bits an index, and per direction β ranks of one
 * or two bytes a block); 8 bytes a non-zero written, and read once per column tile; B once per
 * non-zero and column from cache; C once. Operations: 2·nnz·n, and some 30 integer ones a non-zero to
 * unpack, whatever n is. On-chip loads of B bound it, as they do kernels over rows.
 *
 * @see Buluç, Fineman, Frigo, Gilbert, Leiserson, "Parallel sparse matrix-vector and
 * matrix-transpose-vector multiplication using compressed sparse blocks", SPAA 2009, §3.
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

/**
 * {@linkcode csb} with what can be set of it.
 *
 * @param options What differs from `csb`.
 *
 * @example Smaller blocks
 * ```ts
 * import { csbKernel } from "@spmm/csb";
 * import assert from "node:assert/strict";
 *
 * assert.equal(csbKernel({ name: "csb-64", blockSize: 64 }).family, "csb");
 * ```
 */
export function csbKernel(options: CsbOptions = {}): SpmmKernel {
  return gpuKernel(definition(options, (problem) => encode(problem, options)));
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
  options: CsbOptions = {},
): Promise<BothWays> {
  const { epilogue: _, rowOrder: __, ...bare } = problem;
  const whole = encode(problem, options);
  const once = (part: SpmmProblem): Encoding =>
    part.a === problem.a ? whole : encode(part, options);
  const problems = [{ ...problem, transpose: false }, { ...bare, transpose: true }];
  // What needs more scratch goes first, so that the other finds it there.
  const isBackwardFirst = unpackedQuads(problem.a, true) > unpackedQuads(problem.a, false);
  const ordered = isBackwardFirst ? problems.toReversed() : problems;
  const plans = await planTogether(definition(options, once), ordered, device);
  const [forward, backward] = isBackwardFirst ? plans.toReversed() : plans;
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
  options: CsbOptions,
  encoded: (problem: SpmmProblem) => Encoding,
): GpuKernelDefinition {
  return {
    name: options.name ?? "csb",
    family: "csb",
    source: "Buluç et al., SPAA 2009, §3",
    refuses: (problem) => refuses(problem, options),
    inspect: (problem, limits) => inspect(problem, limits, encoded(problem), options),
  };
}
