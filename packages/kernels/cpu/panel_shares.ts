import { splitByNonZeros } from "@spmm/wasm";
import type { PanelLayout } from "./panel_layout.ts";

/** The rows and the panels of C that one thread computes. */
export interface PanelShare {
  readonly begin: number;
  readonly end: number;
  readonly panel: number;
  readonly lastPanel: number;
}

/** Instructions of a non-zero in a panel, counted in what V8 makes of the kernel. */
const WIDE_COST = 34;
const NARROW_COST = 13;
/** Instructions of packing a row of a wide panel. */
const PACK_COST = 45;

/**
 * Shares C out among threads: by panels where they come out even, which packs every panel once, else
 * by rows of equal non-zeros, or by both. What a thread has to do and to pack decides.
 *
 * ```text
 *   2 threads, 4 panels          2 threads, 1 panel        4 threads, 2 panels
 *   ┌─────┬─────┬─────┬─────┐    ┌─────┐                   ┌─────┬─────┐
 *   │ 0   │ 0   │ 1   │ 1   │    │ 0   │                   │ 0   │ 2   │
 *   │     │     │     │     │    ├─────┤ rows of equal     ├─────┼─────┤
 *   │     │     │     │     │    │ 1   │ non-zeros         │ 1   │ 3   │
 *   └─────┴─────┴─────┴─────┘    └─────┘                   └─────┴─────┘
 * ```
 *
 * @param rowOffsets CSR row offsets of op(A).
 * @param k Rows of B.
 */
export function panelShares(
  rowOffsets: Uint32Array<ArrayBufferLike>,
  layout: PanelLayout,
  k: number,
  threads: number,
): readonly PanelShare[] {
  const nonZeros = rowOffsets[rowOffsets.length - 1];
  const costs = panelCosts(layout);
  const costOf = (columns: Uint32Array): number => {
    const widest = Math.max(...columns.slice(1).map((end, i) => costs[end] - costs[columns[i]]));
    const packing = layout.stride === 0 ? 0 : PACK_COST / WIDE_COST * k;
    return widest * (nonZeros * (columns.length - 1) / threads + packing);
  };
  const columns = divisors(threads)
    .map((parts) => splitByNonZeros(costs, parts))
    .reduce((best, next) => costOf(next) < costOf(best) ? next : best);
  const rows = splitByNonZeros(rowOffsets, threads / (columns.length - 1));
  return pairs(columns).flatMap(([panel, lastPanel]) =>
    pairs(rows).map(([begin, end]) => ({ begin, end, panel, lastPanel }))
  );
}

/** The largest share of the work that one thread has, of 1 for all. */
export function heaviestPanelShare(
  shares: readonly PanelShare[],
  rowOffsets: Uint32Array<ArrayBufferLike>,
  layout: PanelLayout,
): number {
  const costs = panelCosts(layout);
  const all = costs[costs.length - 1] * rowOffsets[rowOffsets.length - 1];
  const work = shares.map(({ begin, end, panel, lastPanel }) =>
    (costs[lastPanel] - costs[panel]) * (rowOffsets[end] - rowOffsets[begin])
  );
  return all === 0 ? 0 : Math.max(...work) / all;
}

/** What the panels before each cost. */
function panelCosts({ wide, narrow }: PanelLayout): Uint32Array<ArrayBuffer> {
  const costs = new Uint32Array(wide + narrow + 1);
  for (let panel = 0; panel < wide + narrow; panel += 1) {
    costs[panel + 1] = costs[panel] + (panel < wide ? WIDE_COST : NARROW_COST);
  }
  return costs;
}

function divisors(number: number): number[] {
  return Array.from({ length: number }, (_, i) => i + 1).filter((one) => number % one === 0);
}

function pairs(bounds: Uint32Array): (readonly [number, number])[] {
  return Array.from(bounds.slice(1), (end, i) => [bounds[i], end] as const);
}
