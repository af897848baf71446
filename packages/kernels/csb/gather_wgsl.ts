import {
  addQuads,
  addSlices,
  entryPoint,
  laneVectors,
  nonZeroCode,
  QUAD,
  type QuadForm,
  type SliceSums,
  storeRow,
  unrolled,
  wgslLoop,
  type WideIo,
  writeNonZero,
} from "@spmm/webgpu";
import { columnsInWords, inQuads } from "./columns_in_words.ts";
import { eachEntry, entryCode } from "./entry_code.ts";
import { ENTRIES_AT_ONCE, type GatherLayout } from "./gather_layout.ts";
import type { RankedBlocks } from "./ranked_blocks.ts";

/** What gathering is specialised to. */
export interface Gathering {
  /** The encoding. */
  readonly blocks: Pick<RankedBlocks, "blockSize" | "entryWords">;
  /** Whether the rows of op(A) are the columns of A. */
  readonly transpose: boolean;
  readonly layout: GatherLayout;
  readonly form: QuadForm;
  readonly columns: WideIo["columns"];
  /** Whether rows are gathered more than once, to learn what that costs. */
  readonly repeats: boolean;
}

/** Sums take the place of the rows, which nobody reads any more (`columnsInWords`). */
const WHERE_ROWS_WERE: SliceSums = {
  keep: (place, sum) => `keep_sum(${place}, ${sum});`,
  kept: (place) => `kept_sum(${place})`,
};

/**
 * The pass whose workgroups gather the rows they multiply, and multiply them; to follow the code of
 * `wideIo`.
 *
 * ```text
 *   blocks of a line                          workgroup memory: rows of quads
 *   ┌─────┬─────┬─────┬─────┐   place =       ┌─────────┬─────────┬─────────┐
 *   │ a b │   c │     │ d   │   start of row  │ a b c d │ · · · · │ · 0 0 0 │  rows of this workgroup
 *   │   · │ ·   │ · · │   · │   + rank        └─────────┴─────────┴─────────┘
 *   └─────┴─────┴─────┴─────┘                 then as rows of quads are multiplied anywhere
 * ```
 *
 * Entries of the line whose row is another workgroup's are read and left: β rows share a line.
 */
export function gatherRows(gathering: Gathering): string {
  const { blocks, transpose, layout, form, columns, repeats } = gathering;
  const { lanes, vectorsPerLane, slices, threads, rows, room, strands } = layout;
  const { blockSize } = blocks;
  const lines = Math.max(1, rows / blockSize);
  const place = (entry: string, value: string): string =>
    `place_in_row(${entry}, ${value}, first_line_row, first_column);`;
  return /* wgsl */ `
struct Blocks {
  line_stride: u32,
  step_stride: u32,
  /** Blocks along a line. */
  steps: u32,
  /** Workgroups of a column tile. */
  groups: u32,
  /** How often rows are gathered: once, but to learn what it costs. */
  times: u32,
}

const LANES = ${lanes}u;
const SLICES = ${slices}u;
const THREADS = ${threads}u;
const ROWS = ${rows}u;
const TILE = ${lanes * vectorsPerLane}u;
/** Threads that share a block. */
const STRANDS = ${strands}u;
const BLOCKS_AT_ONCE = ${Math.floor(threads / strands)}u;

alias Sums = array<Columns, ${vectorsPerLane}>;

var<workgroup> gathered: array<array<${nonZeroCode(form).type}, ${QUAD}>, ${room / QUAD}>;
/** Where each row starts there, and its length. */
var<workgroup> starts: array<vec2<u32>, ROWS>;
${writeNonZero(inQuads("at"), form)}${entryCode(blocks, transpose)}
${slices > 1 ? columnsInWords(columns, form, threads * vectorsPerLane) : ""}
fn place_in_row(entry: Entry, value: f32, first_line_row: u32, first_column: u32) {
  // Rows of other workgroups wrap around, or lie beyond.
  let row = first_line_row + row_in_block(entry);
  if (row < ROWS) {
    let start = starts[row];
    place_entry(entry, value, first_column, start.x, start.y, shape.vectors);
  }
}

fn find_starts(first_row: u32, thread: u32) {
  if (thread < ROWS) {
    let row = min(first_row + thread, shape.m - 1u);
    let start = ${QUAD}u * (quad_offsets[row] - quad_offsets[first_row]);
    starts[thread] = vec2<u32>(start, row_lengths[row]);
  }
}

fn gather_rows(first_row: u32, thread: u32) {
  let strand = thread % STRANDS;
  if (thread / STRANDS >= BLOCKS_AT_ONCE) {
    return;
  }
  ${lines > 1 ? `let lines = min(${lines}u, (shape.m - 1u) / BETA - first_row / BETA + 1u);` : ""}
  var turn = thread / STRANDS;
  ${
    wgslLoop({
      condition: lines > 1 ? "turn < lines * blocks.steps" : "turn < blocks.steps",
      step: "turn += BLOCKS_AT_ONCE",
      turn: /* wgsl */ `let line = first_row / BETA${lines > 1 ? " + turn / blocks.steps" : ""};
    let step = turn${lines > 1 ? " % blocks.steps" : ""};
    let block = line * blocks.line_stride + step * blocks.step_stride;
    let begin = block_pointers[block];
    let end = block_pointers[block + 1u];
    let first_line_row = line * BETA - first_row;
    let first_column = step * BETA;
    ${eachEntry(ENTRIES_AT_ONCE, "STRANDS", place)}`,
    })
  }
}

fn sum_slice(row: u32, slice: u32, first: u32) -> Sums {
  var sums = Sums();
  let start = starts[row];
  let end = (start.x + start.y + ${QUAD - 1}u) / ${QUAD}u;
  ${laneVectors(vectorsPerLane)}
  var quad = start.x / ${QUAD}u + slice;
  ${
    wgslLoop({
      condition: "quad < end",
      step: "quad += SLICES",
      turn: /* wgsl */ `${unrolled(QUAD, (i) => `let non_zero_${i} = gathered[quad][${i}];`)}
    ${addQuads(1, vectorsPerLane, form, (entry) => `non_zero_${entry}`)}`,
    })
  }
  return sums;
}
${storeRow(vectorsPerLane)}
fn multiply_rows(group: u32, thread: u32) {
  let tile = group / blocks.groups;
  if (tile * TILE >= shape.vectors) {
    return;
  }
  let first_row = (group - tile * blocks.groups) * ROWS;
  find_starts(first_row, thread);
  workgroupBarrier();
  ${repeats ? "for (var time = 0u; time < blocks.times; time++) {" : ""}
    gather_rows(first_row, thread);
    workgroupBarrier();
  ${repeats ? "}" : ""}
  let slice = thread / LANES % SLICES;
  let row = thread / (LANES * SLICES);
  let first = tile * TILE + thread % LANES;
  let is_live = first_row + row < shape.m;
  var sums = Sums();
  if (is_live) {
    sums = sum_slice(row, slice, first);
  }
  ${
    slices > 1
      ? `workgroupBarrier();
  ${addSlices(vectorsPerLane, slices, WHERE_ROWS_WERE)}`
      : ""
  }
  if (is_live && slice == 0u) {
    store_row(first_row + row, first, sums);
  }
}
${entryPoint(threads, "multiply_rows")}`;
}
