import { operand, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import { csrIo, type GpuDesign, gpuKernel, type GpuLimits, productIo } from "@spmm/webgpu";
import { bundleShape } from "./bundle_shape.ts";
import { idleShare } from "./idle_share.ts";
import { bundleCode } from "./row_bundles_wgsl.ts";
import { rowSwizzle } from "./row_swizzle.ts";

/** Threads of a workgroup: four warps, so that a workgroup's end is not waited for by many. */
const THREADS = 128;
/** Threads in lock-step on most GPUs; the rows they hold wait for each other. */
const WARP = 32;

/**
 * Row bundles: rows of like length side by side in a workgroup, a subwarp of eight threads to a
 * row, the longest bundles first. A warp then holds four rows without one waiting for another, and
 * each thread keeps up to 16 columns in registers for each index and value that it reads.
 *
 * The order is the kernel's own: a row order that the problem brings is replaced.
 *
 * Bytes: A once per column tile (8 a non-zero in f32, 4 a row, and 4 a row for the order), a row of
 * B per non-zero (from cache where B fits: k·n elements from memory), C once. Operations: 2·nnz·n.
 * The time they allow is the larger of bytes over bandwidth and operations over peak; before either,
 * the nnz·n elements of B at the rate of the cache. A row is never shared, so neither is it less
 * than the longest row takes.
 *
 * @see Gale, Zaharia, Young, Elsen, "Sparse GPU kernels for deep learning", SC 2020, §5.2.
 *
 * @example Multiply on a GPU, where there is one
 * ```ts
 * import { powerLawRowLengths, randomCsr, randomDense } from "@spmm/formats";
 * import { rowBundles } from "@spmm/row-swizzle";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const rowLengths = powerLawRowLengths({ rows: 64, cols: 48, mean: 9, seed: 1 });
 *   const a = randomCsr({ rows: 64, cols: 48, rowLengths, seed: 1 });
 *   await using plan = await rowBundles.plan({ a, n: 32 }, gpu);
 *   const c = await plan.multiply(randomDense(48, 32, 2));
 *   assert.equal(c.rows, 64);
 * }
 * ```
 */
export const rowBundles: SpmmKernel = gpuKernel({
  name: "row-swizzle",
  family: "row-swizzle",
  source: "Gale, Zaharia, Young, Elsen, SC 2020, §5.2",
  inspect: (problem, limits) => inspectBundles(problem, limits),
});

/**
 * The design of {@linkcode rowBundles} for a problem.
 *
 * @param problem The problem.
 * @param limits The device's limits.
 * @param enoughThreads How many threads are enough, known to `bundleShape` where absent.
 */
export function inspectBundles(
  problem: SpmmProblem,
  limits: GpuLimits,
  enoughThreads?: number,
): GpuDesign {
  const a = operand(problem);
  const rowOrder = rowSwizzle(a);
  const io = productIo({ ...problem, rowOrder });
  const shape = bundleShape(a.rows, io.vectors, enoughThreads);
  const { lanes, vectorsPerLane, tiles } = shape;
  const rows = Math.min(THREADS, limits.maxComputeInvocationsPerWorkgroup) / lanes;
  const bundles = Math.ceil(a.rows / rows);
  const asTheyStand = Uint32Array.from(rowOrder.keys());
  return {
    passes: [{
      label: "row-swizzle",
      bindings: [...io.bindings, ...csrIo(a, problem).bindings],
      code: io.code + bundleCode(shape, rows),
      workgroups: bundles * tiles,
    }],
    summary:
      `${bundles} bundles of ${rows} rows by decreasing length, ${lanes} lanes of ${vectorsPerLane} × ${io.columns} columns per row, ${tiles} column tiles`,
    facts: {
      bundles,
      rowsPerBundle: rows,
      lanes,
      vectorsPerLane,
      columnsPerVector: io.columns,
      columnTiles: tiles,
      idleShare: idleShare(a.rowOffsets, rowOrder, WARP / lanes),
      idleShareUnswizzled: idleShare(a.rowOffsets, asTheyStand, WARP / lanes),
    },
  };
}
