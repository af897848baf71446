import { splitByNonZeros } from "@spmm/wasm";
import type { PanelLayout } from "./panel_layout.ts";

/** Rows and panels of C, as many panels as are packed together. */
export interface PanelTask {
  readonly begin: number;
  readonly end: number;
  readonly panel: number;
  readonly lastPanel: number;
}

/** What threads claim, in this order. */
export interface PanelTasks {
  readonly tasks: readonly PanelTask[];
  /** The share of the work that one of equally fast threads ends up with, of 1 for all. */
  readonly heaviestShare: number;
}

/** Instructions of a non-zero in a panel, counted in what V8 makes of the kernel. */
const WIDE_COST = 34;
const NARROW_COST = 13;
/** Tasks per thread, so that a thread that is late or slow leaves the others little to wait for. */
const TASKS_PER_THREAD = 4;
/** What one thread may have more than its part before rows are cut as well. */
const TOLERANCE = 1.05;

/**
 * Cuts C into what threads claim: by panels where they come out even, so that every panel is packed
 * once; else by rows of equal non-zeros as well, and several threads pack the same panel. Where
 * nothing is packed, by rows alone.
 *
 * ```text
 *   2 threads, 4 panels          2 threads, 1 panel        2 threads, 3 panels
 *   ┌─────┬─────┬─────┬─────┐    ┌─────┐                   ┌─────┬─────┬─────┐
 *   │ 0   │ 1   │ 2   │ 3   │    │ 0   │                   │ 0   │ 3   │ 6   │
 *   │     │     │     │     │    ├─────┤ rows of equal     ├─────┼─────┼─────┤
 *   │     │     │     │     │    │ 1   │ non-zeros         │ 1   │ 4   │ 7   │
 *   │     │     │     │     │    ├─────┤                   ├─────┼─────┼─────┤
 *   │     │     │     │     │    │ …   │                   │ 2   │ 5   │ 8   │
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
  const panels = layout.wide + layout.narrow;
  const wanted = threads * TASKS_PER_THREAD;
  if (layout.stride === 0) {
    const rowParts = threads === 1 ? 1 : wanted;
    return cut(rowOffsets, layout, [[0, panels]], rowParts, threads);
  }
  const together = threads === 1
    ? layout.group
    : Math.max(1, Math.min(layout.group, Math.floor(panels / wanted)));
  const columns = panelRuns(layout, together);
  const whole = cut(rowOffsets, layout, columns, 1, threads);
  if (whole.heaviestShare * threads <= TOLERANCE) return whole;
  return cut(rowOffsets, layout, columns, Math.ceil(wanted / Math.max(1, panels)), threads);
}

function cut(
  rowOffsets: Uint32Array<ArrayBufferLike>,
  { wide }: PanelLayout,
  columns: readonly (readonly [number, number])[],
  rowParts: number,
  threads: number,
): PanelTasks {
  const rows = splitByNonZeros(rowOffsets, rowParts);
  const tasks = columns.flatMap(([panel, lastPanel]) =>
    Array.from(rows.slice(1), (end, i) => ({ begin: rows[i], end, panel, lastPanel }))
  );
  const work = tasks.map(({ begin, end, panel, lastPanel }) =>
    (rowOffsets[end] - rowOffsets[begin]) * (lastPanel - panel) *
    (panel < wide ? WIDE_COST : NARROW_COST)
  );
  return { tasks, heaviestShare: heaviestOf(work, threads) };
}

/** Panels of one width that are packed together. */
function panelRuns(
  { wide, narrow }: PanelLayout,
  together: number,
): (readonly [number, number])[] {
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
