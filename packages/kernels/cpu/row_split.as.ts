// Row-split over CSR (Yang, Buluç, Owens, Euro-Par 2018 §4.1) with B in panels: a row of C stays in
// registers while its non-zeros pass, and is written once. Threads claim rows and panels as they go.
import { multiplyRows } from "./panels.as";

/**
 * C = min(high, max(low, A·B + bias)) for the tasks that nobody else claims.
 *
 * @param tasks For each task its first row, its last, its first panel, its last, in four u32.
 * @param count How many there are.
 * @param claimed How many are claimed, one u32 that all threads share.
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
  count: u32,
  claimed: usize,
): void {
  let held = usize.MAX_VALUE;
  for (let task = claim(claimed); task < count; task = claim(claimed)) {
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

@inline
function claim(claimed: usize): u32 {
  if (ASC_FEATURE_THREADS) return atomic.add<u32>(claimed, 1);
  const task = load<u32>(claimed);
  store<u32>(claimed, task + 1);
  return task;
}
