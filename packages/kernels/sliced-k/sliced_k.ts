import { operand, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import {
  type GpuDesign,
  gpuKernel,
  type GpuLimits,
  type HostMemory,
  packRows,
  type QuadsKnobs,
  quadsProduct,
  rowsInBrief,
} from "@spmm/webgpu";

/**
 * Sliced-K: the non-zeros of a row are dealt out, quad by quad, to several warps of one workgroup,
 * whose sums are added in workgroup memory in a fixed order. Matrices with few long rows, as layers
 * of pruned networks are, so keep as many warps busy as matrices with many.
 *
 * Loads are what the inner loop is made of, so they are few: an offset into B, already multiplied
 * by its stride, lies beside its value, two pairs come with one 16-byte load, and they serve every
 * vector of columns that the lane keeps in registers. Slices are as many as bring the warps to what
 * the GPU has room for at once: then all of the product is under way together, and rows that meet in
 * B meet in time.
 *
 * Bytes: A (8 bytes a non-zero, rows filled up to four) once per column tile, B once per non-zero
 * and column, from the first-level cache where the rows of a workgroup meet there, C once.
 * Operations: 2·nnz·n. On-chip loads bound it: nnz·n·4 bytes, and a sixteenth more for the pairs. In
 * half precision a load brings eight columns, and a non-zero takes four bytes (`packRows`).
 *
 * @see Kerr, Merrill, Demouth, Tran, "CUTLASS: fast linear algebra in CUDA C++", 2017, where slicing
 * K within a workgroup stands beside splitting it over workgroups; the wide loads and index
 * pre-scaling are of Gale, Zaharia, Young, Elsen, SC 2020, §5.
 *
 * @example Multiply on a GPU, where there is one
 * ```ts
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { slicedK } from "@spmm/sliced-k";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   await using plan = await slicedK.plan({ a, n: 32 }, gpu);
 *   const c = await plan.multiply(randomDense(48, 32, 2));
 *   assert.equal(c.rows, 64);
 * }
 * ```
 */
export const slicedK: SpmmKernel = slicedKernel("sliced-k");

/**
 * {@linkcode slicedK} with knobs set by hand, to sweep them.
 *
 * @param knobs Threads are a multiple of lanes × slices, and no more than the device takes; planning
 * throws a `ShapeError` otherwise.
 *
 * @example A row to eight warps
 * ```ts
 * import { slicedKWith } from "@spmm/sliced-k";
 * import assert from "node:assert/strict";
 *
 * const kernel = slicedKWith({
 *   ...{ lanes: 32, vectorsPerLane: 1, slices: 8, threads: 256 },
 *   ...{ quadsAtOnce: 2, ahead: false, order: "row by row" },
 * });
 * assert.equal(kernel.name, "sliced-k 32x1 by 8 of 256, 2 quads at once, row by row");
 * ```
 */
export function slicedKWith(knobs: QuadsKnobs): SpmmKernel {
  const { lanes, vectorsPerLane, slices, threads, quadsAtOnce, ahead, order } = knobs;
  const layout = `${lanes}x${vectorsPerLane} by ${slices} of ${threads}`;
  const quads = `${quadsAtOnce} quads at once${ahead ? " and ahead" : ""}`;
  return slicedKernel(`sliced-k ${layout}, ${quads}, ${order}`, knobs);
}

function slicedKernel(name: string, knobs?: QuadsKnobs): SpmmKernel {
  return gpuKernel({
    name,
    family: "sliced-k",
    source: "Kerr et al., CUTLASS 2017 (sliced-K); Gale et al., SC 2020, §5",
    inspect: (problem, limits, memory) => inspectSlicedK(problem, limits, memory, knobs),
  });
}

/** The design of {@linkcode slicedK} for a problem. */
export function inspectSlicedK(
  problem: SpmmProblem,
  limits: GpuLimits,
  memory: HostMemory,
  wanted?: QuadsKnobs,
): GpuDesign {
  const a = operand(problem);
  const { lengths, quadOffsets, pairs } = packRows(a, problem, memory);
  const { pass, summary, facts } = quadsProduct(
    problem,
    rowsInBrief(lengths),
    limits,
    { quadOffsets, pairs: { role: "encoding", data: pairs } },
    wanted,
  );
  return { passes: [{ ...pass, label: "sliced-k" }], summary, facts };
}
