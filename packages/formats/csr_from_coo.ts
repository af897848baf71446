import { unfit } from "./checks.ts";
import { checkCoo, type Coo } from "./coo.ts";
import type { Csr } from "./csr.ts";
import { prefixSum } from "./prefix_sum.ts";
import { indexBits, sortedOrder } from "./radix_sort.ts";

/** How {@linkcode csrFromCoo} treats a position that stands more than once. */
export interface CsrFromCooOptions {
  /**
   * `"error"` refuses it; `"sum"` adds the values up in f32, in the order in which they stand.
   * `"error"` where absent.
   */
  readonly duplicates?: "error" | "sum";
}

/**
 * Puts coordinates in order; O(nnz + rows), by counting sort on rows and, where they do not come by
 * rows or by columns already, on columns before.
 *
 * @param a The coordinates, in any order; checked first.
 * @param options What to do with duplicates.
 * @throws {FormatError} If `a` breaks an invariant, or has duplicates that are not to be summed.
 *
 * @example Duplicates summed
 * ```ts
 * import { csrFromCoo } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromCoo({
 *   format: "coo",
 *   rows: 2,
 *   cols: 2,
 *   rowIndices: new Uint32Array([1, 0, 1]),
 *   colIndices: new Uint32Array([0, 1, 0]),
 *   values: new Float32Array([2, 3, 0.5]),
 * }, { duplicates: "sum" });
 * assert.deepEqual([...a.values], [3, 2.5]);
 * ```
 */
export function csrFromCoo(a: Coo, options: CsrFromCooOptions = {}): Csr {
  checkCoo(a);
  const sorted = sortByRowAndColumn(a);
  const repeat = findRepeat(sorted);
  if (repeat === undefined) return sorted;
  if (options.duplicates === "sum") return sumRepeats(sorted);
  const column = sorted.colIndices[repeat.entry];
  const rule = "each position may stand once, unless duplicates are to be summed";
  throw unfit("csr", "duplicate", rule, `(${repeat.row}, ${column}) twice`, {
    row: repeat.row,
    column,
  });
}

/** CSR but for repeats, which stand side by side in the order they came in. */
function sortByRowAndColumn(a: Coo): Csr {
  const rowOffsets = new Uint32Array(a.rows + 1);
  for (const row of a.rowIndices) rowOffsets[row + 1]++;
  prefixSum("csr", rowOffsets);
  const inOrderGiven = scatter(a, rowOffsets, a.values.keys());
  if (columnsNeverFall(inOrderGiven)) return inOrderGiven;
  return scatter(a, rowOffsets, sortedOrder(a.colIndices, indexBits(a.cols)));
}

/** Hands the entries out to their rows, in the order in which they are listed. */
function scatter(a: Coo, rowOffsets: Uint32Array, entries: Iterable<number>): Csr {
  const next = rowOffsets.slice(0, a.rows);
  const colIndices = new Uint32Array(a.values.length);
  const values = new Float32Array(a.values.length);
  for (const entry of entries) {
    const at = next[a.rowIndices[entry]]++;
    colIndices[at] = a.colIndices[entry];
    values[at] = a.values[entry];
  }
  return { format: "csr", rows: a.rows, cols: a.cols, rowOffsets, colIndices, values };
}

function columnsNeverFall(a: Csr): boolean {
  for (let row = 0; row < a.rows; row++) {
    for (let entry = a.rowOffsets[row] + 1; entry < a.rowOffsets[row + 1]; entry++) {
      if (a.colIndices[entry] < a.colIndices[entry - 1]) return false;
    }
  }
  return true;
}

function findRepeat(a: Csr): { row: number; entry: number } | undefined {
  for (let row = 0; row < a.rows; row++) {
    for (let entry = a.rowOffsets[row] + 1; entry < a.rowOffsets[row + 1]; entry++) {
      if (a.colIndices[entry] === a.colIndices[entry - 1]) return { row, entry };
    }
  }
  return undefined;
}

function sumRepeats(a: Csr): Csr {
  const rowOffsets = new Uint32Array(a.rows + 1);
  const colIndices = a.colIndices.slice();
  const values = a.values.slice();
  let kept = 0;
  for (let row = 0; row < a.rows; row++) {
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      const repeats = kept > rowOffsets[row] && colIndices[kept - 1] === a.colIndices[entry];
      if (repeats) {
        values[kept - 1] += a.values[entry];
        continue;
      }
      colIndices[kept] = a.colIndices[entry];
      values[kept] = a.values[entry];
      kept++;
    }
    rowOffsets[row + 1] = kept;
  }
  return {
    ...a,
    rowOffsets,
    colIndices: colIndices.slice(0, kept),
    values: values.slice(0, kept),
  };
}
