import { operand, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import {
  type Binding,
  csrIo,
  encoding,
  type GpuDesign,
  gpuKernel,
  type GpuLimits,
  lanesFor,
  type ProductIo,
  productIo,
  uniform,
} from "@spmm/webgpu";
import { type CarryOuts, carryOuts } from "./carry_outs.ts";
import { type MergePathPartition, mergePathPartition } from "./merge_path.ts";
import { fixUpCode, multiplyCode } from "./merge_wgsl.ts";
import { stepsPerPart } from "./steps_per_part.ts";

/** Threads that share a part: a warp, or fewer where C is narrower than a warp. */
const LANES = 32;
/** Threads of a workgroup: whole warps on every device, and few to wait for at a workgroup's end. */
const THREADS = 128;

/**
 * Merge-based SpMM: row ends and non-zeros are shared out in equal parts, so no row is too long and
 * no run of empty rows too dull to balance.
 *
 * The first pass multiplies the parts and stores the rows that lie within one; partial rows go to
 * carry-outs. The second, the fix-up, adds the carry-outs of each cut row in order and stores it.
 * Sums are taken in one order always: no atomics, the same bits from run to run. The path follows
 * the rows as they stand in A, so a row order is ignored.
 *
 * Bytes: A once per column tile (8 a non-zero in f32, 4 a row, 12 a part), a row of B per non-zero
 * (from cache where B fits: k·n elements from memory), C once, and 8·n for each carry-out, written
 * and read; there are at most two a part. Operations: 2·nnz·n, and an add per element carried out.
 * The time they allow is the larger of bytes over bandwidth and operations over peak, whatever the
 * row lengths; before either, the nnz·n elements of B at the rate of the cache.
 *
 * @see Yang, Buluç, Owens, "Design principles for sparse matrix multiplication on the GPU",
 * Euro-Par 2018, §4.2.
 *
 * @example One row that holds nearly everything, on a GPU where there is one
 * ```ts
 * import { randomCsr, randomDense } from "@spmm/formats";
 * import { merge } from "@spmm/merge";
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const a = randomCsr({ rows: 3, cols: 900, rowLengths: [2, 800, 0], seed: 1 });
 *   await using plan = await merge.plan({ a, n: 32 }, gpu);
 *   assert.equal(plan.describe().facts["cutRows"], 1);
 *   const c = await plan.multiply(randomDense(900, 32, 2));
 *   assert.equal(c.rows, 3);
 * }
 * ```
 */
export const merge: SpmmKernel = gpuKernel({
  name: "merge",
  family: "merge",
  source: "Yang, Buluç, Owens, Euro-Par 2018, §4.2",
  inspect: (problem, limits) => inspectMerge(problem, limits),
});

/**
 * The design of {@linkcode merge} for a problem.
 *
 * @param problem The problem.
 * @param limits The device's limits.
 * @param wantedSteps Steps per part, chosen by `stepsPerPart` where absent.
 */
export function inspectMerge(
  problem: SpmmProblem,
  limits: GpuLimits,
  wantedSteps?: number,
): GpuDesign {
  const { rowOrder: _ignored, ...inPathOrder } = problem;
  const a = operand(problem);
  const io = productIo(inPathOrder);
  const lanes = lanesFor(io.vectors, LANES);
  const partsPerWorkgroup = Math.min(THREADS, limits.maxComputeInvocationsPerWorkgroup) / lanes;
  const tiles = Math.ceil(io.vectors / lanes);
  const steps = wantedSteps ?? stepsPerPart(a.rows, a.values.length, lanes * tiles);
  const parts = Math.ceil((a.rows + a.values.length) / steps);
  const partition = mergePathPartition(a.rowOffsets, parts);
  const carry = carryOuts(a.rowOffsets, partition);
  const shared = sharedBindings(io, parts, carry);
  const multiply = {
    label: "merge: multiply",
    bindings: [
      ...shared,
      ...csrIo(a, problem).bindings,
      encoding("part_begins", "array<Part>", interleaved(partition, carry)),
    ],
    code: io.code + multiplyCode(lanes, partsPerWorkgroup),
    workgroups: Math.ceil(parts / partsPerWorkgroup) * tiles,
  };
  const fixUp = {
    label: "merge: fix up",
    bindings: [...shared, encoding("cut_rows", "array<CutRow>", listed(carry))],
    code: io.code + fixUpCode(lanes * partsPerWorkgroup),
    workgroups: Math.ceil(carry.cutRows.length * io.vectors / (lanes * partsPerWorkgroup)),
  };
  return {
    passes: carry.count === 0 ? [multiply] : [multiply, fixUp],
    summary:
      `${parts} parts of ${steps} steps along the merge path, ${lanes} lanes of ${io.columns} columns each; ${carry.cutRows.length} cut rows fixed up`,
    facts: {
      pathParts: parts,
      stepsPerPart: steps,
      lanes,
      columnsPerLane: io.columns,
      columnTiles: tiles,
      cutRows: carry.cutRows.length,
      carryOuts: carry.count,
      carryBytes: carryBytes(io, carry),
      ...(problem.rowOrder && { rowOrder: "ignored" }),
    },
  };
}

function sharedBindings(io: ProductIo, parts: number, carry: CarryOuts): Binding[] {
  return [
    ...io.bindings,
    uniform("merge_path", "MergePath", [parts, carry.cutRows.length]),
    { role: "scratch", name: "carries", type: "array<Columns>", bytes: carryBytes(io, carry) },
  ];
}

/** Carry-outs are kept in f32 whatever the storage: they are sums that are not complete. */
function carryBytes(io: ProductIo, carry: CarryOuts): number {
  return 4 * carry.count * io.vectors * io.columns;
}

/** Where each part begins: row, non-zero, carry-out. */
function interleaved({ rows, nonZeros }: MergePathPartition, carry: CarryOuts): Uint32Array {
  const parts = new Uint32Array(3 * rows.length);
  rows.forEach((row, part) => parts.set([row, nonZeros[part], carry.firstOfPart[part]], 3 * part));
  return parts;
}

/** Each cut row and its first carry-out, and at the end the number of carry-outs. */
function listed({ cutRows, firstOfRow }: CarryOuts): Uint32Array {
  const list = new Uint32Array(2 * firstOfRow.length);
  firstOfRow.forEach((carry, cut) => list.set([cutRows[cut] ?? 0, carry], 2 * cut));
  return list;
}
