import { bytesPerElement, extents, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import { denseTypes, type GpuDesign, gpuKernel, type GpuLimits, productIo } from "@spmm/webgpu";
import { densePasses, shapeOf, withoutRowOrder } from "./dense_passes.ts";
import { gemmCode } from "./gemm_code.ts";
import {
  chooseKnobs,
  type GemmKnobs,
  type GemmShape,
  LEAST,
  MOST_PADDED,
  partialBytesOf,
  reasonAgainst,
  requireKnobs,
  withinReach,
} from "./gemm_knobs.ts";
import { threadsOf, tilesOf, VECTOR, widthOf } from "./gemm_tile.ts";
import { packedElements, type PackedTile } from "./write_out.ts";

/**
 * GEMM: the sparse matrix written out in full and multiplied as a dense one, tile by tile through
 * workgroup memory. The baseline that sparsity must beat, and the product to use where about half
 * of the elements are non-zero.
 *
 * Bytes: op(A), m·k elements padded to tiles, once per column of tiles; B, k·n, once per row of
 * tiles; C once, and where k is split over workgroups 2·split times more, in f32. Operations:
 * 2·m·k·n, against 2·nnz·n of a sparse kernel: at density d a sparse kernel wins if it runs at more
 * than d times this one's rate. With tiles of 128×128 a number that is read takes part in 128
 * multiply-adds, so the arithmetic bounds the time, not the memory: on an H200, whose measured rate
 * is 50 TFLOP/s, 2048×512 by 1024 columns allows 43 µs, its 67 MB from the second-level cache 17.
 * It takes 51 µs there (f32, GPU time): every step also waits for its tiles.
 *
 * Few tiles leave multiprocessors idle. There workgroups share a tile, each with its part of k, and
 * a second pass adds their sums in a fixed order: the same bits from run to run.
 *
 * Zeros add exactly nothing to a sum of finite numbers, so the error bound of the sparse product
 * holds here. Where B has infinities or NaN it differs from the sparse kernels: 0 · ∞ is NaN.
 *
 * @see Kerr, Merrill, Demouth, Tran, "CUTLASS: fast linear algebra in CUDA C++", 2017, for split and
 * slices; Chetlur et al., "cuDNN: Efficient primitives for deep learning", 2014, §3, for the baseline;
 * Volkov, Demmel, "Benchmarking GPUs to tune dense linear algebra", SC 2008, §5, for the blocking.
 *
 * @example Multiply on a GPU, where there is one
 * ```ts
 * import { denseGemm } from "@spmm/dense";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.5, seed: 1 });
 *   await using plan = await denseGemm.plan({ a, n: 32 }, gpu);
 *   const c = await plan.multiply(randomDense(48, 32, 2));
 *   assert.equal(c.rows, 64);
 * }
 * ```
 */
export const denseGemm: SpmmKernel = denseKernel("dense");

/**
 * {@linkcode denseGemm} with knobs set by hand, to sweep them.
 *
 * @param knobs All but `margin` and `split` are powers of two.
 * @throws {ShapeError} If the knobs do not divide each other as they must. A device with too little
 * workgroup memory or too few threads is refused by `supports`.
 *
 * @example Four workgroups to a tile
 * ```ts
 * import { denseGemmWith } from "@spmm/dense";
 * import assert from "node:assert/strict";
 *
 * const kernel = denseGemmWith({
 *   rows: 64,
 *   columns: 64,
 *   depth: 16,
 *   threadRows: 8,
 *   threadColumns: 8,
 *   margin: 0,
 *   slices: 1,
 *   buffers: 1,
 *   split: 4,
 * });
 * assert.equal(kernel.name, "dense 64x64 by 16 of 8x8, split 4");
 * ```
 */
export function denseGemmWith(knobs: GemmKnobs): SpmmKernel {
  requireKnobs(knobs);
  return denseKernel(`dense ${describe(knobs)}`, knobs);
}

function denseKernel(name: string, wanted?: GemmKnobs): SpmmKernel {
  return gpuKernel({
    name,
    family: "dense",
    source: "Volkov, Demmel, SC 2008, §5; Kerr et al., CUTLASS 2017 (split-K)",
    refuses: (problem, limits) => refuses(problem, limits, wanted),
    inspect: (problem, limits) => inspectDense(problem, limits, wanted),
  });
}

/**
 * A dense op(A) of more than one binding is far from any density at which GEMM is of interest. Asked
 * for every product that is planned, so no tile is chosen for the answer: with any it would fit.
 */
function refuses(problem: SpmmProblem, limits: GpuLimits, wanted?: GemmKnobs): string | undefined {
  return reasonAgainstSize(problem, limits, wanted ?? MOST_PADDED) ??
    reasonAgainst(wanted ?? LEAST, limits);
}

/** Why op(A) in full is too large for a device, or undefined where it is not. */
export function reasonAgainstSize(
  problem: SpmmProblem,
  { maxStorageBufferBindingSize }: GpuLimits,
  tile: PackedTile,
): string | undefined {
  const { m, k } = extents(problem);
  const bytes = packedElements(m, k, tile) * bytesPerElement(problem.storage ?? "f32");
  return bytes <= maxStorageBufferBindingSize
    ? undefined
    : `op(A) written out in full, ${m}x${k}, takes ${bytes} bytes, and this device binds at most ` +
      `${maxStorageBufferBindingSize}`;
}

/** The design of {@linkcode denseGemm} for a problem. */
export function inspectDense(
  problem: SpmmProblem,
  limits: GpuLimits,
  wanted?: GemmKnobs,
): GpuDesign {
  const io = productIo(withoutRowOrder(problem));
  const shape = shapeOf(problem, io);
  const knobs = knobsFor(shape, limits, wanted);
  const tiles = tilesOf(knobs, shape.m, shape.vectors);
  const types = denseTypes(problem, io.columns);
  return {
    ...densePasses(problem, {
      ...{ io, knobs, tiles },
      code: gemmCode(knobs, knobs.split > 1, types),
      element: `vec4<${types.stored}>`,
      order: "by columns",
    }),
    summary: `op(A) in full, ${tiles} tiles, ${describe(knobs)}`,
    facts: {
      tileRows: knobs.rows,
      tileColumns: widthOf(knobs) / VECTOR * shape.columns,
      tileDepth: knobs.depth,
      threadRows: knobs.threadRows,
      threadColumns: knobs.threadColumns / VECTOR * shape.columns,
      threads: threadsOf(knobs),
      slices: knobs.slices,
      buffers: knobs.buffers,
      split: knobs.split,
      partialBytes: partialBytesOf(knobs, shape),
      executedFlops: 2 * shape.m * shape.k * problem.n,
    },
  };
}

function knobsFor(shape: GemmShape, limits: GpuLimits, wanted?: GemmKnobs): GemmKnobs {
  return wanted ? withinReach(wanted, shape, limits) : chooseKnobs(shape, limits);
}

function describe(knobs: GemmKnobs): string {
  const { rows, columns, margin, depth, threadRows, threadColumns, slices, buffers, split } = knobs;
  return [
    `${rows}x${columns} by ${depth} of ${threadRows}x${threadColumns}`,
    ...(margin > 0 ? [`margin ${margin}`] : []),
    ...(slices > 1 ? [`${slices} slices`] : []),
    ...(buffers > 1 ? [`${buffers} buffers`] : []),
    ...(split > 1 ? [`split ${split}`] : []),
  ].join(", ");
}
