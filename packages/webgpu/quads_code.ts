import { entryPoint } from "./entry_point.ts";
import { powerOfTwoFrom } from "./lanes.ts";
import { addQuads, type QuadLoads } from "./non_zero_code.ts";
import type { QuadsKnobs } from "./quads_knobs.ts";
import { remembered } from "./remembered.ts";
import { QUAD, type QuadForm } from "./row_quads.ts";
import { unrolled } from "./unrolled.ts";

/**
 * The WGSL of the product of rows of quads, to follow the code of `wideIo`.
 *
 * @param knobs What it is specialised to.
 * @param form How non-zeros lie in a quad.
 * @param hasRest Whether whole tiles leave columns over. Where not, all of the layout is constant,
 * which the compiler turns into shorter code.
 */
export function quadsCode(knobs: QuadsKnobs, form: QuadForm, hasRest: boolean): string {
  const { lanes, vectorsPerLane, slices, threads, quadsAtOnce, dealt } = knobs;
  return codeOf(lanes, vectorsPerLane, slices, threads, quadsAtOnce, dealt, form, hasRest);
}

const codeOf = remembered((
  lanes: number,
  vectorsPerLane: number,
  slices: number,
  threads: number,
  quadsAtOnce: number,
  dealt: boolean,
  form: QuadForm,
  hasRest: boolean,
): string => {
  const each = (line: (vector: number) => string): string => unrolled(vectorsPerLane, line);
  return /* wgsl */ `
/** Powers of two as bits: the lanes of a tile differ, and shifts are cheap where divisions are not. */
const LANE_BITS = ${Math.log2(lanes)}u;
const SLICE_BITS = ${Math.log2(slices)}u;
const SLICES = ${slices}u;
const THREADS = ${threads}u;
const VECTORS_PER_LANE = ${vectorsPerLane}u;
const TILE = VECTORS_PER_LANE << LANE_BITS;
/** Quads whose rows of B are on their way at once. */
const AT_ONCE = ${quadsAtOnce}u;

alias Sums = array<Columns, ${vectorsPerLane}>;

/** Vectors of columns that a workgroup works on, and the lanes that share them. */
struct Tile {
  first: u32,
  lane_bits: u32,
  /** Workgroups of the tile. */
  groups: u32,
  /** Which of them this is. */
  group: u32,
}

${slices > 1 ? `var<workgroup> slice_sums: array<Columns, ${threads * vectorsPerLane}>;` : ""}

fn row_groups(lane_bits: u32) -> u32 {
  let rows = THREADS >> (lane_bits + SLICE_BITS);
  return (shape.m + rows - 1u) >> firstTrailingBit(rows);
}

fn tile_of(group: u32) -> Tile {
  let groups = row_groups(LANE_BITS);
  ${hasRest ? REST_OF_COLUMNS : "let whole = group;"}
  let tile = whole / groups;
  return Tile(tile * TILE, LANE_BITS, groups, whole - tile * groups);
}

// Lanes past the last column repeat it, and store nothing.
fn vector_of(first: u32, i: u32, lane_bits: u32) -> u32 {
  return min(first + (i << lane_bits), shape.vectors - 1u);
}

fn sum_slice(row: u32, slice: u32, first: u32, lane_bits: u32) -> Sums {
  var sums = Sums();
  let end = quad_offsets[row + 1u];
  ${each((v) => `let vector_${v} = vector_of(first, ${v}u, lane_bits);`)}
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

fn store_row(row: u32, first: u32, lane_bits: u32, sums: Sums) {
  ${
    each((v) =>
      `if (first + (${v}u << lane_bits) < shape.vectors) {
    store_c(row, first + (${v}u << lane_bits), sums[${v}]);
  }`
    )
  }
}

/** Where in the order of rows the i-th row of a workgroup stands. */
fn slot_of(tile: Tile, i: u32) -> u32 {
  ${
    dealt
      ? "return i * tile.groups + select(tile.group, tile.groups - 1u - tile.group, i % 2u == 1u);"
      : "return (tile.group << firstTrailingBit(THREADS >> (tile.lane_bits + SLICE_BITS))) + i;"
  }
}

fn multiply_rows(group: u32, thread: u32) {
  let tile = tile_of(group);
  let lane_bits = tile.lane_bits;
  let lane = thread & ((1u << lane_bits) - 1u);
  let slice = (thread >> lane_bits) & (SLICES - 1u);
  let slot = slot_of(tile, thread >> (lane_bits + SLICE_BITS));
  let first = tile.first + lane;
  let is_live = slot < shape.m && first < shape.vectors;
  let row = row_at(min(slot, shape.m - 1u));
  var sums = Sums();
  if (is_live) {
    sums = sum_slice(row, slice, first, lane_bits);
  }
  ${slices > 1 ? addSlices(vectorsPerLane) : ""}
  if (is_live${slices > 1 ? " && slice == 0u" : ""}) {
    store_row(row, first, lane_bits, sums);
  }
}
${entryPoint(threads, "multiply_rows")}`;
});

/**
 * What whole tiles leave of the columns is laid out for its own width, and comes first: its few lanes
 * read quads of many rows at once, which takes longer than in a whole tile.
 */
const REST_OF_COLUMNS = /* wgsl */ `let left =
    (shape.vectors % TILE + VECTORS_PER_LANE - 1u) / VECTORS_PER_LANE;
  let lane_bits = select(0u, firstLeadingBit(left - 1u) + 1u, left > 1u);
  let of_rest = row_groups(lane_bits);
  if (group < of_rest) {
    return Tile(shape.vectors / TILE * TILE, lane_bits, of_rest, group);
  }
  let whole = group - of_rest;`;

/** Workgroups of {@linkcode quadsCode}: those of what is left of the columns, and of whole tiles. */
export function quadsWorkgroups(
  { lanes, vectorsPerLane, slices, threads }: QuadsKnobs,
  rows: number,
  vectors: number,
): number {
  const rowGroups = (lanes: number): number => Math.ceil(rows * lanes * slices / threads);
  const tile = lanes * vectorsPerLane;
  const left = Math.ceil(vectors % tile / vectorsPerLane);
  const whole = Math.floor(vectors / tile) * rowGroups(lanes);
  return left === 0 ? whole : whole + rowGroups(powerOfTwoFrom(left));
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
      (v) => `sums[${v}] += slice_sums[${v}u * THREADS + thread + (other << lane_bits)];`,
    )
  }
    }
  }`;
}
