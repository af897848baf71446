// What the CPU kernels share: B in panels (panel_layout.ts draws them), sums of a row, and its end.

/** Bytes of a panel's row, as a power of two: 32 columns, or 8. */
@inline
export function rowShift(wide: bool): usize {
  return wide ? 7 : 5;
}

/** One row in 33 stays empty, so that rows a power of two apart do not meet in one cache set. */
@inline
export function skewed(row: usize): usize {
  return row + (row >> 5);
}

/** From an offset into a wide panel to one into this panel. */
@inline
export function rowAt(offset: u32, wide: bool): usize {
  return wide ? <usize>offset : <usize>offset >> 2;
}

@inline
export function multiplyAdd(scale: v128, row: v128, sum: v128): v128 {
  return f32x4.add(f32x4.mul(scale, row), sum);
}

/** min(high, max(low, sum + bias)); without an activation, low and high are infinite. */
@inline
export function finish(sum: v128, bias: v128, low: v128, high: v128): v128 {
  return f32x4.min(high, f32x4.max(low, f32x4.add(sum, bias)));
}

@inline
export function biasOf(bias: usize, row: usize): v128 {
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
 * @param running Whether to go on from the sums at `to` and leave them there unfinished.
 */
@inline
export function sumRows(
  at: usize,
  stop: usize,
  value: usize,
  panel: usize,
  wide: bool,
  to: usize,
  running: bool,
  bias: v128,
  low: v128,
  high: v128,
): void {
  let sum0 = running ? v128.load(to) : f32x4.splat(0);
  let sum1 = running ? v128.load(to, 16) : f32x4.splat(0);
  let sum2 = running && wide ? v128.load(to, 32) : f32x4.splat(0);
  let sum3 = running && wide ? v128.load(to, 48) : f32x4.splat(0);
  let sum4 = running && wide ? v128.load(to, 64) : f32x4.splat(0);
  let sum5 = running && wide ? v128.load(to, 80) : f32x4.splat(0);
  let sum6 = running && wide ? v128.load(to, 96) : f32x4.splat(0);
  let sum7 = running && wide ? v128.load(to, 112) : f32x4.splat(0);
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
  v128.store(to, running ? sum0 : finish(sum0, bias, low, high));
  v128.store(to, running ? sum1 : finish(sum1, bias, low, high), 16);
  if (wide) {
    v128.store(to, running ? sum2 : finish(sum2, bias, low, high), 32);
    v128.store(to, running ? sum3 : finish(sum3, bias, low, high), 48);
    v128.store(to, running ? sum4 : finish(sum4, bias, low, high), 64);
    v128.store(to, running ? sum5 : finish(sum5, bias, low, high), 80);
    v128.store(to, running ? sum6 : finish(sum6, bias, low, high), 96);
    v128.store(to, running ? sum7 : finish(sum7, bias, low, high), 112);
  }
}

/**
 * Copies rows begin..end of B into its panels.
 *
 * @param b k×n, row-major.
 * @param packed The panels, wide ones first.
 * @param stride Rows of a panel, empty ones counted.
 */
export function pack(
  b: usize,
  packed: usize,
  n: usize,
  stride: usize,
  wide: usize,
  narrow: usize,
  begin: usize,
  end: usize,
): void {
  let column: usize = 0;
  for (let panel: usize = 0; panel < wide; panel++) {
    packPanel(b, packed, n, column, true, begin, end);
    packed += stride << rowShift(true);
    column += 32;
  }
  for (let panel: usize = 0; panel < narrow; panel++) {
    packPanel(b, packed, n, column, false, begin, end);
    packed += stride << rowShift(false);
    column += 8;
  }
}

@inline
function packPanel(
  b: usize,
  panel: usize,
  n: usize,
  column: usize,
  wide: bool,
  begin: usize,
  end: usize,
): void {
  const bytes: usize = (<usize>1) << rowShift(wide);
  const width = (n - column) << 2;
  for (let row = begin; row < end; row++) {
    const from = b + ((row * n + column) << 2);
    const to = panel + (skewed(row) << rowShift(wide));
    if (width < bytes) {
      memory.fill(to, 0, bytes);
      memory.copy(to, from, width);
    } else {
      copyRow(from, to, wide);
    }
  }
}

@inline
function copyRow(from: usize, to: usize, wide: bool): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  if (wide) {
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
    v128.store(to, v128.load(from, 64), 64);
    v128.store(to, v128.load(from, 80), 80);
    v128.store(to, v128.load(from, 96), 96);
    v128.store(to, v128.load(from, 112), 112);
  }
}
