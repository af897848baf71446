// Compressed sparse blocks (Buluç, Fineman, Frigo, Gilbert, Leiserson, SPAA 2009) carried to SpMM:
// A·B by block rows and Aᵀ·B by block columns, both over the same arrays.
//
// A thread takes a few block rows (or columns) at a time and puts their entries in the order of the
// rows of C into memory of its own, once for all panels of B. It then multiplies as row-split does:
// the sums of a row never leave the registers, in either direction.
import { machine } from "./machine_panels.as";
import * as jobs from "./order_job.as";
import { skewed } from "./pack_panels.as";
import { KIND } from "./panel_job.as";
import * as to from "./panel_product.as";
import { multiplyRows, ownOf } from "./panels.as";

/**
 * C = min(high, max(low, op(A)·B + bias)) for a thread's pieces of op(A).
 *
 * A piece has memory of the thread's own: a cursor for each row of op(A), then, for as many entries
 * as its largest piece has, their offsets and their values, then the bounds of slabs
 * (`multiplyRows`). A slab is a multiple of β rows of B, or all.
 *
 * @param product What threads are told (panel_product.as.ts), its encoding as csb_cpu.ts lists it.
 */
export function multiply(thread: usize, product: usize): void {
  const m = <usize>load<u32>(product, to.M);
  const k = <usize>load<u32>(product, to.K);
  const slab = <usize>load<u32>(product, to.SLAB);
  const pitch = load<u32>(product, to.STRIDE) ? 0 : <usize>load<u32>(product, to.N) << 2;
  const own = ownOf(product, thread);
  const job = load<u32>(product, to.BY_MACHINE) ? own + to.JOB : 0;
  const blocks = <usize>load<u32>(product, to.ENCODING);
  const starts = <usize>load<u32>(blocks, STARTS);
  const bits = <usize>load<u32>(blocks, BITS);
  const share = <usize>load<u32>(blocks, SHARES) + (thread << 4);
  const last = <usize>load<u32>(share, LAST_PIECE);
  const cursors = <usize>load<u32>(share, ORDERED);
  const room = <usize>load<u32>(share, ROOM);
  const offsets = cursors + (m << 2);
  const values = offsets + (room << 2);
  const bounds = values + (room << 2);
  for (let piece = <usize>load<u32>(share, FIRST_PIECE); piece < last; piece++) {
    const ends = <usize>load<u32>(blocks, PIECES) + (piece << 2);
    let block = <usize>load<u32>(ends);
    const lastBlock = <usize>load<u32>(ends, 4);
    const row = block << bits;
    const lastRow = min(m, lastBlock << bits);
    memory.copy(cursors + (row << 2), starts + (row << 2), (lastRow - row) << 2);
    // So that an entry stands at its number among all entries, wherever the piece begins.
    const before = <usize>load<u32>(starts + (row << 2)) << 2;
    for (; block < lastBlock; block++) {
      order(blocks, block, cursors, offsets, values, before, pitch, bounds, slab, k, m, job);
    }
    multiplyRows(product, own, starts, bounds, offsets - before, values - before, row, lastRow, 0, load<u32>(product, to.PANELS), false);
  }
}

// Where the parts of the encoding's list stand, four bytes each.
const POINTERS: usize = 0;
const INDICES: usize = 4;
const VALUES: usize = 8;
const STARTS: usize = 12;
const BITS: usize = 16;
const BLOCK_COLS: usize = 20;
const DEPTH: usize = 24;
const TRANSPOSED: usize = 28;
/** Block rows of op(A) at which pieces begin, and the last one's end. */
const PIECES: usize = 32;
/** For each thread its first piece, the one behind its last, and memory for a piece in order. */
const SHARES: usize = 36;

// Of a thread's share, four bytes each.
const FIRST_PIECE: usize = 0;
const LAST_PIECE: usize = 4;
const ORDERED: usize = 8;
const ROOM: usize = 12;

/**
 * Puts the entries of a block row of op(A) where the cursors of their rows point, which between two
 * slabs are the bounds of their rows.
 *
 * @param before Four times the number of the first of the entries for which there is room.
 * @param pitch Bytes of a row of B where B is used as it stands, or 0.
 */
function order(
  blocks: usize,
  block: usize,
  cursors: usize,
  offsets: usize,
  values: usize,
  before: usize,
  pitch: usize,
  bounds: usize,
  slab: usize,
  k: usize,
  m: usize,
  job: usize,
): void {
  const bits = <usize>load<u32>(blocks, BITS);
  const row = block << bits;
  const rows = min(m - row, (<usize>1) << bits);
  let last = slab;
  const pointers = <usize>load<u32>(blocks, POINTERS);
  const blockCols = <usize>load<u32>(blocks, BLOCK_COLS);
  const depth = <usize>load<u32>(blocks, DEPTH);
  const transposed = load<u32>(blocks, TRANSPOSED);
  for (let across: usize = 0; across < depth; across++) {
    if (across << bits == last && last < k) {
      memory.copy(bounds + (row << 2), cursors + (row << 2), rows << 2);
      bounds += m << 2;
      last += slab;
    }
    const pointer = pointers + ((transposed ? across * blockCols + block : block * blockCols + across) << 2);
    if (job) runOrder(job, blocks, pointer, block, across, transposed, cursors, offsets, values, before, pitch);
    else if (transposed) orderBlock(blocks, pointer, block, across, true, cursors, offsets - before, values - before, pitch);
    else orderBlock(blocks, pointer, block, across, false, cursors, offsets - before, values - before, pitch);
  }
}

/** Wherever an index's bits begin, they lie within eight bytes. */
@inline
function orderBlock(
  blocks: usize,
  pointer: usize,
  block: usize,
  across: usize,
  transposed: bool,
  cursors: usize,
  offsets: usize,
  values: usize,
  pitch: usize,
): void {
  const bits = <usize>load<u32>(blocks, BITS);
  const mask = ((<u32>1) << <u32>bits) - 1;
  const width = <u64>bits << 1;
  const indices = <usize>load<u32>(blocks, INDICES);
  const entry = <usize>load<u32>(pointer);
  const stop = load<u32>(blocks, VALUES) + (load<u32>(pointer, 4) << 2);
  const before = across << bits;
  cursors += block << bits << 2;
  let bit = <u64>entry * width;
  for (let value = <usize>load<u32>(blocks, VALUES) + (entry << 2); value < stop; value += 4) {
    const index = <u32>(load<u64>(indices + <usize>(bit >> 3)) >> (bit & 7));
    const high = (index >> <u32>bits) & mask;
    const low = index & mask;
    const cursor = cursors + (<usize>(transposed ? low : high) << 2);
    const from = before + <usize>(transposed ? high : low);
    const at = <usize>load<u32>(cursor) << 2;
    store<u32>(cursor, <u32>(at >> 2) + 1);
    store<u32>(offsets + at, <u32>(pitch ? from * pitch : skewed(from) << 7));
    store<f32>(values + at, load<f32>(value));
    bit += width;
  }
}

/** `orderBlock`, by machine code. */
function runOrder(
  job: usize,
  blocks: usize,
  pointer: usize,
  block: usize,
  across: usize,
  transposed: u32,
  cursors: usize,
  offsets: usize,
  values: usize,
  before: usize,
  pitch: usize,
): void {
  const bits = <usize>load<u32>(blocks, BITS);
  const entry = <usize>load<u32>(pointer);
  const width = <u64>bits << 1;
  store<i64>(job, 1, KIND);
  store<i64>(job, load<u32>(blocks, INDICES), jobs.INDICES);
  store<i64>(job, load<u32>(blocks, VALUES) + (entry << 2), jobs.VALUES);
  store<i64>(job, cursors + (block << bits << 2), jobs.CURSORS);
  store<i64>(job, <i64>offsets - <i64>before, jobs.OFFSETS);
  store<i64>(job, <i64>values - <i64>before, jobs.ORDERED_VALUES);
  store<i64>(job, <u64>entry * width, jobs.BIT);
  store<i64>(job, width, jobs.WIDTH);
  store<i64>(job, bits, jobs.HALF);
  store<i64>(job, ((<u32>1) << <u32>bits) - 1, jobs.MASK);
  store<i64>(job, <usize>load<u32>(pointer, 4) - entry, jobs.ENTRIES);
  store<i64>(job, across << bits, jobs.BEFORE);
  store<i64>(job, pitch ? pitch : 128, jobs.PITCH);
  store<i64>(job, pitch ? 0 : 128, jobs.SKEW);
  store<i64>(job, transposed, jobs.TRANSPOSED);
  machine(job);
}
