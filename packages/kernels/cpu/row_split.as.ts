// Row-split over CSR (Yang, Buluç, Owens, Euro-Par 2018 §4.1) with B in panels: a row of C stays in
// registers while its non-zeros pass, and is written once.
import { biasOf, rowShift, sumRows } from "./panels.as";

export { pack } from "./panels.as";

/**
 * C = min(high, max(low, A·B + bias)) for rows begin..end of C.
 *
 * @param rowOffsets CSR row offsets.
 * @param offsets Per non-zero, 128 times the skewed row of B.
 * @param values Per non-zero, its value.
 * @param packed B's panels, wide ones first, each of `stride` rows.
 * @param c m×n, row-major.
 * @param bias One f32 per row of C, or 0 for none.
 * @param spill 128 bytes of this thread's own.
 */
export function multiply(
  rowOffsets: usize,
  offsets: usize,
  values: usize,
  packed: usize,
  stride: usize,
  wide: usize,
  narrow: usize,
  c: usize,
  n: usize,
  bias: usize,
  low: f32,
  high: f32,
  spill: usize,
  begin: usize,
  end: usize,
): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  let column: usize = 0;
  for (let panel: usize = 0; panel < wide; panel++) {
    multiplyPanel(rowOffsets, offsets, values, packed, true, c, n, column, bias, lows, highs, spill, begin, end);
    packed += stride << rowShift(true);
    column += 32;
  }
  for (let panel: usize = 0; panel < narrow; panel++) {
    multiplyPanel(rowOffsets, offsets, values, packed, false, c, n, column, bias, lows, highs, spill, begin, end);
    packed += stride << rowShift(false);
    column += 8;
  }
}

@inline
function multiplyPanel(
  rowOffsets: usize,
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
  spill: usize,
  begin: usize,
  end: usize,
): void {
  const fits = n - column >= <usize>(wide ? 32 : 8);
  let entry = <usize>load<u32>(rowOffsets + (begin << 2));
  for (let row = begin; row < end; row++) {
    const last = <usize>load<u32>(rowOffsets + (row << 2), 4);
    const target = c + ((row * n + column) << 2);
    const to = fits ? target : spill;
    const at = offsets + (entry << 2);
    const stop = offsets + (last << 2);
    const value = values + (entry << 2);
    sumRows(at, stop, value, panel, wide, to, false, biasOf(bias, row), low, high);
    if (!fits) memory.copy(target, spill, (n - column) << 2);
    entry = last;
  }
}
