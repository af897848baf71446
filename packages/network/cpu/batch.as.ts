// A batch: up to 32 inputs, a column each, and what is known of them. batch_layout.ts draws it.

/** Bytes of a row: 32 columns. */
export const ROW_BYTES: usize = 128;
export const COLUMNS: usize = 32;

/** One row in 33 stays empty, so that rows a power of two apart do not meet in one cache set. */
@inline
export function rowOffset(row: usize): usize {
  return (row + (row >> 5)) << 7;
}

/** Behind the features: which input each column is. */
@inline
export function idsOf(batch: usize, tail: usize): usize {
  return batch + tail;
}

/** Per column, all bits set where an activation is not zero. */
@inline
export function aliveOf(batch: usize, tail: usize): usize {
  return batch + tail + ROW_BYTES;
}

export function countAlive(alive: usize, columns: usize): usize {
  let count: usize = 0;
  for (let column: usize = 0; column < columns; column++) {
    if (load<u32>(alive + (column << 2))) count++;
  }
  return count;
}

/**
 * Moves the columns that are alive to the front, in their order.
 *
 * Four columns at a time and all rows of them: what a store writes too much stands in columns that
 * were read before.
 *
 * @param bytes Of the rows, empty ones counted.
 */
export function compact(batch: usize, tail: usize, bytes: usize, columns: usize): void {
  const alive = aliveOf(batch, tail);
  const ids = idsOf(batch, tail);
  const pattern = alive + ROW_BYTES;
  let to: usize = 0;
  for (let first: usize = 0; first < columns; first += 4) {
    let kept: usize = 0;
    for (let lane: usize = 0; lane < 4 && first + lane < columns; lane++) {
      if (!load<u32>(alive + ((first + lane) << 2))) continue;
      store<u32>(pattern + (kept << 2), 0x03020100 + 0x04040404 * <u32>lane);
      store<u32>(ids + ((to + kept) << 2), load<u32>(ids + ((first + lane) << 2)));
      kept++;
    }
    if (kept > 0 && !(kept === 4 && to === first)) {
      moveLanes(batch + (first << 2), batch + (to << 2), bytes, v128.load(pattern));
    }
    to += kept;
  }
}

@inline
function moveLanes(from: usize, to: usize, bytes: usize, lanes: v128): void {
  const end = from + bytes;
  while (from < end) {
    v128.store(to, i8x16.swizzle(v128.load(from), lanes));
    from += ROW_BYTES;
    to += ROW_BYTES;
  }
}

/** Copies `count` columns of one batch, from column `first`, behind the first `at` of another. */
export function moveColumns(
  source: usize,
  first: usize,
  target: usize,
  at: usize,
  count: usize,
  bytes: usize,
  tail: usize,
): void {
  for (let column: usize = 0; column < count; column++) {
    const id = load<u32>(idsOf(source, tail) + ((first + column) << 2));
    store<u32>(idsOf(target, tail) + ((at + column) << 2), id);
  }
  let column: usize = 0;
  for (; column + 4 <= count; column += 4) {
    copyLanes(source + ((first + column) << 2), target + ((at + column) << 2), bytes);
  }
  if (column === count) return;
  const left = count - column;
  const mask = i32x4.gt_s(i32x4.splat(<i32>left), i32x4(0, 1, 2, 3));
  blendLanes(source + ((first + column) << 2), target + ((at + column) << 2), bytes, mask);
}

@inline
function copyLanes(from: usize, to: usize, bytes: usize): void {
  const end = from + bytes;
  while (from < end) {
    v128.store(to, v128.load(from));
    from += ROW_BYTES;
    to += ROW_BYTES;
  }
}

/** The lanes that are not wanted keep what the target held: they may be the row after's. */
@inline
function blendLanes(from: usize, to: usize, bytes: usize, mask: v128): void {
  const end = from + bytes;
  while (from < end) {
    v128.store(to, v128.bitselect(v128.load(from), v128.load(to), mask));
    from += ROW_BYTES;
    to += ROW_BYTES;
  }
}
