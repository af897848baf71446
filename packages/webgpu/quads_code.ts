import { entryPoint, unrolled } from "@spmm/webgpu";
import { QUAD } from "./packed_rows.ts";
import type { SlicedKKnobs } from "./sliced_k_knobs.ts";

/**
 * The WGSL of sliced-K, to follow the code of `productIo`.
 *
 * @param knobs What it is specialised to.
 */
export function slicedKCode({ lanes, vectorsPerLane, slices, threads }: SlicedKKnobs): string {
  const each = (line: (vector: number) => string): string => unrolled(vectorsPerLane, line);
  const eachPair = (line: (pair: number, vector: number) => string): string =>
    unrolled(QUAD, (pair) => each((vector) => line(pair, vector)));
  const offset = (pair: number): string => `pairs_${pair >> 1}.${pair % 2 === 0 ? "x" : "z"}`;
  const value = (pair: number): string =>
    `bitcast<f32>(pairs_${pair >> 1}.${pair % 2 === 0 ? "y" : "w"})`;
  return /* wgsl */ `
const LANES = ${lanes}u;
const SLICES = ${slices}u;
const THREADS = ${threads}u;
const ROWS = THREADS / (LANES * SLICES);
const TILE = LANES * ${vectorsPerLane}u;

alias Sums = array<Columns, ${vectorsPerLane}>;

${slices > 1 ? `var<workgroup> slice_sums: array<Columns, ${threads * vectorsPerLane}>;` : ""}

// Lanes past the last column repeat it, and store nothing.
fn vector_of(first: u32, i: u32) -> u32 {
  return min(first + i * LANES, shape.vectors - 1u);
}

fn sum_slice(row: u32, slice: u32, first: u32) -> Sums {
  var sums = Sums();
  let end = quad_offsets[row + 1u];
  ${each((v) => `let vector_${v} = vector_of(first, ${v}u);`)}
  for (var quad = quad_offsets[row] + slice; quad < end; quad += SLICES) {
    let pairs_0 = pairs[2u * quad];
    let pairs_1 = pairs[2u * quad + 1u];
    ${eachPair((p, v) => `let b_${p}_${v} = Columns(b[${offset(p)} + vector_${v}]);`)}
    ${eachPair((p, v) => `sums[${v}] = fma(Columns(${value(p)}), b_${p}_${v}, sums[${v}]);`)}
  }
  return sums;
}

fn store_row(row: u32, first: u32, sums: Sums) {
  ${
    each((v) =>
      `if (first + ${v}u * LANES < shape.vectors) {
    store_c(row, first + ${v}u * LANES, sums[${v}]);
  }`
    )
  }
}

fn multiply_rows(group: u32, thread: u32) {
  let row_groups = (shape.m + ROWS - 1u) / ROWS;
  let slot = (group % row_groups) * ROWS + thread / (LANES * SLICES);
  let slice = (thread / LANES) % SLICES;
  let first = (group / row_groups) * TILE + thread % LANES;
  let is_live = slot < shape.m && first < shape.vectors;
  let row = row_at(min(slot, shape.m - 1u));
  var sums = Sums();
  if (is_live) {
    sums = sum_slice(row, slice, first);
  }
  ${slices > 1 ? addSlices(vectorsPerLane) : ""}
  if (is_live${slices > 1 ? " && slice == 0u" : ""}) {
    store_row(row, first, sums);
  }
}
${entryPoint(threads, "multiply_rows")}`;
}

/** The first slice adds the others' sums to its own, in their order. */
function addSlices(vectorsPerLane: number): string {
  return /* wgsl */ `
  ${unrolled(vectorsPerLane, (v) => `slice_sums[${v}u * THREADS + thread] = sums[${v}];`)}
  workgroupBarrier();
  if (slice == 0u) {
    for (var other = 1u; other < SLICES; other++) {
      ${
    unrolled(
      vectorsPerLane,
      (v) => `sums[${v}] += slice_sums[${v}u * THREADS + thread + other * LANES];`,
    )
  }
    }
  }`;
}
