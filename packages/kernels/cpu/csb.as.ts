// Compressed sparse blocks (Buluç, Fineman, Frigo, Gilbert, Leiserson, SPAA 2009) carried to SpMM:
// A·B by block rows and Aᵀ·B by block columns, both over the same arrays.
//
// Packed indices are unpacked a piece of a block at a time, once for a group of panels, into a
// thread's own memory: runs of entries in one row, and each entry's offset. A run then keeps its
// sums in registers forwards, and its row of B transposed. The sums of a block row (or block column)
// of C stand beside them until the last block has been added.
import { biasOf, finish, multiplyAdd, rowAt, rowShift, skewed, sumRows } from "./panels.as";

export { pack } from "./panels.as";

/** Panels that share one unpacking. */
const GROUP: usize = 4;
/** Entries unpacked at a time; PIECE in csb_cpu.ts. */
const PIECE: usize = 2048;

// A thread's own memory: offsets of a piece, its runs (row, number of entries), and the sums.
const RUNS: usize = PIECE << 2;
const SUMS: usize = RUNS + (PIECE << 3);

/**
 * C = min(high, max(low, op(A)·B + bias)) for the block rows of op(A) begin..end.
 *
 * @param pointers Block pointers, blocks of A row by row.
 * @param indices Packed in-block indices, row bits above column bits; 8 bytes more are readable.
 * @param values Per non-zero, its value.
 * @param bits lg β, at most 16.
 * @param blockCols Blocks beside each other in A.
 * @param depth Blocks of A along k: block columns, or block rows where transposed.
 * @param transposed 1 to multiply by Aᵀ.
 * @param packed B's panels, wide ones first, each of `stride` rows.
 * @param c m×n, row-major.
 * @param bias One f32 per row of C, or 0 for none.
 * @param own Memory of this thread's own, as csb_cpu.ts sizes it.
 */
export function multiply(
  pointers: usize,
  indices: usize,
  values: usize,
  bits: usize,
  blockCols: usize,
  depth: usize,
  transposed: u32,
  packed: usize,
  stride: usize,
  wide: usize,
  narrow: usize,
  c: usize,
  m: usize,
  n: usize,
  bias: usize,
  low: f32,
  high: f32,
  own: usize,
  begin: usize,
  end: usize,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  let column: usize = 0;
  let panel: usize = 0;
  while (panel < wide + narrow) {
    const isWide = panel < wide;
    const panels = min(GROUP, (isWide ? wide : wide + narrow) - panel);
    const shift = rowShift(isWide);
    for (let block = begin; block < end; block++) {
      const firstRow = block << bits;
      const rows = min(m - firstRow, (<usize>1) << bits);
      memory.fill(own + SUMS, 0, (panels << bits) << shift);
      for (let across: usize = 0; across < depth; across++) {
        const number = transposed ? across * blockCols + block : block * blockCols + across;
        const from = packed + (skewed(across << bits) << shift);
        addBlock(pointers + (number << 2), indices, values, bits, transposed, from, stride, panels, isWide, own);
      }
      for (let p: usize = 0; p < panels; p++) {
        const sums = own + SUMS + ((p << bits) << shift);
        const at = column + (p << (shift - 2));
        if (isWide) storeRows(sums, firstRow, rows, true, c, n, at, bias, lows, highs);
        else storeRows(sums, firstRow, rows, false, c, n, at, bias, lows, highs);
      }
    }
    packed += (panels * stride) << shift;
    column += panels << (shift - 2);
    panel += panels;
  }
}

/** Adds a block to the sums of every panel of a group. */
function addBlock(
  pointer: usize,
  indices: usize,
  values: usize,
  bits: usize,
  transposed: u32,
  panel: usize,
  stride: usize,
  panels: usize,
  wide: bool,
  own: usize,
): void {
  const last = <usize>load<u32>(pointer, 4);
  for (let entry = <usize>load<u32>(pointer); entry < last; entry += PIECE) {
    const runs = unpack(indices, bits, transposed, entry, min(last, entry + PIECE), own);
    const piece = values + (entry << 2);
    for (let p: usize = 0; p < panels; p++) {
      const from = panel + ((p * stride) << rowShift(wide));
      const sums = own + SUMS + ((p << bits) << rowShift(wide));
      if (transposed) {
        if (wide) addTransposed(runs, piece, from, true, sums, own);
        else addTransposed(runs, piece, from, false, sums, own);
      } else {
        if (wide) add(runs, piece, from, true, sums, own);
        else add(runs, piece, from, false, sums, own);
      }
    }
  }
}

/**
 * Unpacks entries entry..last of a block: their offsets into a wide panel (its rows of B forwards,
 * its sums transposed) and their runs. Wherever an index's bits begin, they lie within eight bytes.
 *
 * @returns The end of the runs.
 */
function unpack(
  indices: usize,
  bits: usize,
  transposed: u32,
  entry: usize,
  last: usize,
  own: usize,
): usize {
  const width = <u64>bits << 1;
  const colMask = ((<u32>1) << <u32>bits) - 1;
  const rowMask = colMask;
  let bit = <u64>entry * width;
  let runs = own + RUNS;
  let run: u32 = u32.MAX_VALUE;
  let count: u32 = 0;
  for (const stop = own + ((last - entry) << 2); own < stop; own += 4) {
    const index = <u32>(load<u64>(indices + <usize>(bit >> 3)) >> (bit & 7));
    const row = (index >> <u32>bits) & rowMask;
    const col = <usize>(index & colMask);
    store<u32>(own, <u32>((transposed ? col : skewed(col)) << rowShift(true)));
    if (row != run) {
      if (count) runs = storeRun(runs, run, count);
      run = row;
      count = 0;
    }
    count++;
    bit += width;
  }
  return count ? storeRun(runs, run, count) : runs;
}

@inline
function storeRun(runs: usize, row: u32, count: u32): usize {
  store<u32>(runs, row);
  store<u32>(runs, count, 4);
  return runs + 8;
}

/** Adds unpacked entries to the sums of their rows. */
@inline
function add(
  runs: usize,
  value: usize,
  panel: usize,
  wide: bool,
  sums: usize,
  own: usize,
): void {
  const none = f32x4.splat(0);
  let at = own;
  for (let run = own + RUNS; run < runs; run += 8) {
    const bytes = <usize>load<u32>(run, 4) << 2;
    const to = sums + (<usize>load<u32>(run) << rowShift(wide));
    sumRows(at, at + bytes, value, panel, wide, to, true, none, none, none);
    at += bytes;
    value += bytes;
  }
}

/** Adds the transpose of unpacked entries to the sums of their columns. */
@inline
function addTransposed(
  runs: usize,
  value: usize,
  panel: usize,
  wide: bool,
  sums: usize,
  own: usize,
): void {
  let at = own;
  for (let run = own + RUNS; run < runs; run += 8) {
    const from = panel + (skewed(<usize>load<u32>(run)) << rowShift(wide));
    const row0 = v128.load(from);
    const row1 = v128.load(from, 16);
    const row2 = wide ? v128.load(from, 32) : f32x4.splat(0);
    const row3 = wide ? v128.load(from, 48) : f32x4.splat(0);
    const row4 = wide ? v128.load(from, 64) : f32x4.splat(0);
    const row5 = wide ? v128.load(from, 80) : f32x4.splat(0);
    const row6 = wide ? v128.load(from, 96) : f32x4.splat(0);
    const row7 = wide ? v128.load(from, 112) : f32x4.splat(0);
    for (const stop = at + (<usize>load<u32>(run, 4) << 2); at < stop; at += 4) {
      const to = sums + rowAt(load<u32>(at), wide);
      const scale = v128.load32_splat(value);
      v128.store(to, multiplyAdd(scale, row0, v128.load(to)));
      v128.store(to, multiplyAdd(scale, row1, v128.load(to, 16)), 16);
      if (wide) {
        v128.store(to, multiplyAdd(scale, row2, v128.load(to, 32)), 32);
        v128.store(to, multiplyAdd(scale, row3, v128.load(to, 48)), 48);
        v128.store(to, multiplyAdd(scale, row4, v128.load(to, 64)), 64);
        v128.store(to, multiplyAdd(scale, row5, v128.load(to, 80)), 80);
        v128.store(to, multiplyAdd(scale, row6, v128.load(to, 96)), 96);
        v128.store(to, multiplyAdd(scale, row7, v128.load(to, 112)), 112);
      }
      value += 4;
    }
  }
}

/** Finishes the sums and writes them to their rows of C. */
@inline
function storeRows(
  sums: usize,
  firstRow: usize,
  rows: usize,
  wide: bool,
  c: usize,
  n: usize,
  column: usize,
  bias: usize,
  low: v128,
  high: v128,
): void {
  const fits = n - column >= <usize>(wide ? 32 : 8);
  for (let row: usize = 0; row < rows; row++) {
    const from = sums + (row << rowShift(wide));
    const target = c + (((firstRow + row) * n + column) << 2);
    const to = fits ? target : from;
    const shift = biasOf(bias, firstRow + row);
    v128.store(to, finish(v128.load(from), shift, low, high));
    v128.store(to, finish(v128.load(from, 16), shift, low, high), 16);
    if (wide) {
      v128.store(to, finish(v128.load(from, 32), shift, low, high), 32);
      v128.store(to, finish(v128.load(from, 48), shift, low, high), 48);
      v128.store(to, finish(v128.load(from, 64), shift, low, high), 64);
      v128.store(to, finish(v128.load(from, 80), shift, low, high), 80);
      v128.store(to, finish(v128.load(from, 96), shift, low, high), 96);
      v128.store(to, finish(v128.load(from, 112), shift, low, high), 112);
    }
    if (!fits) memory.copy(target, from, (n - column) << 2);
  }
}
