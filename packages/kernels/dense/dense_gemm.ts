import { bytesPerElement, extents, operand, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import { encoding, type GpuDesign, gpuKernel, type GpuLimits, productIo } from "@spmm/webgpu";
import { gemmCode } from "./gemm_code.ts";
import { chooseTile, type GemmTile, threadsOf, workgroupsOf } from "./gemm_tile.ts";
import { packedElements, packTiles } from "./pack_tiles.ts";

/**
 * GEMM: the sparse matrix written out in full and multiplied as a dense one, tile by tile through
 * workgroup memory. The baseline that sparsity must beat.
 *
 * Bytes: op(A), m·k elements padded to tiles, once per column of tiles; B, k·n, once per row of
 * tiles; C once. Operations: 2·m·k·n, against 2·nnz·n of a sparse kernel: at density d a sparse
 * kernel wins if it runs at more than d times this one's rate. With tiles of 128×128 a number that
 * is read takes part in 128 multiply-adds, so the arithmetic bounds the time, not the memory.
 *
 * Zeros add exactly nothing to a sum of finite numbers, so the error bound of the sparse product
 * holds here. Where B has infinities or NaN it differs from the sparse kernels: 0 · ∞ is NaN.
 *
 * @see Chetlur et al., "cuDNN: Efficient primitives for deep learning", 2014, §3, for the baseline;
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
export const denseGemm: SpmmKernel = gpuKernel({
  name: "dense",
  family: "dense",
  source: "Volkov, Demmel, SC 2008, §5",
  refuses,
  inspect,
});

/** A dense op(A) of more than one binding is far from any density at which GEMM is of interest. */
function refuses(problem: SpmmProblem, limits: GpuLimits): string | undefined {
  const { m, n, k } = extents(problem);
  const tile = chooseTile(m, n, limits);
  const bytes = packedElements(m, k, tile) * bytesPerElement(problem.storage ?? "f32");
  if (bytes <= limits.maxStorageBufferBindingSize) return undefined;
  return `op(A) written out in full, ${m}x${k}, takes ${bytes} bytes, and this device binds at most ` +
    `${limits.maxStorageBufferBindingSize}`;
}

function inspect(problem: SpmmProblem, limits: GpuLimits): GpuDesign {
  const { m, n, k } = extents(problem);
  const storage = problem.storage ?? "f32";
  const tile = chooseTile(m, n, limits);
  const io = productIo(withoutRowOrder(problem));
  const packed = packTiles(operand(problem), tile, storage);
  return {
    passes: [{
      label: "dense",
      bindings: [...io.bindings, encoding("a_packed", `array<vec4<${storage}>>`, packed)],
      code: io.code + gemmCode(tile, io.columns),
      workgroups: workgroupsOf(tile, m, n),
    }],
    summary: `op(A) in full, ${describe(tile)}`,
    facts: {
      tileRows: tile.rows,
      tileColumns: tile.columns,
      tileDepth: tile.depth,
      executedFlops: 2 * m * k * n,
    },
  };
}

/** Tiles take rows together, so their order has no say; its array would only be uploaded. */
function withoutRowOrder({ rowOrder: _, ...problem }: SpmmProblem): SpmmProblem {
  return problem;
}

function describe(tile: GemmTile): string {
  return `tiles of ${tile.rows}x${tile.columns} by ${tile.depth}, ${
    threadsOf(tile)
  } threads of ${tile.block}x${tile.block}`;
}
