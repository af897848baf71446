import type { MergePathPartition } from "./merge_path.ts";

/**
 * Where the partial sums of cut rows go. A carry-out is one partial row, numbered in the order of
 * the path: so the carry-outs of a row stand side by side, in the order of their non-zeros.
 */
export interface CarryOuts {
  /** The number of carry-outs. */
  readonly count: number;
  /** The first carry-out of each part, and last the number of carry-outs. */
  readonly firstOfPart: Uint32Array<ArrayBufferLike>;
  /** The rows that are cut, ascending. */
  readonly cutRows: Uint32Array<ArrayBufferLike>;
  /** The first carry-out of each cut row, and last the number of carry-outs. */
  readonly firstOfRow: Uint32Array<ArrayBufferLike>;
}

/**
 * Numbers the partial rows that the parts of a merge path leave.
 *
 * A part leaves a *head* where a row ends in it whose first non-zeros lie in an earlier part, and
 * a *tail* where it has non-zeros of a row that ends in a later part: two carry-outs at most.
 *
 * @param rowOffsets The row offsets that were partitioned.
 * @param partition What `mergePathPartition` made of them.
 */
export function carryOuts(rowOffsets: Uint32Array, partition: MergePathPartition): CarryOuts {
  const parts = partition.rows.length - 1;
  const firstOfPart = new Uint32Array(parts + 1);
  const cutRows: number[] = [];
  const firstOfRow: number[] = [];
  let count = 0;
  for (let part = 0; part < parts; part++) {
    firstOfPart[part] = count;
    if (hasHead(rowOffsets, partition, part)) count++;
    if (!hasTail(rowOffsets, partition, part)) continue;
    const row = partition.rows[part + 1];
    if (cutRows.at(-1) !== row) {
      cutRows.push(row);
      firstOfRow.push(count);
    }
    count++;
  }
  firstOfPart[parts] = count;
  return {
    count,
    firstOfPart,
    cutRows: Uint32Array.from(cutRows),
    firstOfRow: Uint32Array.from([...firstOfRow, count]),
  };
}

function hasHead(
  rowOffsets: Uint32Array,
  { rows, nonZeros }: MergePathPartition,
  part: number,
): boolean {
  const row = rows[part];
  return row < rows[part + 1] && rowOffsets[row] < nonZeros[part];
}

function hasTail(
  rowOffsets: Uint32Array,
  { rows, nonZeros }: MergePathPartition,
  part: number,
): boolean {
  const begin = Math.max(nonZeros[part], rowOffsets[rows[part + 1]]);
  return begin < nonZeros[part + 1];
}
