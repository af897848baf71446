import { csbBlockSizes } from "@spmm/formats";

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
 * A thread packs a few panels, multiplies by them, and packs the next ones in their place. Nothing
 * is packed where B is a panel as it stands, or where its rows are used too seldom to be worth it:
 * each row of C then passes all columns of B before the next one begins. WASM takes a B as it stands
 * whose columns fill panels. Machine code, which has no checks to save on, takes any that is narrow
 * or near as well, if its rows begin with cache lines; for it all panels are wide, and of the last it
 * may have a part.
 *
 * A panel of very many rows does not fit a second-level cache. Panels then end with a slab of B's
 * rows, the rows of C are summed as far as that goes, and the next slab adds to them.
 */
export interface PanelLayout {
  /** Panels of 32 columns. */
  readonly wide: number;
  /** Panels of 8 columns, after the wide ones. */
  readonly narrow: number;
  /** Rows of a panel, empty ones counted; 0 where B is used as it stands. */
  readonly stride: number;
  /** Rows of B of a slab, of the last one fewer; a multiple of CSB's blocks, or all. */
  readonly slab: number;
  /** Slabs; one at least. */
  readonly slabs: number;
  /** Panels that a thread packs at a time. */
  readonly group: number;
  /** Panels that pass at once at best. */
  readonly atOnce: number;
  /** Bytes that it packs them into. */
  readonly bytes: number;
}

/** From how many uses of its rows on average a B is worth packing: one of 4 MiB at most, or any. */
interface Packing {
  readonly usesOfSmall: number;
  readonly usesOfAny: number;
}

const FOR_WASM: Packing = { usesOfSmall: 12, usesOfAny: 6 };
const FOR_MACHINE_CODE: Packing = { usesOfSmall: 20, usesOfAny: 8 };
/** What counts as small: two or three times a second-level cache. */
const SMALL_BYTES = 2 ** 22;
/** What one holds: machine code reads a B of so much as it stands, however often. */
export const NEAR_BYTES = 1.25 * 2 ** 20;
/** Columns of a cache line: rows of as many or of several begin with one. */
const LINE_COLUMNS = 16;

/** Rows of B that are packed whole: half a megabyte of a panel, in a second-level cache of its own. */
const MOST_WHOLE = 4096;
/** Rows of a slab: at least so many, and more where rows of A have few non-zeros in them, */
const LEAST_SLAB = 1024;
/** but hardly more than leave room in that cache for what else passes. */
const MOST_SLAB = 2048;
/** Non-zeros of a row of A in a slab, on average, for which its sums are worth fetching: most often, */
const NON_ZEROS_OF_A_VISIT = 32;
/** or where panels are too long otherwise. */
const FEWEST_OF_A_VISIT = 8;

/** Bytes of a row of a wide panel. */
export const WIDE_ROW_BYTES = 128;
const NARROW_ROW_BYTES = 32;

/** Four rows of wide panels are 512 bytes of a row of B, enough to be read at the full rate. */
const LARGEST_GROUP = 4;

/**
 * The panels of a B.
 *
 * @param m Rows of C.
 * @param k Rows of B.
 * @param n Columns of B.
 * @param nonZeros Of A.
 * @param machineCode Whether machine code multiplies, or WASM.
 */
export function panelLayout(
  m: number,
  k: number,
  n: number,
  nonZeros: number,
  machineCode: boolean,
): PanelLayout {
  const isPacked = isPackingWorth(k, n, nonZeros, machineCode);
  const atOnce = machineCode ? LARGEST_GROUP : 1;
  // At least one row, by which the kernels go on to the next slab.
  const slab = Math.max(1, isPacked || n <= 32 ? slabOf(m, k, nonZeros) : k);
  const slabs = Math.max(1, Math.ceil(k / slab));
  if (!isPacked) {
    const wide = Math.ceil(n / 32);
    return { wide, narrow: 0, stride: 0, slab, slabs, group: Math.max(1, wide), atOnce, bytes: 0 };
  }
  const left = n % 32;
  const narrow = machineCode || left > 16 ? 0 : Math.ceil(left / 8);
  const wide = Math.floor(n / 32) + (left > 0 && narrow === 0 ? 1 : 0);
  const stride = skewed(slab);
  const fitting = Math.floor(NEAR_BYTES / (stride * WIDE_ROW_BYTES));
  const group = Math.max(1, Math.min(machineCode ? evenGroup(wide) : LARGEST_GROUP, fitting));
  const rowBytes = Math.max(
    Math.min(group, wide) * WIDE_ROW_BYTES,
    Math.min(group, narrow) * NARROW_ROW_BYTES,
  );
  const bytes = k === 0 ? 0 : stride * rowBytes;
  return { wide, narrow, stride, slab, slabs, group, atOnce, bytes };
}

/** So that the last group has hardly fewer panels than the others. */
function evenGroup(panels: number): number {
  const groups = Math.max(1, Math.floor(panels / LARGEST_GROUP));
  return Math.ceil(panels / groups);
}

/** Rows of a slab: few, unless rows of A have too few non-zeros in it. Blocks of CSB are not cut. */
function slabOf(m: number, k: number, nonZeros: number): number {
  if (k <= MOST_WHOLE || nonZeros === 0) return k;
  const rowsWith = (visit: number): number => visit * k * m / nonZeros;
  const wanted = rowsWith(NON_ZEROS_OF_A_VISIT);
  const rows = wanted <= MOST_SLAB ? wanted : Math.max(MOST_SLAB, rowsWith(FEWEST_OF_A_VISIT));
  const unit = Math.max(LEAST_SLAB, csbBlockSizes(m, k).least);
  const slabs = Math.round(k / Math.max(unit, rows));
  return slabs < 2 ? k : unit * Math.ceil(k / (slabs * unit));
}

function isPackingWorth(k: number, n: number, nonZeros: number, machineCode: boolean): boolean {
  const bytes = 4 * k * n;
  const isNear = bytes <= NEAR_BYTES && n % LINE_COLUMNS === 0;
  if (machineCode ? n <= 32 || isNear : n === 32) return false;
  if (!machineCode && n % 32 !== 0) return true;
  const { usesOfSmall, usesOfAny } = machineCode ? FOR_MACHINE_CODE : FOR_WASM;
  return nonZeros > k * (bytes <= SMALL_BYTES ? usesOfSmall : usesOfAny);
}

/** Where row `row` of B stands in a panel. */
export function skewed(row: number): number {
  return row + (row >>> 5);
}
