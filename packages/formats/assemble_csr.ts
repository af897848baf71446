import type { Csr } from "./csr.ts";
import type { EntryList } from "./entry_list.ts";
import { prefixSum } from "./prefix_sum.ts";
import { indexBits, sortedOrder } from "./radix_sort.ts";

// Up to here the quadratic sort is faster, for it allocates nothing.
const SHORT_ROW = 48;

/** What is made of the entries of a file. */
export interface Assembly {
  readonly rows: number;
  readonly cols: number;
  /** The factor with which the mirror image of each entry off the diagonal is added; 0 for none. */
  readonly mirror: 0 | 1 | -1;
  readonly duplicates: "error" | "sum";
  /** Refuses the duplicate on this line. */
  readonly onDuplicate: (line: number, row: number, col: number) => never;
}

/**
 * Puts the entries of a file in order; O(nnz + rows) where they come by rows or by columns, as
 * nearly all files have them: then one counting pass over the rows leaves the columns ascending.
 * Rows that are not ascending after it are sorted one by one.
 *
 * Takes 8 bytes for each non-zero on top of the entries and is for files; `csrFromCoo` is for
 * coordinates in memory.
 */
export function assembleCsr(entries: EntryList, assembly: Assembly): Csr {
  const a = scatter(entries, assembly);
  let repeats = 0;
  for (let row = 0; row < a.rows; row++) {
    const begin = a.rowOffsets[row];
    const end = a.rowOffsets[row + 1];
    if (isAscending(a.colIndices, begin, end)) continue;
    sortRow(a, begin, end);
    const repeated = firstRepeat(a.colIndices, begin, end);
    if (repeated === undefined) continue;
    if (assembly.duplicates === "error") refuse(entries, assembly, row, repeated);
    repeats++;
  }
  return repeats === 0 ? a : sumRepeats(a);
}

function scatter(entries: EntryList, { rows, cols, mirror }: Assembly): Csr {
  const { length, rows: entryRows, cols: entryCols, values: entryValues } = entries;
  const rowOffsets = new Uint32Array(rows + 1);
  for (let i = 0; i < length; i++) {
    rowOffsets[entryRows[i] + 1]++;
    if (mirror !== 0 && entryRows[i] !== entryCols[i]) rowOffsets[entryCols[i] + 1]++;
  }
  prefixSum("csr", rowOffsets);
  const next = rowOffsets.slice(0, rows);
  const colIndices = new Uint32Array(rowOffsets[rows]);
  const values = new Float32Array(rowOffsets[rows]);
  for (let i = 0; i < length; i++) {
    const row = entryRows[i];
    const col = entryCols[i];
    const at = next[row]++;
    colIndices[at] = col;
    values[at] = entryValues[i];
    if (mirror === 0 || row === col) continue;
    const mirrored = next[col]++;
    colIndices[mirrored] = row;
    values[mirrored] = mirror * entryValues[i];
  }
  return { format: "csr", rows, cols, rowOffsets, colIndices, values };
}

function isAscending(colIndices: Uint32Array, begin: number, end: number): boolean {
  for (let i = begin + 1; i < end; i++) if (colIndices[i] <= colIndices[i - 1]) return false;
  return true;
}

function sortRow(a: Csr, begin: number, end: number): void {
  if (end - begin <= SHORT_ROW) return insertionSort(a, begin, end);
  const cols = a.colIndices.slice(begin, end);
  const values = a.values.slice(begin, end);
  const digitBits = cols.length < 4096 ? 8 : 16;
  sortedOrder(cols, indexBits(a.cols), digitBits).forEach((from, to) => {
    a.colIndices[begin + to] = cols[from];
    a.values[begin + to] = values[from];
  });
}

function insertionSort({ colIndices, values }: Csr, begin: number, end: number): void {
  for (let i = begin + 1; i < end; i++) {
    const column = colIndices[i];
    const value = values[i];
    let to = i;
    for (; to > begin && colIndices[to - 1] > column; to--) {
      colIndices[to] = colIndices[to - 1];
      values[to] = values[to - 1];
    }
    colIndices[to] = column;
    values[to] = value;
  }
}

function firstRepeat(colIndices: Uint32Array, begin: number, end: number): number | undefined {
  for (let i = begin + 1; i < end; i++) {
    if (colIndices[i] === colIndices[i - 1]) return colIndices[i];
  }
  return undefined;
}

function refuse(entries: EntryList, assembly: Assembly, row: number, col: number): never {
  let seen = false;
  for (let i = 0; i < entries.length; i++) {
    const isSame = entries.rows[i] === row && entries.cols[i] === col;
    const isMirrored = assembly.mirror !== 0 && entries.rows[i] === col && entries.cols[i] === row;
    if (!isSame && !isMirrored) continue;
    if (seen) assembly.onDuplicate(entries.lineOf(i), entries.rows[i], entries.cols[i]);
    seen = true;
  }
  throw new RangeError(`Cannot find the entry that stands twice: received (${row}, ${col})`);
}

/** In place: nothing is read after it was written over. */
function sumRepeats(a: Csr): Csr {
  const { rowOffsets, colIndices, values } = a;
  let kept = 0;
  let begin = 0;
  for (let row = 0; row < a.rows; row++) {
    const rowStart = kept;
    for (let i = begin; i < rowOffsets[row + 1]; i++) {
      if (kept > rowStart && colIndices[kept - 1] === colIndices[i]) {
        values[kept - 1] += values[i];
        continue;
      }
      colIndices[kept] = colIndices[i];
      values[kept++] = values[i];
    }
    begin = rowOffsets[row + 1];
    rowOffsets[row + 1] = kept;
  }
  return { ...a, colIndices: colIndices.slice(0, kept), values: values.slice(0, kept) };
}
