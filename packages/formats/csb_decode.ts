import { readBits } from "./bit_stream.ts";
import { type Csb, csbBlockExtent, csbIndexBits } from "./csb.ts";
import type { Csr } from "./csr.ts";
import { prefixSum } from "./prefix_sum.ts";
import { indexBits } from "./radix_sort.ts";

/**
 * Decodes compressed sparse blocks; O(nnz + rows + blocks). No sorting: in both orders the columns
 * of a row ascend within a block, and blocks are walked from left to right.
 *
 * @param a The matrix.
 *
 * @example There and back
 * ```ts
 * import { csbFromCsr, csrFromCsb, csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = csrFromDense(dense(2, 3, new Float32Array([1, 0, 2, 0, 3, 0])));
 * assert.deepEqual(csrFromCsb(csbFromCsr(a, { blockSize: 2 })), a);
 * ```
 */
export function csrFromCsb(a: Csb): Csr {
  const rowOffsets = new Uint32Array(a.rows + 1);
  forEachEntry(a, (row) => rowOffsets[row + 1]++);
  prefixSum("csr", rowOffsets);
  const next = rowOffsets.slice(0, a.rows);
  const colIndices = new Uint32Array(a.values.length);
  const values = new Float32Array(a.values.length);
  forEachEntry(a, (row, col, entry) => {
    const at = next[row]++;
    colIndices[at] = col;
    values[at] = a.values[entry];
  });
  return { format: "csr", rows: a.rows, cols: a.cols, rowOffsets, colIndices, values };
}

function forEachEntry(a: Csb, visit: (row: number, col: number, entry: number) => void): void {
  const bits = indexBits(a.blockSize);
  const width = csbIndexBits(a.blockSize);
  for (let block = 0; block + 1 < a.blockPointers.length; block++) {
    const end = a.blockPointers[block + 1];
    if (a.blockPointers[block] === end) continue;
    const { rowBegin, colBegin } = csbBlockExtent(a, block);
    for (let entry = a.blockPointers[block]; entry < end; entry++) {
      const index = readBits(a.indices, width, entry);
      visit(rowBegin + (index >>> bits), colBegin + (index & (a.blockSize - 1)), entry);
    }
  }
}
