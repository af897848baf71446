/**
 * How B stands in linear memory while it is multiplied: in panels of 32 columns, the most that
 * eight vector registers of sums can hold, and, where 16 columns or fewer are left over, in panels
 * of 8. Columns past the last are zeros, computed and never stored.
 *
 * ```text
 *   n = 72:   | wide 0      | wide 1      | narrow 0 |     each panel row by row,
 *             | cols 0..31  | cols 32..63 | 64..71   |     one after the other
 *
 *   rows of a panel:  0 1 2 … 31 (empty) 32 33 … 63 (empty) 64 …
 * ```
 *
 * The empty row after every 32 keeps rows that lie a power of two apart out of each other's cache
 * set: without it, the Graph Challenge's pattern fetches everything from the second-level cache.
 *
 * A thread packs a few panels, multiplies by them, and packs the next ones in their place. A B of
 * exactly 32 columns is a panel as it stands, and nothing is packed.
 */
export interface PanelLayout {
  /** Panels of 32 columns. */
  readonly wide: number;
  /** Panels of 8 columns, after the wide ones. */
  readonly narrow: number;
  /** Rows of a panel, empty ones counted; 0 where B itself is the panel. */
  readonly stride: number;
  /** Panels that a thread packs at a time. */
  readonly group: number;
  /** Bytes that it packs them into. */
  readonly bytes: number;
}

/** Bytes of a row of a wide panel. */
export const WIDE_ROW_BYTES = 128;
const NARROW_ROW_BYTES = 32;

/** Four rows of wide panels are 512 bytes of a row of B, enough to be read at the full rate. */
const LARGEST_GROUP = 4;
/** What the panels of a group may fill of a second-level cache. */
const GROUP_BYTES = 2 ** 20;

/**
 * The panels of a B.
 *
 * @param k Rows of B.
 * @param n Columns of B.
 */
export function panelLayout(k: number, n: number): PanelLayout {
  const left = n % 32;
  const wide = Math.floor(n / 32) + (left > 16 ? 1 : 0);
  const narrow = left > 16 ? 0 : Math.ceil(left / 8);
  if (n === 32) return { wide, narrow, stride: 0, group: 1, bytes: 0 };
  const stride = skewed(k);
  const fitting = Math.floor(GROUP_BYTES / (stride * WIDE_ROW_BYTES));
  const group = Math.max(1, Math.min(LARGEST_GROUP, fitting));
  const rowBytes = Math.max(
    Math.min(group, wide) * WIDE_ROW_BYTES,
    Math.min(group, narrow) * NARROW_ROW_BYTES,
  );
  return { wide, narrow, stride, group, bytes: stride * rowBytes };
}

/** Where row `row` of B stands in a panel. */
export function skewed(row: number): number {
  return row + (row >>> 5);
}
