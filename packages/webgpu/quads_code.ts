import { entryPoint } from "./entry_point.ts";
import { addQuads } from "./non_zero_code.ts";
import type { QuadsKnobs, TurnOrder } from "./quads_knobs.ts";
import { remembered } from "./remembered.ts";
import { QUAD, type QuadForm, quadWords } from "./row_quads.ts";
import { addSlices, laneVectors, type SliceSums, storeRow } from "./tile_code.ts";
import { wgslLoop } from "./wgsl_loop.ts";
import type { WideIo } from "./wide_io.ts";

/**
 * The WGSL of the product of rows of quads, to follow the code of `wideIo`. All of the layout is
 * constant: lanes need be no power of two, since the compiler turns such divisions into products.
 *
 * @param knobs What it is specialised to.
 * @param form How non-zeros lie in a quad.
 * @param columns Columns of a vector.
 * @param tiles Column tiles.
 * @param divides Whether a workgroup whose tile others share divides to find it.
 */
export function quadsCode(
  knobs: QuadsKnobs,
  form: QuadForm,
  columns: WideIo["columns"],
  tiles: number,
  divides: boolean,
): string {
  const { lanes, vectorsPerLane, slices, threads, quadsAtOnce, ahead, order } = knobs;
  const layout = [lanes, vectorsPerLane, slices, threads, quadsAtOnce, ahead, order] as const;
  return codeOf(...layout, form, columns === 8, placeCode(order, tiles, divides));
}

const codeOf = remembered((
  lanes: number,
  vectorsPerLane: number,
  slices: number,
  threads: number,
  quadsAtOnce: number,
  ahead: boolean,
  order: TurnOrder,
  form: QuadForm,
  areEight: boolean,
  place: string,
): string => {
  const add = addQuads(quadsAtOnce, vectorsPerLane, form, nonZeroOf(form));
  const places = threads * vectorsPerLane;
  const rows = threads / (lanes * slices);
  return /* wgsl */ `
const LANES = ${lanes}u;
const SLICES = ${slices}u;
const THREADS = ${threads}u;
/** Rows of a workgroup. */
const ROWS = ${rows}u;
/** Vectors of columns of a workgroup. */
const TILE = ${lanes * vectorsPerLane}u;
/** Quads whose rows of B are on their way at once. */
const AT_ONCE = ${quadsAtOnce}u;
/** From the quads of a slice to its next. */
const STEP = ${quadsAtOnce * slices}u;

alias Sums = array<Columns, ${vectorsPerLane}>;

${slices > 1 ? declareSums(places, areEight) : ""}
${loadQuads("load_quads", quadsAtOnce, form)}${
    quadsAtOnce > 1 ? loadQuads("load_quad", 1, form) : ""
  }
fn sum_slice(turn: vec4<u32>, slice: u32, first: u32) -> Sums {
  var sums = Sums();
  let end = turn.z;
  ${laneVectors(vectorsPerLane)}
  var quad = turn.y + AT_ONCE * slice;
  ${ahead ? addAhead(add) : addInTurn(add)}
  ${
    quadsAtOnce > 1
      ? wgslLoop({
        condition: "quad < end",
        step: "quad += 1u",
        turn: `let quads = load_quad(quad);
    ${addQuads(1, vectorsPerLane, form, nonZeroOf(form))}`,
      })
      : ""
  }
  return sums;
}
${storeRow(vectorsPerLane)}
fn multiply_rows(group: u32, thread: u32) {
  let groups = (shape.m + ROWS - 1u) / ROWS;
  let place = place_of(group, groups);
  let in_group = thread / (LANES * SLICES);
  let slice = thread / LANES % SLICES;
  let number = ${rows === 1 ? "place.group" : NUMBERS[order]};
  let first = place.tile * TILE + thread % LANES;
  let is_live = place.group < groups && number < shape.m && first < shape.vectors;
  let turn = turns[min(number, shape.m - 1u)];
  var sums = Sums();
  if (is_live) {
    sums = sum_slice(turn, slice, first);
  }
  ${slices > 1 ? addSlices(vectorsPerLane, slices, areEight ? inPlanes(places) : SUMS) : ""}
  if (is_live${slices > 1 ? " && slice == 0u" : ""}) {
    store_row(turn.x, first, sums);
  }
}
${place}
${entryPoint(threads, "multiply_rows")}`;
});

/**
 * A loop over the quads of a slice, so many at once. Two turns a round take registers that workgroups
 * of many threads do not have: up to half as much time again.
 */
function eachTurn(turn: string): string {
  return wgslLoop({ condition: "quad + AT_ONCE <= end", step: "quad += STEP", turn });
}

/** Statements that load quads, then add them times their rows of B, turn by turn. */
function addInTurn(add: string): string {
  return eachTurn(`let quads = load_quads(quad);
    ${add}`);
}

/** Statements that have the next quads on their way while they add these. */
function addAhead(add: string): string {
  return /* wgsl */ `if (quad + AT_ONCE <= end) {
    var next = load_quads(quad);
    ${
    eachTurn(`let quads = next;
      next = load_quads(min(quad + STEP, end - AT_ONCE));
      ${add}`)
  }
  }`;
}

/** Workgroups of {@linkcode quadsCode}. */
export function quadsWorkgroups(
  { lanes, vectorsPerLane, slices, threads }: QuadsKnobs,
  rows: number,
  vectors: number,
): number {
  return Math.ceil(rows * lanes * slices / threads) * Math.ceil(vectors / (lanes * vectorsPerLane));
}

/**
 * Where a workgroup has its place: its column tile, and its rows among those of the tile. A division by
 * what only the device knows takes about as long as a load.
 */
function placeCode(order: TurnOrder, tiles: number, divides: boolean): string {
  const [tile, ofTile] = order === "row by row"
    ? [`group % ${tiles}u`, `group / ${tiles}u`]
    : [tileOf(tiles, divides), "group - tile * groups"];
  return /* wgsl */ `
struct Place {
  tile: u32,
  group: u32,
}

fn place_of(group: u32, groups: u32) -> Place {
  let tile = ${tile};
  return Place(tile, ${ofTile});
}
`;
}

/** Column tiles of which a comparison each finds a workgroup's own sooner than a division does. */
const COUNTED_TILES = 8;

/** The expression of a workgroup's column tile, where `groups` of each tile follow each other. */
function tileOf(tiles: number, divides: boolean): string {
  if (divides || tiles > COUNTED_TILES) return "group / groups";
  const before = Array.from({ length: tiles - 1 }, (_, i) => `u32(group >= ${i + 1}u * groups)`);
  return before.length === 0 ? "0u" : before.join(" + ");
}

const IN_A_ROW = "place.group * ROWS + in_group";

/** Whose turn it is, of the rows of a place. */
const NUMBERS: Readonly<Record<TurnOrder, string>> = {
  "to and fro":
    "in_group * groups + select(place.group, groups - 1u - place.group, in_group % 2u == 1u)",
  "tile by tile": IN_A_ROW,
  "row by row": IN_A_ROW,
};

/** WGSL of a function that loads so many quads from `pairs`. */
function loadQuads(name: string, count: number, form: QuadForm): string {
  // Each load brings four words.
  const loads = quadWords(form) / 4;
  const all = Array.from({ length: count * loads }, (_, i) => `pairs[${loads}u * quad + ${i}u]`);
  return /* wgsl */ `
fn ${name}(quad: u32) -> array<vec4<u32>, ${all.length}> {
  return array<vec4<u32>, ${all.length}>(${all.join(", ")});
}
`;
}

/** The expression of a non-zero of the loaded `quads`. */
function nonZeroOf(form: QuadForm): (entry: number) => string {
  return form === "wide"
    ? (entry) => `quads[${entry >> 1}].${entry % 2 === 0 ? "xy" : "zw"}`
    : (entry) => `quads[${entry >> 2}].${"xyzw"[entry % QUAD]}`;
}

function declareSums(places: number, areEight: boolean): string {
  const type = areEight ? `vec4<f32>, ${2 * places}` : `Columns, ${places}`;
  return `var<workgroup> slice_sums: array<${type}>;`;
}

const SUMS: SliceSums = {
  keep: (place, sum) => `slice_sums[${place}] = ${sum};`,
  kept: (place) => `slice_sums[${place}]`,
};

/**
 * Sums of eight columns lie in two planes, four columns in each: 16 bytes of a lane beside those of the
 * next, which memory takes at once. 32 bytes apart, every second lane waits for the bank of another.
 */
function inPlanes(places: number): SliceSums {
  const second = (place: string): string => `slice_sums[${places}u + ${place}]`;
  return {
    keep: (place, sum) =>
      `slice_sums[${place}] = ${sum}[0];
    ${second(place)} = ${sum}[1];`,
    kept: (place) => `Columns(slice_sums[${place}], ${second(place)})`,
  };
}
