import { entryPoint } from "./entry_point.ts";
import { addQuads, type QuadLoads } from "./non_zero_code.ts";
import type { QuadsKnobs } from "./quads_knobs.ts";
import { remembered } from "./remembered.ts";
import { QUAD, type QuadForm } from "./row_quads.ts";
import { addSlices, laneVectors, type SliceSums, storeRow } from "./tile_code.ts";
import { unrolled } from "./unrolled.ts";

/**
 * The WGSL of the product of rows of quads, to follow the code of `wideIo`. All of the layout is
 * constant: lanes need be no power of two, since the compiler turns such divisions into products.
 *
 * @param knobs What it is specialised to.
 * @param form How non-zeros lie in a quad.
 */
export function quadsCode(knobs: QuadsKnobs, form: QuadForm): string {
  const { lanes, vectorsPerLane, slices, threads, quadsAtOnce, dealt } = knobs;
  return codeOf(lanes, vectorsPerLane, slices, threads, quadsAtOnce, dealt, form);
}

const codeOf = remembered((
  lanes: number,
  vectorsPerLane: number,
  slices: number,
  threads: number,
  quadsAtOnce: number,
  dealt: boolean,
  form: QuadForm,
): string => {
  return /* wgsl */ `
const LANES = ${lanes}u;
const SLICES = ${slices}u;
const THREADS = ${threads}u;
/** Rows of a workgroup. */
const ROWS = ${threads / (lanes * slices)}u;
/** Vectors of columns of a workgroup. */
const TILE = ${lanes * vectorsPerLane}u;
/** Quads whose rows of B are on their way at once. */
const AT_ONCE = ${quadsAtOnce}u;

alias Sums = array<Columns, ${vectorsPerLane}>;

${slices > 1 ? `var<workgroup> slice_sums: array<Columns, ${threads * vectorsPerLane}>;` : ""}

fn sum_slice(row: u32, slice: u32, first: u32) -> Sums {
  var sums = Sums();
  let end = quad_offsets[row + 1u];
  ${laneVectors(vectorsPerLane)}
  var quad = quad_offsets[row] + AT_ONCE * slice;
  for (; quad + AT_ONCE <= end; quad += AT_ONCE * SLICES) {
    ${addQuads(quadsAtOnce, vectorsPerLane, form, FROM_PAIRS[form])}
  }
  ${
    quadsAtOnce > 1
      ? `for (; quad < end; quad++) {
    ${addQuads(1, vectorsPerLane, form, FROM_PAIRS[form])}
  }`
      : ""
  }
  return sums;
}
${storeRow(vectorsPerLane)}
/** Where in the order of rows the i-th row of a workgroup stands, of so many workgroups of a tile. */
fn slot_of(group: u32, groups: u32, i: u32) -> u32 {
  ${
    dealt
      ? "return i * groups + select(group, groups - 1u - group, i % 2u == 1u);"
      : "return group * ROWS + i;"
  }
}

fn multiply_rows(group: u32, thread: u32) {
  let groups = (shape.m + ROWS - 1u) / ROWS;
  let tile = group / groups;
  let slice = thread / LANES % SLICES;
  let slot = slot_of(group - tile * groups, groups, thread / (LANES * SLICES));
  let first = tile * TILE + thread % LANES;
  let is_live = slot < shape.m && first < shape.vectors;
  let row = row_at(min(slot, shape.m - 1u));
  var sums = Sums();
  if (is_live) {
    sums = sum_slice(row, slice, first);
  }
  ${slices > 1 ? addSlices(vectorsPerLane, SLICE_SUMS) : ""}
  if (is_live${slices > 1 ? " && slice == 0u" : ""}) {
    store_row(row, first, sums);
  }
}
${entryPoint(threads, "multiply_rows")}`;
});

/** Workgroups of {@linkcode quadsCode}. */
export function quadsWorkgroups(
  { lanes, vectorsPerLane, slices, threads }: QuadsKnobs,
  rows: number,
  vectors: number,
): number {
  return Math.ceil(rows * lanes * slices / threads) * Math.ceil(vectors / (lanes * vectorsPerLane));
}

/** How the quads that lie in `pairs` are loaded. */
const FROM_PAIRS: Readonly<Record<QuadForm, QuadLoads>> = {
  wide: {
    loads: (quad) =>
      unrolled(
        2,
        (half) => `let pairs_${2 * quad + half} = pairs[2u * (quad + ${quad}u) + ${half}u];`,
      ),
    nonZero: (entry) => `pairs_${entry >> 1}.${entry % 2 === 0 ? "xy" : "zw"}`,
  },
  compact: {
    loads: (quad) => `let words_${quad} = pairs[quad + ${quad}u];`,
    nonZero: (entry) => `words_${entry >> 2}.${"xyzw"[entry % QUAD]}`,
  },
};

const SLICE_SUMS: SliceSums = {
  keep: (place, sum) => `slice_sums[${place}] = ${sum};`,
  kept: (place) => `slice_sums[${place}]`,
};
