import { splitByNonZeros } from "@spmm/wasm";
import { NEAR_BYTES, type PanelLayout, WIDE_ROW_BYTES } from "./panel_layout.ts";

/** Rows and panels of C, as many panels as are packed together. */
export interface PanelTask {
  readonly begin: number;
  readonly end: number;
  readonly panel: number;
  readonly lastPanel: number;
}

/** What threads claim, each its share in this order before it helps others. */
export interface PanelTasks {
  readonly tasks: readonly PanelTask[];
  /**
   * Where the share of each thread begins among the tasks, and the last one's end; one share where
   * the work takes no longer than to wake others.
   */
  readonly shares: readonly number[];
  /**
   * Where B is used as it stands, how many threads have the same panels, and share them by rows: their
   * shares lie side by side.
   */
  readonly sharing: number;
  /** The share of the work that one of equally fast threads ends up with, of 1 for all. */
  readonly heaviestShare: number;
}

/** Instructions of a non-zero in a panel, counted in what V8 makes of the kernel. */
const WIDE_COST = 34;
const NARROW_COST = 13;
/** Tasks per thread, so that a thread that is late or slow leaves the others little to wait for. */
const TASKS_PER_THREAD = 4;
/** Multiply-adds that take WASM, or machine code, some 10 µs: what one thread does alone. */
const ALONE_MULTIPLY_ADDS = 2 ** 16;
const ALONE_MULTIPLY_ADDS_AT_ONCE = 2 ** 18;
/** The smallest grain that a share is cut into: a microsecond of machine code. */
const GRAIN_MULTIPLY_ADDS = 2 ** 15;
const MOST_GRAINS = 64;
/**
 * What one thread may have more than its part before rows are cut as well, which costs that panels
 * are packed twice: more where the multiplication is fast, and packing is a larger part of it.
 */
const TOLERANCE = 1.05;
const TOLERANCE_AT_ONCE = 1.15;

/**
 * Cuts C into what threads claim: by panels where they come out even, so that nearly every panel is
 * packed once, and the last of each thread's by rows as well, so that all end together; else by rows
 * of equal non-zeros and by panels, and several threads pack the same panel. Where nothing is
 * packed, threads have columns of their own or share all, by rows: half of a share first, then half
 * of what is left, down to a grain (guided self-scheduling, Polychronopoulos, Kuck, IEEE Transactions
 * on Computers 1987). A thread's share is the same in every product, and what it reads and writes
 * near it.
 *
 * ```text
 *   2 threads, 4 panels          2 threads, 1 panel        2 threads, 3 panels
 *   ┌─────┬─────┬─────┬─────┐    ┌─────┐                   ┌─────┬─────┬─────┐
 *   │ 0   │ 1   │ 5   │ 6   │    │ 0   │                   │ 0   │ 3   │ 6   │
 *   │     ├─────┤     ├─────┤    ├─────┤ rows of equal     ├─────┼─────┼─────┤
 *   │     │ 2   │     │ 7   │    │ 1   │ non-zeros         │ 1   │ 4   │ 7   │
 *   │     ├─────┤     ├─────┤    ├─────┤                   ├─────┼─────┼─────┤
 *   │     │ …   │     │ …   │    │ …   │                   │ 2   │ 5   │ 8   │
 *   └─────┴─────┴─────┴─────┘    └─────┘                   └─────┴─────┴─────┘
 * ```
 *
 * @param rowOffsets CSR row offsets of op(A).
 */
export function panelTasks(
  rowOffsets: Uint32Array<ArrayBufferLike>,
  layout: PanelLayout,
  threads: number,
): PanelTasks {
  const nonZeros = rowOffsets[rowOffsets.length - 1];
  const inParts = (parts: number) => splitByNonZeros(rowOffsets, parts);
  if (threadsWorth(nonZeros, layout, threads) === 1) {
    return cut(rowOffsets, layout, runsOf(layout, layout.group), () => inParts(1), 1);
  }
  if (layout.stride === 0) return tasksAsItStands(rowOffsets, layout, threads);
  const panels = layout.wide + layout.narrow;
  const fewest = threads * TASKS_PER_THREAD;
  const together = Math.max(layout.atOnce, Math.floor(panels / fewest));
  const runs = runsOf(layout, Math.min(layout.group, together));
  const whole = cut(rowOffsets, layout, runs, () => inParts(1), threads);
  const tolerance = layout.atOnce > 1 ? TOLERANCE_AT_ONCE : TOLERANCE;
  if (whole.heaviestShare * threads > tolerance) {
    const parts = Math.ceil(fewest / runs.length);
    return cut(rowOffsets, layout, runs, () => inParts(parts), threads);
  }
  const isLast = (run: number) => runs.length >= 2 * threads && whole.shares.includes(run + 1);
  const partsOf = (run: number) => isLast(run) ? TASKS_PER_THREAD : 1;
  return cut(rowOffsets, layout, runs, (run) => inParts(partsOf(run)), threads);
}

/** Of a B that is used as it stands: columns for as many threads as may have their own, by rows. */
function tasksAsItStands(
  rowOffsets: Uint32Array<ArrayBufferLike>,
  layout: PanelLayout,
  threads: number,
): PanelTasks {
  const runs = runsOfThreads(rowOffsets, layout, threads);
  const sharing = threads / runs.length;
  const share = multiplyAdds(rowOffsets[rowOffsets.length - 1], layout) / threads;
  const halvings = Math.floor(Math.log2(share / GRAIN_MULTIPLY_ADDS));
  const grains = Math.max(TASKS_PER_THREAD, Math.min(MOST_GRAINS, 2 ** halvings));
  const rows = guided(splitByNonZeros(rowOffsets, sharing * grains), sharing);
  const { tasks, work } = tasksOf(rowOffsets, layout, runs, () => rows);
  const shares = Array.from({ length: threads + 1 }, (_, at) => at * tasks.length / threads);
  return { tasks, shares, sharing, heaviestShare: heaviestOf(work, shares) };
}

/** Non-zeros of a row, on average, that read much more of B than the row of C takes. */
const LONG_ROW = 32;

/**
 * All panels, or runs of them, so that threads have columns of their own as far as those are enough.
 * Caches beside each other had better not hold the same lines of B: two threads were seen to take up
 * to 1.7 times as long by it where others kept the third-level cache busy, and a tenth longer where
 * nobody did. But columns apart lie in half of a cache's sets where n is a power of two: where rows
 * of 14 non-zeros left C more to keep, threads took half as long again by columns.
 */
function runsOfThreads(
  rowOffsets: Uint32Array<ArrayBufferLike>,
  { wide, slab, atOnce }: PanelLayout,
  threads: number,
): readonly PanelRun[] {
  const rows = rowOffsets.length - 1;
  const isNear = slab * wide * WIDE_ROW_BYTES <= NEAR_BYTES;
  const areColumnsWorth = isNear && rowOffsets[rows] >= LONG_ROW * rows;
  let count = areColumnsWorth ? Math.min(threads, Math.floor(wide / atOnce)) : 1;
  while (count > 1 && threads % count !== 0) count -= 1;
  return evenRuns(wide, Math.max(1, count));
}

function evenRuns(panels: number, count: number): readonly PanelRun[] {
  const begin = (run: number) => Math.floor(run * panels / count);
  return Array.from({ length: count }, (_, run) => [begin(run), begin(run + 1)] as const);
}

/** Threads that a product is shared among: one where it takes no longer than to share it. */
export function threadsWorth(nonZeros: number, layout: PanelLayout, threads: number): number {
  const alone = layout.atOnce > 1 ? ALONE_MULTIPLY_ADDS_AT_ONCE : ALONE_MULTIPLY_ADDS;
  return multiplyAdds(nonZeros, layout) < alone ? 1 : threads;
}

function multiplyAdds(nonZeros: number, { wide, narrow }: PanelLayout): number {
  return nonZeros * (32 * wide + 8 * narrow);
}

/** Of the bounds of grains, as many for each thread, those that halve what is left of its share. */
function guided(bounds: Uint32Array, threads: number): Uint32Array {
  const grains = (bounds.length - 1) / threads;
  return bounds.filter((_, bound) => {
    const left = grains - bound % grains;
    return Number.isInteger(Math.log2(left));
  });
}

/** Tasks in the order of their panels, and shares of equal work. */
function cut(
  rowOffsets: Uint32Array<ArrayBufferLike>,
  layout: PanelLayout,
  runs: readonly PanelRun[],
  rowsOf: (run: number) => Uint32Array,
  threads: number,
): PanelTasks {
  const { tasks, work } = tasksOf(rowOffsets, layout, runs, rowsOf);
  const before = [0];
  for (const one of work) before.push(before[before.length - 1] + one);
  const shares = [...splitByNonZeros(before, threads)];
  return { tasks, shares, sharing: threads, heaviestShare: heaviestOf(work, shares) };
}

/** @param rowsOf Where the rows of a run's tasks begin, and the last one's end. */
function tasksOf(
  rowOffsets: Uint32Array<ArrayBufferLike>,
  { wide }: PanelLayout,
  runs: readonly PanelRun[],
  rowsOf: (run: number) => Uint32Array,
): { readonly tasks: readonly PanelTask[]; readonly work: readonly number[] } {
  const tasks = runs.flatMap(([panel, lastPanel], run) => {
    const rows = rowsOf(run);
    return Array.from(rows.slice(1), (end, i) => ({ begin: rows[i], end, panel, lastPanel }));
  });
  const work = tasks.map(({ begin, end, panel, lastPanel }) =>
    (rowOffsets[end] - rowOffsets[begin]) * (lastPanel - panel) *
    (panel < wide ? WIDE_COST : NARROW_COST)
  );
  return { tasks, work };
}

/** From one panel to before another. */
type PanelRun = readonly [panel: number, lastPanel: number];

/** Panels of one width, so many together, or all where nothing is packed. */
function runsOf({ wide, narrow }: PanelLayout, together: number): readonly PanelRun[] {
  const runs = (begin: number, end: number) =>
    Array.from(
      { length: Math.ceil((end - begin) / together) },
      (_, i) => [begin + i * together, Math.min(end, begin + (i + 1) * together)] as const,
    );
  return [...runs(0, wide), ...runs(wide, wide + narrow)];
}

/** What whoever gets most has of all the work, where equally fast threads claim it as they do. */
function heaviestOf(work: readonly number[], shares: readonly number[]): number {
  const loads = shares.slice(1).fill(0);
  const next = shares.slice(0, -1);
  for (let claimed = 0; claimed < work.length; claimed += 1) {
    const thread = loads.indexOf(Math.min(...loads));
    let share = thread;
    while (next[share] === shares[share + 1]) share = (share + 1) % loads.length;
    loads[thread] += work[next[share]++];
  }
  const all = loads.reduce((sum, load) => sum + load, 0);
  return all === 0 ? 0 : Math.max(...loads) / all;
}
