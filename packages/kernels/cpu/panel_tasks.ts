import { splitByNonZeros } from "@spmm/wasm";
import type { PanelLayout } from "./panel_layout.ts";

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
  /** The share of the work that one of equally fast threads ends up with, of 1 for all. */
  readonly heaviestShare: number;
}

/** Instructions of a non-zero in a panel, counted in what V8 makes of the kernel. */
const WIDE_COST = 34;
const NARROW_COST = 13;
/** Tasks per thread, so that a thread that is late or slow leaves the others little to wait for, */
const FEWEST_PER_THREAD = 4;
/** more where each has enough to do: multiply-adds that take WASM, or machine code, some 20 µs, */
const TASK_MULTIPLY_ADDS = 2 ** 17;
const TASK_MULTIPLY_ADDS_AT_ONCE = 2 ** 19;
/** up to so many. */
const MOST_PER_THREAD = 16;
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
 * packed, by rows alone. A thread's share is the same in every product, and what it reads and writes
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
  const columns = 32 * layout.wide + 8 * layout.narrow;
  const size = layout.atOnce > 1 ? TASK_MULTIPLY_ADDS_AT_ONCE : TASK_MULTIPLY_ADDS;
  const worth = rowOffsets[rowOffsets.length - 1] * columns / size;
  if (threads === 1 || worth < 1) {
    return cut(rowOffsets, layout, runsOf(layout, layout.group), () => 1, 1);
  }
  const panels = layout.wide + layout.narrow;
  const fewest = threads * FEWEST_PER_THREAD;
  if (layout.stride === 0) {
    const parts = Math.min(threads * MOST_PER_THREAD, Math.max(fewest, Math.ceil(worth)));
    return cut(rowOffsets, layout, [[0, panels]], () => parts, threads);
  }
  const together = Math.max(layout.atOnce, Math.floor(panels / fewest));
  const runs = runsOf(layout, Math.min(layout.group, together));
  const whole = cut(rowOffsets, layout, runs, () => 1, threads);
  const tolerance = layout.atOnce > 1 ? TOLERANCE_AT_ONCE : TOLERANCE;
  if (whole.heaviestShare * threads > tolerance) {
    const parts = Math.ceil(fewest / runs.length);
    return cut(rowOffsets, layout, runs, () => parts, threads);
  }
  const isLast = (run: number) => runs.length >= 2 * threads && whole.shares.includes(run + 1);
  return cut(rowOffsets, layout, runs, (run) => isLast(run) ? FEWEST_PER_THREAD : 1, threads);
}

/** @param partsOf Into how many parts of rows a run of panels is cut. */
function cut(
  rowOffsets: Uint32Array<ArrayBufferLike>,
  { wide }: PanelLayout,
  runs: readonly PanelRun[],
  partsOf: (run: number) => number,
  threads: number,
): PanelTasks {
  const tasks = runs.flatMap(([panel, lastPanel], run) => {
    const rows = splitByNonZeros(rowOffsets, partsOf(run));
    return Array.from(rows.slice(1), (end, i) => ({ begin: rows[i], end, panel, lastPanel }));
  });
  const work = tasks.map(({ begin, end, panel, lastPanel }) =>
    (rowOffsets[end] - rowOffsets[begin]) * (lastPanel - panel) *
    (panel < wide ? WIDE_COST : NARROW_COST)
  );
  const shares = splitEvenly(work, threads);
  return { tasks, shares, heaviestShare: heaviestOf(work, threads) };
}

/** Where runs of tasks begin whose work is as equal as can be, and the last one's end. */
function splitEvenly(work: readonly number[], parts: number): number[] {
  const before = [0];
  for (const one of work) before.push(before[before.length - 1] + one);
  const total = before[work.length];
  const bounds = [0];
  for (let part = 1; part < parts; part += 1) {
    const wanted = total * part / parts;
    let bound = bounds[part - 1];
    while (bound < work.length && before[bound + 1] + before[bound] <= 2 * wanted) bound += 1;
    bounds.push(bound);
  }
  return [...bounds, work.length];
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

/** The share of whoever gets most where each task goes to the thread that is free first. */
function heaviestOf(work: readonly number[], threads: number): number {
  const loads = new Float64Array(threads);
  for (const one of work) loads[loads.indexOf(Math.min(...loads))] += one;
  const all = loads.reduce((sum, load) => sum + load, 0);
  return all === 0 ? 0 : Math.max(...loads) / all;
}
