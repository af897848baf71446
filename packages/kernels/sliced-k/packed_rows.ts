import type { Csr } from "@spmm/formats";
import { roundToStorage, type SpmmProblem } from "@spmm/spmm";

/** Non-zeros of a quad: two 16-byte loads bring four. */
export const QUAD = 4;

/**
 * Rows as quads of non-zeros, an offset and a value side by side:
 *
 * ```text
 *   . a . b c      quad offsets  0      2
 *                  pairs         o₁ a | o₃ b | o₄ c | o₄ 0      (a row of 3 fills one quad)
 * ```
 *
 * An offset is the column times the vectors in a row of B, ready to be added to the lane's own
 * vector. Rows are filled up to whole quads with zeros at their own last column, so that what is
 * not finite in B can spoil only sums that it belongs to.
 */
export interface PackedRows {
  /** Where the quads of each row begin, and where the last end. */
  readonly quadOffsets: Uint32Array;
  /** Eight words a quad: offset, value bits, offset, value bits, … */
  readonly pairs: Uint32Array;
}

/** Packs a matrix; O(nnz + rows). Values are those that the problem's storage holds, as f32. */
export function packRows(a: Csr, { storage = "f32" }: SpmmProblem, vectors: number): PackedRows {
  const quadOffsets = new Uint32Array(a.rows + 1);
  for (let row = 0; row < a.rows; row++) {
    const quads = Math.ceil((a.rowOffsets[row + 1] - a.rowOffsets[row]) / QUAD);
    quadOffsets[row + 1] = quadOffsets[row] + quads;
  }
  const pairs = new Uint32Array(quadOffsets[a.rows] * QUAD * 2);
  const bits = new Uint32Array(Float32Array.from(roundToStorage(a.values, storage)).buffer);
  for (let row = 0; row < a.rows; row++) {
    let at = quadOffsets[row] * QUAD * 2;
    for (let entry = a.rowOffsets[row]; entry < a.rowOffsets[row + 1]; entry++) {
      pairs[at++] = a.colIndices[entry] * vectors;
      pairs[at++] = bits[entry];
    }
    for (const last = pairs[at - 2]; at < quadOffsets[row + 1] * QUAD * 2; at += 2) {
      pairs[at] = last;
    }
  }
  return { quadOffsets, pairs };
}
