import { entryPoint, unrolled } from "@spmm/webgpu";
import { SLICE_LANES, type Staging } from "./staging.ts";

/**
 * Entries of a row on their way per thread: their slots and weights come from global memory, and
 * several loads at once hide its latency.
 */
const UNROLL = 4;

/**
 * The WGSL of sliced ELL by stages, to follow code that says where operands are: that of `productIo`
 * or other.
 *
 * ```text
 *  alias Columns                          a vector of adjacent columns
 *  shape.m, shape.vectors                 rows of C, and vectors in each
 *  load_b(row, vector), store_c(row, vector, sum), row_at(slot)
 *  workgroup_index(id, count)             the number of a workgroup, blocks of rows first
 *  stage_plan, feature_map, slots, weights    the arrays of `stagedEll`; in `stage_plan` its
 *                                         blockStages, mapStarts and sliceStarts
 * ```
 *
 * @param staging The sizes it is specialised to.
 * @source Hidayetoğlu et al., HPEC 2020, §III-A and B
 *
 * @example The sizes are constants of the program
 * ```ts
 * import { slicedEllCode } from "@spmm/sliced-ell";
 * import assert from "node:assert/strict";
 *
 * const code = slicedEllCode({ blockRows: 64, vectors: 4, slots: 30 });
 * assert.match(code, /const ROWS = 64u/);
 * assert.match(code, /var<workgroup> staged: array<Columns, 120>/);
 * ```
 */
export function slicedEllCode(staging: Staging): string {
  return [constants(staging), STAGE_PLAN, STAGE_FEATURES, accumulateCode(staging), MAIN].join("\n");
}

function constants({ blockRows, vectors, slots }: Staging): string {
  return /* wgsl */ `
const ROWS = ${blockRows}u;
const LANES = ${SLICE_LANES}u;
const SLICES = ROWS / LANES;
const VECTORS = ${vectors}u;
const SLOTS = ${slots}u;

var<workgroup> staged: array<Columns, ${vectors * slots}>;
`;
}

/** Three arrays of offsets share a binding: by block, by stage, and by slice of a stage. */
const STAGE_PLAN = /* wgsl */ `
fn block_count() -> u32 {
  return (shape.m + ROWS - 1u) / ROWS;
}

fn first_stage(block: u32) -> u32 {
  return stage_plan[block];
}

fn stage_count() -> u32 {
  return stage_plan[block_count()];
}

fn map_start(stage: u32) -> u32 {
  return stage_plan[block_count() + 1u + stage];
}

fn slice_start(slice: u32) -> u32 {
  return stage_plan[block_count() + stage_count() + 2u + slice];
}
`;

/** Neighbouring threads fetch neighbouring vectors of a row of B, and the next row after it. */
const STAGE_FEATURES = /* wgsl */ `
fn clear_zero_slot(thread: u32) {
  if (thread < VECTORS) {
    staged[thread * SLOTS + SLOTS - 1u] = Columns(0);
  }
}

fn stage_features(stage: u32, first_vector: u32, thread: u32) {
  let start = map_start(stage);
  let loads = (map_start(stage + 1u) - start) * VECTORS;
  for (var i = thread; i < loads; i += ROWS) {
    let slot = i / VECTORS;
    let vector = i % VECTORS;
    staged[vector * SLOTS + slot] = feature(feature_map[start + slot], first_vector + vector);
  }
}

fn feature(row: u32, vector: u32) -> Columns {
  if (vector < shape.vectors) {
    return load_b(row, vector);
  }
  return Columns(0);
}
`;

/** A weight is read once and meets all columns of the minibatch from a register. */
function accumulateCode({ vectors }: Staging): string {
  return /* wgsl */ `
alias Sums = array<Columns, ${vectors}>;

struct Entry {
  slot: u32,
  weight: f32,
}

fn load_entry(step: u32, lane: u32) -> Entry {
  let at = step * LANES + lane;
  let slot = (slots[at / 2u] >> (16u * (at % 2u))) & 0xffffu;
  return Entry(slot, f32(weights[at]));
}

fn multiply_minibatch(entry: Entry, sums: ptr<function, Sums>) {
  let weight = Columns(entry.weight);
    ${
    unrolled(vectors, (v) =>
      `(*sums)[${v}] = fma(weight, staged[${v}u * SLOTS + entry.slot], (*sums)[${v}]);`)
  }
}

fn accumulate_slice(stage: u32, thread: u32, sums: ptr<function, Sums>) {
  let slice = stage * SLICES + thread / LANES;
  let lane = thread % LANES;
  let end = slice_start(slice + 1u);
  var step = slice_start(slice);
  for (; step + ${UNROLL}u <= end; step += ${UNROLL}u) {
    ${unrolled(UNROLL, (i) => `let entry${i} = load_entry(step + ${i}u, lane);`)}
    ${unrolled(UNROLL, (i) => `multiply_minibatch(entry${i}, sums);`)}
  }
  for (; step < end; step++) {
    multiply_minibatch(load_entry(step, lane), sums);
  }
}

// A thread's sums lie in one row, which a warp would scatter; through workgroup memory its stores
// go along rows instead.
fn stage_sums(thread: u32, sums: Sums) {
    ${unrolled(vectors, (v) => `staged[${v}u * SLOTS + thread] = sums[${v}];`)}
}
`;
}

/** Minibatches vary slowest, so that the blocks in flight share the same columns of B in cache. */
const MAIN = /* wgsl */ `
fn store_minibatch(block: u32, first_vector: u32, thread: u32) {
  for (var i = thread; i < ROWS * VECTORS; i += ROWS) {
    let row_in_block = i / VECTORS;
    let vector = i % VECTORS;
    let slot = block * ROWS + row_in_block;
    if (slot < shape.m && first_vector + vector < shape.vectors) {
      store_c(row_at(slot), first_vector + vector, staged[vector * SLOTS + row_in_block]);
    }
  }
}

fn multiply_block(group: u32, thread: u32) {
  let block = group % block_count();
  let first_vector = (group / block_count()) * VECTORS;
  if (first_vector >= shape.vectors) {
    return;
  }
  var sums = Sums();
  clear_zero_slot(thread);
  for (var stage = first_stage(block); stage < first_stage(block + 1u); stage++) {
    stage_features(stage, first_vector, thread);
    workgroupBarrier();
    accumulate_slice(stage, thread, &sums);
    workgroupBarrier();
  }
  stage_sums(thread, sums);
  workgroupBarrier();
  store_minibatch(block, first_vector, thread);
}
${entryPoint("ROWS", "multiply_block")}`;
