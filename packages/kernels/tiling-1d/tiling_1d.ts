import type { Csr } from "@spmm/formats";
import { operand, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import {
  type Binding,
  encoding,
  type GpuDesign,
  gpuKernel,
  productIo,
  storedValues,
} from "@spmm/webgpu";
import { chooseConfig } from "./choose_config.ts";
import { faultOf, Tiling1dConfig, type Tiling1dKnobs } from "./tiling_1d_config.ts";
import { tiling1dCode } from "./tiling_1d_code.ts";

const SOURCE = "Gale, Zaharia, Young, Elsen, SC 2020, §5";

/**
 * 1-D tiling: a strip of a row of C to a subwarp. Its lanes fetch the row's non-zeros together, a
 * tile at a time, into workgroup memory; then each lane multiplies the whole tile into columns of
 * its own.
 *
 * Bytes: A, 8 per non-zero (6 with f16), once per strip of 64 columns; B once per non-zero and
 * column, from cache where a column tile of it fits; C once. Operations: 2·nnz·n. One load of B
 * feeds one multiply-add, so the bandwidth of the cache bounds the time. A row is never shared, so
 * the longest row of a workgroup sets its time: a row order that puts rows of like length together
 * helps.
 *
 * A workgroup is one warp of several subwarps, as in the paper: WGSL without subgroups has no way
 * to wait for a part of a workgroup, and a barrier within one warp costs next to nothing.
 *
 * @see Gale, Zaharia, Young, Elsen, "Sparse GPU kernels for deep learning", SC 2020, §5.
 *
 * @example Multiply on a GPU, where there is one
 * ```ts
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { tiling1d } from "@spmm/tiling-1d";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   await using plan = await tiling1d.plan({ a, n: 32 }, gpu);
 *   const c = await plan.multiply(randomDense(48, 32, 2));
 *   assert.equal(c.rows, 64);
 * }
 * ```
 */
export const tiling1d: SpmmKernel = gpuKernel({
  name: "tiling-1d",
  family: "tiling-1d",
  source: SOURCE,
  inspect: (problem, limits) =>
    design(
      problem,
      (a, width, vectors) => chooseConfig(width, vectors, a.values.length / a.rows, limits),
    ),
});

/**
 * 1-D tiling at given sizes instead of chosen ones, to find out what they do.
 *
 * @param knobs The sizes; a device on which they are illegal is refused with the reason.
 *
 * @example A kernel with its sizes in its name
 * ```ts
 * import { tiling1dWith } from "@spmm/tiling-1d";
 * import assert from "node:assert/strict";
 *
 * const kernel = tiling1dWith({ tileK: 16, lanes: 32, vectorsPerLane: 1, subwarps: 4 });
 * assert.equal(kernel.name, "tiling-1d k16 32x1 by 4");
 * ```
 */
export function tiling1dWith(knobs: Tiling1dKnobs): SpmmKernel {
  const { tileK, lanes, vectorsPerLane, subwarps } = knobs;
  return gpuKernel({
    name: `tiling-1d k${tileK} ${lanes}x${vectorsPerLane} by ${subwarps}`,
    family: "tiling-1d",
    source: SOURCE,
    refuses: (_, limits) => faultOf(knobs, limits),
    inspect: (problem, limits) => design(problem, () => new Tiling1dConfig(knobs, limits)),
  });
}

type Configure = (operand: Csr, width: number, vectors: number) => Tiling1dConfig;

function design(problem: SpmmProblem, configure: Configure): GpuDesign {
  const a = operand(problem);
  const io = productIo(problem);
  const config = configure(a, io.columns, io.vectors);
  const { tileK, lanes, vectorsPerLane, subwarps, tileVectors } = config;
  const rowGroups = Math.ceil(a.rows / subwarps);
  const strips = Math.ceil(io.vectors / tileVectors);
  return {
    passes: [{
      label: "tiling-1d",
      bindings: [...io.bindings, ...alignedCsr(a, problem)],
      code: io.code + tiling1dCode(config),
      workgroups: rowGroups * strips,
    }],
    summary: `${subwarps} subwarps of ${lanes} lanes, ${vectorsPerLane} vectors of ${io.columns} ` +
      `columns per lane, sparse tiles of ${tileK}, ${strips} strips per row`,
    facts: { tileK, lanes, vectorsPerLane, subwarps, columnsPerVector: io.columns, strips },
  };
}

/** CSR whose entries can be read four at a time, the last of them too. */
function alignedCsr(a: Csr, problem: SpmmProblem): Binding[] {
  const storage = problem.storage ?? "f32";
  const length = Math.ceil(a.values.length / 4) * 4;
  const colIndices = new Uint32Array(length);
  colIndices.set(a.colIndices);
  const values = new Float32Array(length);
  values.set(a.values);
  return [
    encoding("row_offsets", "array<u32>", a.rowOffsets),
    encoding("col_indices", "array<vec4<u32>>", colIndices),
    encoding("values", `array<vec4<${storage}>>`, storedValues(values, problem)),
  ];
}
