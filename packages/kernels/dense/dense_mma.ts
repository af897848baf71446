import { ShapeError, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import {
  type GpuDesign,
  gpuKernel,
  type GpuLimits,
  isPowerOfTwo,
  MATRIX_EXTENT,
  wideIo,
  wideVectors,
} from "@spmm/webgpu";
import { reasonAgainstSize } from "./dense_gemm.ts";
import { densePasses, shapeOf, withoutRowOrder } from "./dense_passes.ts";
import { partialBytesOf, withinReach } from "./gemm_knobs.ts";
import { type MatrixUnits, subgroupMatrices } from "./matrix_units_code.ts";
import { mmaCode } from "./mma_code.ts";
import { chooseMmaKnobs } from "./mma_knobs.ts";
import { mmaFits, type MmaKnobs, mmaTilesOf, warpsOf } from "./mma_tile.ts";

/**
 * The dense product in halves by units that multiply matrices, such as tensor cores: op(A) written
 * out in full as for {@linkcode denseGemm}, and sums in f32. The baseline that sparsity must beat
 * where a device has such units.
 *
 * WebGPU has them as an experiment only: Dawn's subgroup matrices, with unsafe features allowed.
 * Where a device does not have them, or not for halves, `supports` says so.
 *
 * Bytes: as {@linkcode denseGemm} in f16. Operations: 2·m·k·n, at a rate some 15 times that of f32,
 * so that the copies through workgroup memory bound the time: each element that is read there takes
 * part in 16 multiply-adds for each matrix that a warp has across it.
 *
 * A product of two halves is exact in f32, and so the error bound of the sparse kernels holds.
 *
 * @see Markidis, Chien, Laure, Peng, Vetter, "NVIDIA tensor core programmability, performance &
 * precision", IPDPSW 2018, §III, for the programming model; Kerr et al., "CUTLASS", 2017, for tiles.
 *
 * @example Where a GPU has the units
 * ```ts
 * import { denseMma } from "@spmm/dense";
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * const a = randomCsr({ rows: 64, cols: 48, density: 0.5, seed: 1 });
 * const problem = { a, n: 32, storage: "f16" } as const;
 * if (gpu && denseMma.supports(problem, gpu).ok) {
 *   await using plan = await denseMma.plan(problem, gpu);
 *   const b = randomDense(48, 32, 2);
 *   const c = await plan.multiply({ ...b, data: Float16Array.from(b.data) });
 *   assert.equal(c.rows, 64);
 * }
 * ```
 */
export const denseMma: SpmmKernel = mmaKernel("dense-mma");

/**
 * {@linkcode denseMma} with knobs set by hand, to sweep them.
 *
 * @param knobs All but `split` are powers of two.
 * @throws {ShapeError} If the knobs do not divide each other as they must.
 *
 * @example Two warps that share the depth
 * ```ts
 * import { denseMmaWith } from "@spmm/dense";
 * import assert from "node:assert/strict";
 *
 * const kernel = denseMmaWith({
 *   rows: 32,
 *   columns: 32,
 *   depth: 64,
 *   blockRows: 2,
 *   blockColumns: 2,
 *   slices: 2,
 *   buffers: 1,
 *   split: 1,
 * });
 * assert.equal(kernel.name, "dense-mma 32x32 by 64 of 2x2, 2 slices");
 * ```
 */
export function denseMmaWith(knobs: MmaKnobs): SpmmKernel {
  requireMmaKnobs(knobs);
  return mmaKernel(`dense-mma ${describe(knobs)}`, knobs);
}

/** The kernel by other units than the device's: for tests where it has none. */
export function mmaKernel(name: string, wanted?: MmaKnobs, units?: MatrixUnits): SpmmKernel {
  return gpuKernel({
    name,
    family: "dense",
    source: "Markidis et al., IPDPSW 2018, §III; Kerr et al., CUTLASS 2017",
    refuses: (problem, limits) => refuses(problem, limits, wanted, units),
    inspect: (problem, limits) =>
      inspectMma(problem, limits, units ?? subgroupMatrices(limits.matrixThreads), wanted),
  });
}

/** Narrower products leave most of a matrix unused, and store C in narrower vectors. */
const LEAST_COLUMNS = 5;

function refuses(
  problem: SpmmProblem,
  limits: GpuLimits,
  wanted?: MmaKnobs,
  units?: MatrixUnits,
): string | undefined {
  const { n, storage = "f32" } = problem;
  const threads = units?.threads ?? limits.matrixThreads;
  if (threads === 0) {
    return "the device has no units for products of matrices that WebGPU can reach";
  }
  if (storage !== "f16") return `it multiplies halves: storage must be f16: received ${storage}`;
  if (n < LEAST_COLUMNS) return `C must have at least ${LEAST_COLUMNS} columns: received ${n}`;
  const knobs = wanted ?? chooseMmaKnobs(shapeOf(problem, wideVectors(problem)), limits);
  if (!mmaFits(knobs, threads, limits)) {
    return `a workgroup of ${warpsOf(knobs) * threads} threads exceeds what this device has`;
  }
  return reasonAgainstSize(problem, limits, knobs);
}

/** The design of {@linkcode denseMma} for a problem. */
export function inspectMma(
  problem: SpmmProblem,
  limits: GpuLimits,
  units: MatrixUnits,
  wanted?: MmaKnobs,
): GpuDesign {
  const io = wideIo(withoutRowOrder(problem));
  const shape = shapeOf(problem, io);
  const knobs = withinReach(wanted ?? chooseMmaKnobs(shape, limits), shape, limits);
  const { m, k } = shape;
  const tiles = mmaTilesOf(knobs, shape);
  const code = mmaCode(knobs, units, knobs.split > 1);
  return {
    ...densePasses(problem, { io, knobs, tiles, code, element: "vec4<u32>", order: "by rows" }),
    summary: `op(A) in full, ${tiles} tiles, ${describe(knobs)}`,
    facts: {
      tileRows: knobs.rows,
      tileColumns: knobs.columns,
      tileDepth: knobs.depth,
      blockRows: knobs.blockRows,
      blockColumns: knobs.blockColumns,
      threads: warpsOf(knobs) * units.threads,
      slices: knobs.slices,
      buffers: knobs.buffers,
      split: knobs.split,
      partialBytes: partialBytesOf(knobs, shape),
      executedFlops: 2 * m * k * problem.n,
    },
  };
}

/**
 * Knobs that a kernel can be made of.
 *
 * @throws {ShapeError} If they do not divide each other as they must.
 */
function requireMmaKnobs(knobs: MmaKnobs): void {
  const { rows, columns, depth, blockRows, blockColumns, slices, buffers, split } = knobs;
  const powers = { rows, columns, depth, blockRows, blockColumns, slices, buffers };
  for (const [name, value] of Object.entries(powers)) {
    if (!isPowerOfTwo(value)) refuse(`${name} a power of two`, value);
  }
  if (buffers > 2) refuse("buffers 1 or 2", buffers);
  if (!Number.isInteger(split) || split < 1) refuse("split a positive integer", split);
  const isWhole = rows >= MATRIX_EXTENT * blockRows && columns >= MATRIX_EXTENT * blockColumns &&
    depth >= MATRIX_EXTENT * slices;
  if (!isWhole) {
    refuse(`matrices of ${MATRIX_EXTENT}x${MATRIX_EXTENT} in a tile`, JSON.stringify(knobs));
  }
}

function refuse(rule: string, received: number | string): never {
  throw new ShapeError(`Cannot set up a dense product: it takes ${rule}: received ${received}`);
}

function describe(knobs: MmaKnobs): string {
  const { rows, columns, depth, blockRows, blockColumns, slices, buffers, split } = knobs;
  return [
    `${rows}x${columns} by ${depth} of ${blockRows}x${blockColumns}`,
    ...(slices > 1 ? [`${slices} slices`] : []),
    ...(buffers > 1 ? [`${buffers} buffers`] : []),
    ...(split > 1 ? [`split ${split}`] : []),
  ].join(", ");
}
