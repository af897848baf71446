// B in panels: where their rows stand (panel_layout.ts draws them), and how they get there.

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

/** Copies columns of B, from `column` on, into panels; each row of B is read in one piece. */
@inline
export function packPanels(
  b: usize,
  k: usize,
  n: usize,
  column: usize,
  panels: usize,
  wide: bool,
  packed: usize,
  stride: usize,
): void {
  for (let row: usize = 0; row < k; row++) {
    const last = b + (n << 2);
    let from = b + (column << 2);
    let to = packed + (skewed(row) << rowShift(wide));
    for (let panel: usize = 0; panel < panels; panel++) {
      packRow(from, last, to, wide);
      from += (<usize>1) << rowShift(wide);
      to += stride << rowShift(wide);
    }
    b = last;
  }
}

@inline
function packRow(from: usize, last: usize, to: usize, wide: bool): void {
  const bytes: usize = (<usize>1) << rowShift(wide);
  if (last - from < bytes) {
    memory.fill(to, 0, bytes);
    memory.copy(to, from, last - from);
  } else {
    copyRow(from, to, wide);
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
