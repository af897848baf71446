// Row-split over CSR (Yang, Buluç, Owens, Euro-Par 2018 §4.1) with B in panels: a row of C stays in
// registers while its non-zeros pass, and is written once. Threads claim rows and panels as they go.
import { multiplyRows } from "./panels.as";

/**
 * C = min(high, max(low, A·B + bias)) for the tasks that nobody else claims: first those of this
 * thread's own share, whose rows of C and panels of B may still be in its cache from the product
 * before, then what the others have left.
 *
 * @param tasks For each task its first row, its last, its first panel, its last, in four u32.
 * @param shares For each thread, 64 bytes apart, the next task of its share and the last's end, u32.
 */
export function multiply(
  rowOffsets: usize,
  bounds: usize,
  slab: usize,
  offsets: usize,
  values: usize,
  b: usize,
  k: usize,
  m: usize,
  n: usize,
  c: usize,
  packed: usize,
  stride: usize,
  group: usize,
  wide: usize,
  bias: usize,
  low: f32,
  high: f32,
  spill: usize,
  job: usize,
  tasks: usize,
  shares: usize,
  thread: u32,
  threads: u32,
): void {
  let held = usize.MAX_VALUE;
  for (let task = claim(shares, thread, threads); task != NONE; task = claim(shares, thread, threads)) {
    const at = tasks + (<usize>task << 4);
    const panel = <usize>load<u32>(at, 8);
    multiplyRows(
      rowOffsets,
      bounds,
      slab,
      offsets,
      values,
      b,
      k,
      m,
      n,
      c,
      packed,
      stride,
      group,
      wide,
      bias,
      low,
      high,
      spill,
      job,
      load<u32>(at),
      load<u32>(at, 4),
      panel,
      load<u32>(at, 12),
      slab >= k && panel == held,
    );
    held = panel;
  }
}

const NONE: u32 = u32.MAX_VALUE;

/** The next task of the first share from this thread's on that has one. */
@inline
function claim(shares: usize, thread: u32, threads: u32): u32 {
  for (let tried: u32 = 0; tried < threads; tried++) {
    const share = shares + (<usize>((thread + tried) % threads) << 6);
    const task = next(share);
    if (task < load<u32>(share, 4)) return task;
  }
  return NONE;
}

@inline
function next(share: usize): u32 {
  if (ASC_FEATURE_THREADS) return atomic.add<u32>(share, 1);
  const task = load<u32>(share);
  store<u32>(share, task + 1);
  return task;
}
