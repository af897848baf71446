import type { Csr } from "@spmm/formats";

/** Rows in groups that have the very same columns. */
export interface EqualSupports {
  /**
   * All rows, those of one group side by side: groups in the order of their first rows, and rows
   * ascending within a group.
   */
  readonly order: Uint32Array<ArrayBuffer>;
  /** Where each group begins in `order`, and where the last ends. */
  readonly groupOffsets: Uint32Array<ArrayBuffer>;
}

/**
 * Finds rows that have the same columns, whatever their values: neurons that listen to the same
 * neurons. Placed side by side, a load of one feature serves all of them.
 *
 * ```text
 *   row 0   a . b .        order         0 2 | 1 | 3
 *   row 1   . c . d        groupOffsets  0     2   3   4
 *   row 2   e . f .
 *   row 3   . . . g        the challenge's layers: 16 rows a group
 * ```
 *
 * A hash of the columns proposes a group and a comparison of all columns decides, so that no two
 * supports are ever taken for one. Rows without columns are a group too. O(nnz + rows) expected.
 *
 * @param weights The matrix; its values are not looked at.
 *
 * @example Two rows share their support
 * ```ts
 * import { equalSupports } from "@spmm/network";
 * import { csrFromDense, dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const weights = csrFromDense(dense(3, 2, new Float32Array([1, 2, 0, 3, 4, 5])));
 * const { order, groupOffsets } = equalSupports(weights);
 * assert.deepEqual([...order], [0, 2, 1]);
 * assert.deepEqual([...groupOffsets], [0, 2, 3]);
 * ```
 */
export function equalSupports(weights: Csr): EqualSupports {
  const { rows } = weights;
  const groupOf = new Uint32Array(rows);
  const sizes = new Uint32Array(rows);
  const groups = assignGroups(weights, groupOf, sizes);
  const groupOffsets = new Uint32Array(groups + 1);
  for (let group = 0; group < groups; group++) {
    groupOffsets[group + 1] = groupOffsets[group] + sizes[group];
  }
  const next = groupOffsets.slice(0, groups);
  const order = new Uint32Array(rows);
  for (let row = 0; row < rows; row++) order[next[groupOf[row]]++] = row;
  return { order, groupOffsets };
}

/** Numbers the groups in the order of their first rows; returns how many there are. */
function assignGroups(weights: Csr, groupOf: Uint32Array, sizes: Uint32Array): number {
  const { rows } = weights;
  // At most half full, so that a probe finds its place in a few steps.
  const mask = 2 ** Math.ceil(Math.log2(2 * rows + 2)) - 1;
  const slots = new Uint32Array(mask + 1);
  const firstRows = new Uint32Array(rows);
  const hashes = new Int32Array(rows);
  let groups = 0;
  for (let row = 0; row < rows; row++) {
    const hash = hashOfSupport(weights, row);
    let slot = hash & mask;
    // A slot holds one more than its group; 0 is empty.
    while (slots[slot] !== 0) {
      const group = slots[slot] - 1;
      if (hashes[group] === hash && sameSupport(weights, firstRows[group], row)) break;
      slot = (slot + 1) & mask;
    }
    if (slots[slot] === 0) {
      firstRows[groups] = row;
      hashes[groups] = hash;
      slots[slot] = ++groups;
    }
    groupOf[row] = slots[slot] - 1;
    sizes[groupOf[row]]++;
  }
  return groups;
}

/** MurmurHash3's mixing of one word after the other (Appleby, 2011). */
function hashOfSupport({ rowOffsets, colIndices }: Csr, row: number): number {
  const end = rowOffsets[row + 1];
  let hash = end - rowOffsets[row];
  for (let entry = rowOffsets[row]; entry < end; entry++) {
    const word = Math.imul(colIndices[entry], 0xcc9e2d51);
    hash ^= Math.imul((word << 15) | (word >>> 17), 0x1b873593);
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64 | 0;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function sameSupport({ rowOffsets, colIndices }: Csr, one: number, other: number): boolean {
  const length = rowOffsets[one + 1] - rowOffsets[one];
  if (rowOffsets[other + 1] - rowOffsets[other] !== length) return false;
  const shift = rowOffsets[other] - rowOffsets[one];
  for (let entry = rowOffsets[one]; entry < rowOffsets[one + 1]; entry++) {
    if (colIndices[entry] !== colIndices[entry + shift]) return false;
  }
  return true;
}
