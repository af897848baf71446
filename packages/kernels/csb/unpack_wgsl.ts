import { entryPoint, QUAD } from "@spmm/webgpu";
import { localIndex } from "./local_index.ts";

/** What the unpacking of blocks is specialised to. */
export interface Unpacking {
  /** β. */
  readonly blockSize: number;
  /** Whether the rows of op(A) are the columns of A: the two halves of an index trade places. */
  readonly transpose: boolean;
  /** Bits of a rank: 8, 16 or 32. */
  readonly rankBits: number;
  /** Threads of a workgroup. */
  readonly threads: number;
}

/**
 * The pass that unpacks blocks to rows of quads, a workgroup a block; to follow the code of
 * `quadsScratch`:
 *
 * ```text
 *   entries of a block        masks of its rows      where an entry goes in its row
 *   (1,0):b (1,3):c (2,2):d   . . . .                entries of the row in blocks before this one
 *                             1 . . 1                + ones of the mask before its own
 *                             . . 1 .                c: rank + 1
 * ```
 *
 * Setting mask bits commutes and every entry has a place of its own, so threads may take entries in
 * any order and the quads come out the same; in either direction at the same cost, since a mask row
 * is whichever side of the block becomes rows of C.
 */
export function unpackBlocks(unpacking: Unpacking): string {
  const { blockSize, transpose, rankBits, threads } = unpacking;
  return /* wgsl */ `
struct Blocks {
  count: u32,
  columns: u32,
  /** Vectors in a row of B. */
  vectors: u32,
  /** Rows of op(A). */
  rows: u32,
}

const BETA = ${blockSize}u;
/** Mask words of a row. */
const WORDS = ${Math.ceil(blockSize / 32)}u;
const THREADS = ${threads}u;

var<workgroup> masks: array<atomic<u32>, ${blockSize * Math.ceil(blockSize / 32)}>;
/** Where the block's entries of a row go, where the row's entries end, and where its quads do. */
var<workgroup> firsts: array<u32, BETA>;
var<workgroup> ends: array<u32, BETA>;
var<workgroup> quads_ends: array<u32, BETA>;

${localIndex(2 * Math.log2(blockSize))}
/** Row and column of op(A) within the block. */
fn place_of(entry: u32) -> vec2<u32> {
  let index = local_index(entry);
  return ${
    transpose ? "vec2<u32>(index % BETA, index / BETA)" : "vec2<u32>(index / BETA, index % BETA)"
  };
}

fn rank_of(block: u32, row: u32) -> u32 {
  let i = block * BETA + row;
  return ${rankBits === 32 ? "ranks[i]" : narrowRank(rankBits)};
}

fn mask_of(row: u32, word: u32) -> u32 {
  return atomicLoad(&masks[row * WORDS + word]);
}

/** Entries of a row of the block before a column. */
fn entries_before(row: u32, column: u32) -> u32 {
  var count = countOneBits(mask_of(row, column / 32u) & ((1u << (column % 32u)) - 1u));
  for (var word = 0u; word < column / 32u; word++) {
    count += countOneBits(mask_of(row, word));
  }
  return count;
}

/** Asks for all that rows need before the entries are known, so that nothing waits for it later. */
fn begin_rows(block: u32, line: u32, thread: u32) {
  for (var row = thread; row < BETA; row += THREADS) {
    let whole_row = min(line * BETA + row, blocks.rows - 1u);
    let first = ${QUAD}u * quad_offsets[whole_row];
    firsts[row] = first + rank_of(block, row);
    ends[row] = first + row_lengths[whole_row];
    quads_ends[row] = ${QUAD}u * quad_offsets[whole_row + 1u];
  }
  for (var i = thread; i < BETA * WORDS; i += THREADS) {
    atomicStore(&masks[i], 0u);
  }
}

/** Where a row ends in this block, fills its last quad with zeros at its own last column. */
fn fill_row(row: u32, first_column: u32) {
  var count = 0u;
  var last = 0u;
  for (var word = 0u; word < WORDS; word++) {
    let mask = mask_of(row, word);
    count += countOneBits(mask);
    if (mask != 0u) {
      last = 32u * word + firstLeadingBit(mask);
    }
  }
  if (count > 0u && firsts[row] + count == ends[row]) {
    for (var at = ends[row]; at < quads_ends[row]; at++) {
      write_non_zero(at, first_column + last, blocks.vectors, 0.0);
    }
  }
}

fn unpack_block(block: u32, thread: u32) {
  if (block >= blocks.count) {
    return;
  }
  let begin = block_pointers[block];
  let end = block_pointers[block + 1u];
  let line = ${transpose ? "block % blocks.columns" : "block / blocks.columns"};
  let first_column = BETA * (${transpose ? "block / blocks.columns" : "block % blocks.columns"});
  begin_rows(block, line, thread);
  workgroupBarrier();
  for (var entry = begin + thread; entry < end; entry += THREADS) {
    let place = place_of(entry);
    atomicOr(&masks[place.x * WORDS + place.y / 32u], 1u << (place.y % 32u));
  }
  workgroupBarrier();
  for (var entry = begin + thread; entry < end; entry += THREADS) {
    let place = place_of(entry);
    let at = firsts[place.x] + entries_before(place.x, place.y);
    write_non_zero(at, first_column + place.y, blocks.vectors, f32(values[entry]));
  }
  for (var row = thread; row < BETA; row += THREADS) {
    fill_row(row, first_column);
  }
}
${entryPoint(threads, "unpack_block")}`;
}

/** The bits of rank i, of those that share its word. */
function narrowRank(bits: number): string {
  const each = 32 / bits;
  return `(ranks[i / ${each}u] >> (${bits}u * (i % ${each}u))) & ${2 ** bits - 1}u`;
}
