import { entryPoint, unrolled } from "@spmm/webgpu";

/** Non-zeros whose rows of B are on their way at once, per thread. */
const UNROLL = 4;

const MERGE_PATH = /* wgsl */ `
struct MergePath {
  parts: u32,
  cut_rows: u32,
}
`;

/**
 * First phase. A group of lanes walks one part of the merge path, each lane with columns of its
 * own. The rows of B are loaded `UNROLL` non-zeros at a time, across the ends of rows: short rows
 * keep as many loads in flight as long ones, which is where row-split falls behind.
 *
 * @param lanes Threads that share a part.
 * @param parts Parts per workgroup.
 */
export function multiplyCode(lanes: number, parts: number): string {
  return /* wgsl */ `
const LANES = ${lanes}u;
const PARTS = ${parts}u;

${MERGE_PATH}
struct Part {
  row: u32,
  non_zero: u32,
  carry: u32,
}

struct Walk {
  row: u32,
  row_end: u32,
  row_is_cut: bool,
  carry: u32,
  vector: u32,
  sum: Columns,
}

fn end_of(row: u32) -> u32 {
  return row_offsets[min(row + 1u, shape.m)];
}

fn begin_walk(part: Part, vector: u32) -> Walk {
  let is_cut = row_offsets[part.row] < part.non_zero;
  return Walk(part.row, end_of(part.row), is_cut, part.carry, vector, Columns(0));
}

fn carry_out(walk: ptr<function, Walk>) {
  carries[(*walk).carry * shape.vectors + (*walk).vector] = (*walk).sum;
  (*walk).carry += 1u;
}

fn end_row(walk: ptr<function, Walk>) {
  if ((*walk).row_is_cut) {
    carry_out(walk);
  } else {
    store_c((*walk).row, (*walk).vector, (*walk).sum);
  }
  (*walk).row += 1u;
  (*walk).row_end = end_of((*walk).row);
  (*walk).row_is_cut = false;
  (*walk).sum = Columns(0);
}

fn step_over(walk: ptr<function, Walk>, non_zero: u32, row_of_b: Columns) {
  while ((*walk).row_end == non_zero) {
    end_row(walk);
  }
  (*walk).sum = fma(Columns(f32(values[non_zero])), row_of_b, (*walk).sum);
}

fn multiply_part(begin: Part, end: Part, vector: u32) {
  var walk = begin_walk(begin, vector);
  var i = begin.non_zero;
  for (; i + ${UNROLL}u <= end.non_zero; i += ${UNROLL}u) {
    ${unrolled(UNROLL, (s) => `let b${s} = load_b(col_indices[i + ${s}u], vector);`)}
    ${unrolled(UNROLL, (s) => `step_over(&walk, i + ${s}u, b${s});`)}
  }
  for (; i < end.non_zero; i++) {
    step_over(&walk, i, load_b(col_indices[i], vector));
  }
  while (walk.row < end.row) {
    end_row(&walk);
  }
  if (max(begin.non_zero, row_offsets[end.row]) < end.non_zero) {
    carry_out(&walk);
  }
}

fn multiply_parts(group: u32, thread: u32) {
  let part_groups = (merge_path.parts + PARTS - 1u) / PARTS;
  let part = (group % part_groups) * PARTS + thread / LANES;
  let vector = (group / part_groups) * LANES + thread % LANES;
  if (part < merge_path.parts && vector < shape.vectors) {
    multiply_part(part_begins[part], part_begins[part + 1u], vector);
  }
}
${entryPoint(lanes * parts, "multiply_parts")}`;
}

/**
 * Second phase, the fix-up: a thread adds up the carry-outs of one cut row, in the order of the
 * path, and stores the sum through the epilogue. One thread per cut row and vector, so that no two
 * write the same place and the order of addition is always the same.
 *
 * @param threads Threads of a workgroup.
 */
export function fixUpCode(threads: number): string {
  return /* wgsl */ `
const THREADS = ${threads}u;

${MERGE_PATH}
struct CutRow {
  row: u32,
  carry: u32,
}

fn fix_up(group: u32, thread: u32) {
  let slot = group * THREADS + thread;
  let cut = slot / shape.vectors;
  let vector = slot % shape.vectors;
  if (cut >= merge_path.cut_rows) {
    return;
  }
  var sum = Columns(0);
  for (var carry = cut_rows[cut].carry; carry < cut_rows[cut + 1u].carry; carry++) {
    sum += carries[carry * shape.vectors + vector];
  }
  store_c(cut_rows[cut].row, vector, sum);
}
${entryPoint("THREADS", "fix_up")}`;
}
