import { entryPoint, unrolled } from "@spmm/webgpu";
import { localIndex } from "./local_index.ts";
import type { Twice } from "./walk_twice.ts";

/** How a workgroup is laid over a line of blocks. */
export interface Tile {
  /** β. */
  readonly blockSize: number;
  /** Blocks in workgroup memory at a time. */
  readonly stage: number;
  /** Threads that share a row of C. */
  readonly lanes: number;
  /** Groups of lanes; each works on rows of its own. */
  readonly strands: number;
  /** Rows of C a strand keeps in registers: β / strands. */
  readonly rowsPerLane: number;
  /** Workgroup memory taken. */
  readonly bytes: number;
}

/**
 * The pass over chunks.
 *
 * ```text
 *   entries of a block        spread       mask of row 1      walk
 *   (1,0):b (1,3):c (2,2):d   . . . .      1 . . 1            b·B[0] + c·B[3]
 *                             b . . c
 *                             . . d .
 * ```
 *
 * An entry has its own place in the spread block, and setting mask bits commutes, so any thread may
 * spread any entry in any order without changing a bit of the result. Only places a mask names are
 * read: the spread blocks need no clearing.
 *
 * @param tile The workgroup.
 * @param transpose Whether C's rows are A's columns: the two halves of an index trade places.
 * @param twice The statements that do a part twice; empty where none is.
 */
export function multiplyChunk(tile: Tile, transpose: boolean, twice: Twice): string {
  const { blockSize, stage, lanes, strands, rowsPerLane } = tile;
  return /* wgsl */ `
struct Lines {
  line_stride: u32,
  step_stride: u32,
  chunks: u32,
  /** Zero, which the compiler cannot know. */
  nothing: u32,
}

const BETA = ${blockSize}u;
const STAGE = ${stage}u;
const LANES = ${lanes}u;
const STRANDS = ${strands}u;
const THREADS = ${lanes * strands}u;
/** One more than β, so that equal columns of neighbouring rows lie in different banks. */
const PITCH = BETA + 1u;
const WHOLE_LINE = 0xffffffffu;

var<workgroup> spread: array<f32, ${stage * blockSize * (blockSize + 1)}>;
var<workgroup> masks: array<atomic<u32>, ${stage * blockSize}>;

${localIndex(2 * Math.log2(blockSize))}
${twice.functions}
fn clear_masks(thread: u32) {
  for (var i = thread; i < STAGE * BETA; i += THREADS) {
    atomicStore(&masks[i], 0u);
  }
}

fn spread_blocks(line: u32, begin: u32, end: u32, thread: u32) {
  for (var place = thread / ${spreadGroup(tile)}u; place < STAGE; place += ${spreaders(tile)}u) {
    if (begin + place < end) {
      let block = line * lines.line_stride + (begin + place) * lines.step_stride;
      let last = block_pointers[block + 1u];
      for (
        var entry = block_pointers[block] + thread % ${spreadGroup(tile)}u;
        entry < last;
        entry += ${spreadGroup(tile)}u
      ) {
        spread_entry(place, entry);
      }
    }
  }
}

fn spread_entry(place: u32, entry: u32) {
  let index = ${twice.decode}(entry);
  let row = ${transpose ? "index % BETA" : "index / BETA"};
  let col = ${transpose ? "index / BETA" : "index % BETA"};
  let value = f32(values[entry]);
  spread[(place * BETA + row) * PITCH + col] = value;
  atomicOr(&masks[place * BETA + row], 1u << col);
  ${twice.spread}
}

/** Adds a row of the spread blocks times its rows of B, two non-zeros in flight at a time. */
fn walk_row(row: u32, begin: u32, end: u32, vector: u32, initial: Columns) -> Columns {
  var sum = initial;
  for (var step = begin; step < end; step++) {
    let place = (step - begin) * BETA + row;
    let b_row = step * BETA;
    var mask = atomicLoad(&masks[place])${twice.walk};
    while ((mask & (mask - 1u)) != 0u) {
      let first = firstTrailingBit(mask);
      mask &= mask - 1u;
      let second = firstTrailingBit(mask);
      mask &= mask - 1u;
      let b_first = load_b(b_row + first, vector);
      let b_second = load_b(b_row + second, vector);
      sum = fma(Columns(spread[place * PITCH + first]), b_first, sum);
      sum = fma(Columns(spread[place * PITCH + second]), b_second, sum);
      ${twice.load("first")}
      ${twice.load("second")}
    }
    if (mask != 0u) {
      let only = firstTrailingBit(mask);
      let b_only = load_b(b_row + only, vector);
      sum = fma(Columns(spread[place * PITCH + only]), b_only, sum);
      ${twice.load("only")}
    }
  }
  return sum;
}

fn finish_row(line: u32, row: u32, slot: u32, vector: u32, sum: Columns) {
  if (slot != WHOLE_LINE) {
    partials[(slot * BETA + row) * shape.vectors + vector] = sum;
  } else if (line * BETA + row < shape.m) {
    store_c(line * BETA + row, vector, sum);
  }
}

fn multiply_chunk(group: u32, thread: u32) {
  let first_vector = (group / lines.chunks) * LANES;
  if (first_vector >= shape.vectors) {
    return;
  }
  let chunk = chunks[group % lines.chunks];
  let vector = first_vector + thread % LANES;
  let strand = thread / LANES;
  ${unrolled(rowsPerLane, (r) => `var sum_${r} = Columns(0);`)}
  for (var begin = chunk.y; begin < chunk.z; begin += STAGE) {
    let end = min(begin + STAGE, chunk.z);
    clear_masks(thread);
    workgroupBarrier();
    ${twice.stage}
    spread_blocks(chunk.x, begin, end, thread);
    workgroupBarrier();
    if (vector < shape.vectors) {
      ${
    unrolled(rowsPerLane, (r) =>
      `sum_${r} = walk_row(strand + ${r * strands}u, begin, end, vector, sum_${r});`)
  }
    }
    workgroupBarrier();
  }
  if (vector < shape.vectors) {
    ${
    unrolled(rowsPerLane, (r) =>
      `finish_row(chunk.x, strand + ${r * strands}u, chunk.w, vector, sum_${r});`)
  }
  }
}
${entryPoint(lanes * strands, "multiply_chunk")}`;
}

/** Threads that spread one block: all where the workgroup has fewer strands than a stage blocks. */
function spreadGroup({ lanes, strands, stage }: Tile): number {
  return Math.max(1, Math.floor(lanes * strands / stage));
}

function spreaders(tile: Tile): number {
  return Math.ceil(tile.lanes * tile.strands / spreadGroup(tile));
}

/** The pass that adds the partial sums of cut lines, in the order of their chunks. */
export function addPartials(blockSize: number, threads: number): string {
  return /* wgsl */ `
const BETA = ${blockSize}u;

fn add_partials(group: u32, thread: u32) {
  let i = group * ${threads}u + thread;
  let vector = i % shape.vectors;
  let line_row = i / shape.vectors;
  if (line_row / BETA >= arrayLength(&cut_lines)) {
    return;
  }
  let cut = cut_lines[line_row / BETA];
  let row = line_row % BETA;
  if (cut.x * BETA + row >= shape.m) {
    return;
  }
  var sum = Columns(0);
  for (var slot = cut.y; slot < cut.z; slot++) {
    sum += partials[(slot * BETA + row) * shape.vectors + vector];
  }
  store_c(cut.x * BETA + row, vector, sum);
}
${entryPoint(threads, "add_partials")}`;
}
