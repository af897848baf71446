import type { Device, SpmmKernel, SpmmPlan, SpmmProblem } from "@spmm/spmm";
import { gpuKernel, type GpuKernelDefinition, planTogether } from "@spmm/webgpu";
import { type CsbOptions, encode, inspect, refuses } from "./csb_design.ts";
import { type RankedBlocks, rowPlaces } from "./ranked_blocks.ts";

/**
 * CSB: A·B and Aᵀ·B from one encoding. Entries of blocks know their place in their row and in their
 * column (`RankedBlocks`), so whichever side becomes rows of C, blocks are unpacked to rows of quads
 * without a search. Where all of the product is under way at once, each workgroup gathers the rows it
 * multiplies in its own memory, in one pass. Where workgroups follow each other, or rows are too long
 * for that, a first pass scatters blocks to scratch memory that all plans of a device share, and a
 * second multiplies the rows as sliced-K does. What is kept is the encoding alone.
 *
 * Bytes: the encoding once per column tile (4 bytes a value and 4 an entry, a pointer a block; where
 * rows are gathered, by each of the workgroups that share a line of blocks); where they are scattered,
 * 8 bytes a non-zero written, and read once per column tile; B once per non-zero and column from
 * cache; C once. Operations: 2·nnz·n, and some 15 integer ones an entry to unpack it. On-chip loads
 * of B bound it, as they do kernels over rows.
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
 * @throws {FormatError} If `blockSize` is no power of two.
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
  const once = (part: SpmmProblem): RankedBlocks =>
    part.a === problem.a ? whole : encode(part, options);
  const problems = [{ ...problem, transpose: false }, { ...bare, transpose: true }];
  // What needs more scratch goes first, so that the other finds it there.
  const quads = (transpose: boolean): number =>
    rowPlaces(whole.lengths, transpose).quadOffsets.at(-1) ?? 0;
  const isBackwardFirst = quads(true) > quads(false);
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
  encoded: (problem: SpmmProblem) => RankedBlocks,
): GpuKernelDefinition {
  return {
    name: options.name ?? "csb",
    family: "csb",
    source: "Buluç et al., SPAA 2009, §3",
    refuses: (problem, limits) => refuses(problem, limits, options),
    inspect: (problem, limits) => inspect(problem, limits, encoded(problem), options),
  };
}
