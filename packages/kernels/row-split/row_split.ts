import { operand, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import {
  csrIo,
  entryPoint,
  type GpuDesign,
  gpuKernel,
  type GpuLimits,
  lanesFor,
  productIo,
} from "@spmm/webgpu";

/** Threads that share a row: a warp, or fewer where C is narrower than a warp. */
const LANES = 32;
/** Threads of a workgroup: four warps, so that few rows wait for the longest beside them to end. */
const THREADS = 128;
/** Rows of B on their way per thread: what hides its latency where few warps fit. */
const UNROLL = 4;

/**
 * Row-split: one row of C to a group of lanes, each lane keeping adjacent columns of it in
 * registers.
 *
 * Bytes: A once per column tile (8 a non-zero in f32, 4 a row), a row of B per non-zero (from cache
 * where B fits: k·n elements from memory), C once. Operations: 2·nnz·n. The time they allow is the
 * larger of bytes over bandwidth and operations over peak; before either, the nnz·n elements of B at
 * the rate of the cache. A row is never shared, so neither is it less than the longest row takes.
 *
 * @see Yang, Buluç, Owens, "Design principles for sparse matrix multiplication on the GPU",
 * Euro-Par 2018, §4.1.
 *
 * @example Multiply on a GPU, where there is one
 * ```ts
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { rowSplit } from "@spmm/row-split";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 64, cols: 48, density: 0.1, seed: 1 });
 *   await using plan = await rowSplit.plan({ a, n: 32 }, gpu);
 *   const c = await plan.multiply(randomDense(48, 32, 2));
 *   assert.equal(c.rows, 64);
 * }
 * ```
 */
export const rowSplit: SpmmKernel = gpuKernel({
  name: "row-split",
  family: "row-split",
  source: "Yang, Buluç, Owens, Euro-Par 2018, §4.1",
  inspect: inspectRowSplit,
});

/** The design of {@linkcode rowSplit} for a problem. */
export function inspectRowSplit(problem: SpmmProblem, limits: GpuLimits): GpuDesign {
  const a = operand(problem);
  const io = productIo(problem);
  const csr = csrIo(a, problem, UNROLL);
  const lanes = lanesFor(io.vectors, LANES);
  const threads = Math.min(THREADS, limits.maxComputeInvocationsPerWorkgroup);
  const rows = threads / lanes;
  const rowGroups = Math.ceil(a.rows / rows);
  const tiles = Math.ceil(io.vectors / lanes);
  const code = io.code + csr.code + mainCode(lanes, rows);
  const bindings = [...io.bindings, ...csr.bindings];
  return {
    passes: [{ label: "row-split", bindings, code, workgroups: rowGroups * tiles }],
    summary:
      `${rows} rows per workgroup, ${lanes} lanes of ${io.columns} columns per row, ${tiles} column tiles`,
    facts: { lanes, rowsPerWorkgroup: rows, columnsPerLane: io.columns, columnTiles: tiles },
  };
}

/** Column tiles vary slowest, so that the rows in flight share the same columns of B in cache. */
function mainCode(lanes: number, rows: number): string {
  return /* wgsl */ `
const LANES = ${lanes}u;
const ROWS = ${rows}u;

fn multiply_rows(group: u32, thread: u32) {
  let row_groups = (shape.m + ROWS - 1u) / ROWS;
  let slot = (group % row_groups) * ROWS + thread / LANES;
  let vector = (group / row_groups) * LANES + thread % LANES;
  if (slot >= shape.m || vector >= shape.vectors) {
    return;
  }
  let row = row_at(slot);
  store_c(row, vector, csr_sum(row_offsets[row], row_offsets[row + 1u], vector, Columns(0)));
}
${entryPoint(lanes * rows, "multiply_rows")}`;
}
