// What the CPU kernels share: rows of C summed over panels of B (panel_layout.ts draws them).
import { isPlain, machine, writeJob } from "./machine_panels.as";
import { packPanels, rowShift, skewed } from "./pack_panels.as";
import * as to from "./panel_product.as";

/** From an offset into a wide panel to one into this panel. */
@inline
function rowAt(offset: u32, wide: bool): usize {
  return wide ? <usize>offset : <usize>offset >> 2;
}

/** One instruction where there is relaxed SIMD and the processor can. */
@inline
function multiplyAdd(scale: v128, row: v128, sum: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(scale, row, sum);
  return f32x4.add(f32x4.mul(scale, row), sum);
}

/** min(high, max(low, sum + bias)), each one instruction; WASM's own min and max take six. */
@inline
function finish(sum: v128, bias: v128, low: v128, high: v128): v128 {
  return f32x4.pmin(high, f32x4.pmax(low, f32x4.add(sum, bias)));
}

@inline
function biasOf(bias: usize, row: usize): v128 {
  return bias ? v128.load32_splat(bias + (row << 2)) : f32x4.splat(0);
}

/**
 * Sums values times rows of a panel, in their order, in eight registers.
 *
 * V8 checks the bounds of every access, so what saves loads wins: four values come as one vector
 * and are spread by shuffles, and four offsets come as two 64-bit words.
 *
 * @param at Offsets of the rows into a wide panel, up to `stop`.
 * @param value The values, as many.
 * @param fresh Whether nothing was summed before: else what stands at `to` comes first.
 * @param plain Whether there is neither a bias nor an activation, or not yet.
 */
@inline
function sumRows(
  at: usize,
  stop: usize,
  value: usize,
  panel: usize,
  wide: bool,
  to: usize,
  fresh: bool,
  plain: bool,
  bias: v128,
  low: v128,
  high: v128,
): void {
  let sum0 = f32x4.splat(0);
  let sum1 = f32x4.splat(0);
  let sum2 = f32x4.splat(0);
  let sum3 = f32x4.splat(0);
  let sum4 = f32x4.splat(0);
  let sum5 = f32x4.splat(0);
  let sum6 = f32x4.splat(0);
  let sum7 = f32x4.splat(0);
  if (!fresh) {
    sum0 = v128.load(to);
    sum1 = v128.load(to, 16);
    if (wide) {
      sum2 = v128.load(to, 32);
      sum3 = v128.load(to, 48);
      sum4 = v128.load(to, 64);
      sum5 = v128.load(to, 80);
      sum6 = v128.load(to, 96);
      sum7 = v128.load(to, 112);
    }
  }
  const fours = at + ((stop - at) & ~15);
  while (at < fours) {
    const four = v128.load(value);
    const first = load<u64>(at);
    const second = load<u64>(at, 8);
    const row0 = panel + rowAt(<u32>first, wide);
    const scale0 = v128.shuffle<u8>(four, four, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3);
    sum0 = multiplyAdd(scale0, v128.load(row0), sum0);
    sum1 = multiplyAdd(scale0, v128.load(row0, 16), sum1);
    if (wide) {
      sum2 = multiplyAdd(scale0, v128.load(row0, 32), sum2);
      sum3 = multiplyAdd(scale0, v128.load(row0, 48), sum3);
      sum4 = multiplyAdd(scale0, v128.load(row0, 64), sum4);
      sum5 = multiplyAdd(scale0, v128.load(row0, 80), sum5);
      sum6 = multiplyAdd(scale0, v128.load(row0, 96), sum6);
      sum7 = multiplyAdd(scale0, v128.load(row0, 112), sum7);
    }
    const row1 = panel + rowAt(<u32>(first >> 32), wide);
    const scale1 = v128.shuffle<u8>(four, four, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7);
    sum0 = multiplyAdd(scale1, v128.load(row1), sum0);
    sum1 = multiplyAdd(scale1, v128.load(row1, 16), sum1);
    if (wide) {
      sum2 = multiplyAdd(scale1, v128.load(row1, 32), sum2);
      sum3 = multiplyAdd(scale1, v128.load(row1, 48), sum3);
      sum4 = multiplyAdd(scale1, v128.load(row1, 64), sum4);
      sum5 = multiplyAdd(scale1, v128.load(row1, 80), sum5);
      sum6 = multiplyAdd(scale1, v128.load(row1, 96), sum6);
      sum7 = multiplyAdd(scale1, v128.load(row1, 112), sum7);
    }
    const row2 = panel + rowAt(<u32>second, wide);
    const scale2 = v128.shuffle<u8>(four, four, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11, 8, 9, 10, 11);
    sum0 = multiplyAdd(scale2, v128.load(row2), sum0);
    sum1 = multiplyAdd(scale2, v128.load(row2, 16), sum1);
    if (wide) {
      sum2 = multiplyAdd(scale2, v128.load(row2, 32), sum2);
      sum3 = multiplyAdd(scale2, v128.load(row2, 48), sum3);
      sum4 = multiplyAdd(scale2, v128.load(row2, 64), sum4);
      sum5 = multiplyAdd(scale2, v128.load(row2, 80), sum5);
      sum6 = multiplyAdd(scale2, v128.load(row2, 96), sum6);
      sum7 = multiplyAdd(scale2, v128.load(row2, 112), sum7);
    }
    const row3 = panel + rowAt(<u32>(second >> 32), wide);
    const scale3 = v128.shuffle<u8>(four, four, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15);
    sum0 = multiplyAdd(scale3, v128.load(row3), sum0);
    sum1 = multiplyAdd(scale3, v128.load(row3, 16), sum1);
    if (wide) {
      sum2 = multiplyAdd(scale3, v128.load(row3, 32), sum2);
      sum3 = multiplyAdd(scale3, v128.load(row3, 48), sum3);
      sum4 = multiplyAdd(scale3, v128.load(row3, 64), sum4);
      sum5 = multiplyAdd(scale3, v128.load(row3, 80), sum5);
      sum6 = multiplyAdd(scale3, v128.load(row3, 96), sum6);
      sum7 = multiplyAdd(scale3, v128.load(row3, 112), sum7);
    }
    at += 16;
    value += 16;
  }
  while (at < stop) {
    const row = panel + rowAt(load<u32>(at), wide);
    const scale = v128.load32_splat(value);
    sum0 = multiplyAdd(scale, v128.load(row), sum0);
    sum1 = multiplyAdd(scale, v128.load(row, 16), sum1);
    if (wide) {
      sum2 = multiplyAdd(scale, v128.load(row, 32), sum2);
      sum3 = multiplyAdd(scale, v128.load(row, 48), sum3);
      sum4 = multiplyAdd(scale, v128.load(row, 64), sum4);
      sum5 = multiplyAdd(scale, v128.load(row, 80), sum5);
      sum6 = multiplyAdd(scale, v128.load(row, 96), sum6);
      sum7 = multiplyAdd(scale, v128.load(row, 112), sum7);
    }
    at += 4;
    value += 4;
  }
  if (!plain) {
    sum0 = finish(sum0, bias, low, high);
    sum1 = finish(sum1, bias, low, high);
    if (wide) {
      sum2 = finish(sum2, bias, low, high);
      sum3 = finish(sum3, bias, low, high);
      sum4 = finish(sum4, bias, low, high);
      sum5 = finish(sum5, bias, low, high);
      sum6 = finish(sum6, bias, low, high);
      sum7 = finish(sum7, bias, low, high);
    }
  }
  v128.store(to, sum0);
  v128.store(to, sum1, 16);
  if (wide) {
    v128.store(to, sum2, 32);
    v128.store(to, sum3, 48);
    v128.store(to, sum4, 64);
    v128.store(to, sum5, 80);
    v128.store(to, sum6, 96);
    v128.store(to, sum7, 112);
  }
}

/** A thread's own memory. */
@inline
export function ownOf(product: usize, thread: usize): usize {
  return <usize>load<u32>(product, to.OWN) + thread * <usize>load<u32>(product, to.OWN_BYTES);
}

/**
 * C = min(high, max(low, A·B + bias)) for rows begin..end and panels panel..lastPanel of C. B is
 * packed a slab of its rows and a few panels at a time, so that they are still in the second-level
 * cache when they are read; C keeps the sums from slab to slab.
 *
 * Where B is used as it stands, offsets are into its rows; in WASM its n is then a multiple of 32.
 *
 * @param product What threads are told (panel_product.as.ts).
 * @param own Memory of this thread's own.
 * @param rowOffsets CSR row offsets.
 * @param bounds For each slab but the last, where the non-zeros of each of the m rows end in it.
 * @param offsets Per non-zero, 128 times the skewed row of B.
 * @param values Per non-zero, its value.
 * @param held Whether the first panels are packed already.
 */
export function multiplyRows(
  product: usize,
  own: usize,
  rowOffsets: usize,
  bounds: usize,
  offsets: usize,
  values: usize,
  begin: usize,
  end: usize,
  panel: usize,
  lastPanel: usize,
  held: bool,
): void {
  const b = <usize>load<u32>(product, to.B);
  const c = <usize>load<u32>(product, to.C);
  const m = <usize>load<u32>(product, to.M);
  const k = <usize>load<u32>(product, to.K);
  const n = <usize>load<u32>(product, to.N);
  const stride = <usize>load<u32>(product, to.STRIDE);
  const group = <usize>load<u32>(product, to.GROUP);
  const wide = <usize>load<u32>(product, to.WIDE);
  const slab = <usize>load<u32>(product, to.SLAB);
  const bias = <usize>load<u32>(product, to.BIAS);
  const low = load<f32>(product, to.LOW);
  const high = load<f32>(product, to.HIGH);
  const byMachine = load<u32>(product, to.BY_MACHINE);
  const isPlainInTheEnd = isPlain(product);
  const packed = own + to.PACKED;
  while (panel < lastPanel) {
    const isWide = panel < wide;
    const panels = stride ? min(group, (isWide ? min(wide, lastPanel) : lastPanel) - panel) : lastPanel - panel;
    const column = isWide ? panel << 5 : (wide << 5) + ((panel - wide) << 3);
    // Where nothing is packed, a row's non-zeros pass all panels before the next row's.
    const step = stride || panels == 1 ? end - begin : 1;
    for (let first: usize = 0, ends = bounds; first == 0 || first < k; first += slab, ends += m << 2) {
      if (stride && !held) {
        const rows = min(slab, k - first);
        if (isWide) packPanels(b + ((first * n) << 2), rows, n, column, panels, true, packed, stride);
        else packPanels(b + ((first * n) << 2), rows, n, column, panels, false, packed, stride);
      }
      held = false;
      const starts = first ? ends - (m << 2) : rowOffsets;
      const isLast = first + slab >= k;
      const stops = isLast ? rowOffsets + 4 : ends;
      const plain = !isLast || isPlainInTheEnd;
      // Offsets are those of all of B.
      const from = stride ? packed : b + (panel << 7);
      const skip = stride ? skewed(first) << rowShift(isWide) : 0;
      const pitch = stride ? stride << rowShift(isWide) : 128;
      if (byMachine) {
        writeJob(own + to.JOB, product, starts, stops, offsets, values, from, skip, pitch, column, panels, !first, plain, begin, end, step);
        machine(own + to.JOB);
      } else {
        multiplyPanels(starts, stops, offsets, values, from - skip, pitch, isWide, c, n, column, panels, bias, low, high, !first, plain, own + to.SPILL, begin, end, step);
      }
    }
    panel += panels;
  }
}

/**
 * The part of rows begin..end of C that a slab of B adds to a few panels.
 *
 * @param starts For each row, its first non-zero in the slab.
 * @param stops For each row, the one behind its last.
 * @param plain Whether there is neither a bias nor an activation, or not yet.
 * @param step Rows that pass all panels before the next ones do.
 */
@inline
function multiplyPanels(
  starts: usize,
  stops: usize,
  offsets: usize,
  values: usize,
  from: usize,
  pitch: usize,
  isWide: bool,
  c: usize,
  n: usize,
  column: usize,
  panels: usize,
  bias: usize,
  low: f32,
  high: f32,
  fresh: bool,
  plain: bool,
  spill: usize,
  begin: usize,
  end: usize,
  step: usize,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let row = begin; row < end; row += step) {
    let panel = from;
    let at = column;
    for (let p: usize = 0; p < panels; p++) {
      if (isWide) multiplyPanel(starts, stops, offsets, values, panel, true, c, n, at, bias, lows, highs, fresh, plain, spill, row, row + step);
      else multiplyPanel(starts, stops, offsets, values, panel, false, c, n, at, bias, lows, highs, fresh, plain, spill, row, row + step);
      panel += pitch;
      at += isWide ? 32 : 8;
    }
  }
}

@inline
function multiplyPanel(
  starts: usize,
  stops: usize,
  offsets: usize,
  values: usize,
  panel: usize,
  wide: bool,
  c: usize,
  n: usize,
  column: usize,
  bias: usize,
  low: v128,
  high: v128,
  fresh: bool,
  plain: bool,
  spill: usize,
  begin: usize,
  end: usize,
): void {
  const fits = n - column >= <usize>(wide ? 32 : 8);
  for (let row = begin; row < end; row++) {
    const entry = <usize>load<u32>(starts + (row << 2)) << 2;
    const stop = <usize>load<u32>(stops + (row << 2)) << 2;
    const target = c + ((row * n + column) << 2);
    const to = fits ? target : spill;
    if (!fits && !fresh) memory.copy(spill, target, (n - column) << 2);
    sumRows(offsets + entry, offsets + stop, values + entry, panel, wide, to, fresh, plain, biasOf(bias, row), low, high);
    if (!fits) memory.copy(target, spill, (n - column) << 2);
  }
}
