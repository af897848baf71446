import { type Csr, type DenseData, rowLengths } from "@spmm/formats";
import { extents, type SpmmProblem } from "@spmm/spmm";
import { freshMemory, type HostMemory } from "./host_memory.ts";
import { storedValues } from "./stored_values.ts";
import { wideVectors } from "./wide_io.ts";

/** Non-zeros of a quad: as many as two 16-byte loads bring with their offsets. */
export const QUAD = 4;
const QUAD_BITS = Math.log2(QUAD);

/**
 * How a non-zero lies in a quad:
 *
 * - `wide`, two words: its column times the vectors in a row of B, and its value as f32. Two 16-byte
 *   loads bring a quad, and an offset into B needs no arithmetic but the lane's own vector.
 * - `short offset`, one word: that offset in the low half, its value as f16 in the high one. One
 *   16-byte load brings a quad: for values that are stored in half precision anyway.
 * - `short column`, one word: its column in the low half, where offsets take more than 16 bits.
 */
export type QuadForm = "wide" | "short offset" | "short column";

/** Numbers that half a word can tell apart. */
const SHORTS = 1 << 16;

/**
 * The form for a problem: short where values are halves, and offsets or at least columns fit.
 *
 * @param problem Gives the storage, the columns of op(A) and the width of B.
 *
 * @example Halves are short
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { quadForm } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 4, cols: 1024, density: 0.5, seed: 1 });
 * assert.equal(quadForm({ a, n: 256 }), "wide");
 * assert.equal(quadForm({ a, n: 256, storage: "f16" }), "short offset");
 * assert.equal(quadForm({ a, n: 1024, storage: "f16" }), "short column");
 * ```
 */
export function quadForm(problem: SpmmProblem): QuadForm {
  const { k } = extents(problem);
  if (problem.storage !== "f16" || k > SHORTS) return "wide";
  return k * wideVectors(problem).vectors <= SHORTS ? "short offset" : "short column";
}

/**
 * Words of a quad.
 *
 * @param form How a non-zero lies in it.
 *
 * @example Two words a non-zero, or one
 * ```ts
 * import { quadWords } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual([quadWords("wide"), quadWords("short offset")], [8, 4]);
 * ```
 */
export function quadWords(form: QuadForm): number {
  return form === "wide" ? 2 * QUAD : QUAD;
}

/**
 * Rows as quads of non-zeros:
 *
 * ```text
 *   . a . b c      quad offsets  0      2
 *                  wide          o₁ a | o₃ b | o₄ c | o₄ 0      (a row of 3 fills one quad)
 *                  short offset  o₁,a | o₃,b | o₄,c | o₄,0
 *                  short column   1,a |  3,b |  4,c |  4,0
 * ```
 *
 * Rows are filled up to whole quads with zeros at their own last column, so that what is not finite
 * in B can spoil only sums that it belongs to.
 */
export interface RowQuads {
  /** Non-zeros of each row. */
  readonly lengths: Uint32Array;
  /** Where the quads of each row begin, and where the last end. */
  readonly quadOffsets: Uint32Array;
  /** The quads' words. */
  readonly pairs: Uint32Array;
}

/**
 * Where the quads of each row begin, and where the last end; O(rows).
 *
 * @param lengths Non-zeros of each row.
 *
 * @example A row of five takes two quads
 * ```ts
 * import { quadOffsetsOf } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(quadOffsetsOf(Uint32Array.of(5, 0, 4)), Uint32Array.of(0, 2, 2, 3));
 * ```
 */
export function quadOffsetsOf(lengths: Uint32Array): Uint32Array {
  const offsets = new Uint32Array(lengths.length + 1);
  for (let row = 0; row < lengths.length; row++) {
    offsets[row + 1] = offsets[row] + ((lengths[row] + QUAD - 1) >>> QUAD_BITS);
  }
  return offsets;
}

/**
 * Rows in the order of their turns, four words each, which one load brings: the row, where its quads
 * begin, where they end, and nothing; O(rows).
 *
 * @param quadOffsets Where the quads of each row begin, and where the last end.
 * @param rowOrder The row of each turn; as they stand where absent.
 */
export function rowTurns(quadOffsets: Uint32Array, rowOrder?: Uint32Array): Uint32Array {
  const rows = quadOffsets.length - 1;
  const turns = new Uint32Array(4 * rows);
  for (let turn = 0; turn < rows; turn++) {
    const row = rowOrder === undefined ? turn : rowOrder[turn];
    turns[4 * turn] = row;
    turns[4 * turn + 1] = quadOffsets[row];
    turns[4 * turn + 2] = quadOffsets[row + 1];
  }
  return turns;
}

/**
 * Packs rows as quads; O(nnz + rows). Values are those that the problem's storage holds.
 *
 * @param a op(A) by rows.
 * @param problem Gives the storage and the width of B.
 * @param memory Where to put the quads.
 *
 * @example A row of three fills one quad
 * ```ts
 * import { randomCsr } from "@spmm/formats";
 * import { packRows } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 1, cols: 8, rowLengths: [3], seed: 1 });
 * assert.equal(packRows(a, { a, n: 4 }).pairs.length, 8);
 * assert.equal(packRows(a, { a, n: 4, storage: "f16" }).pairs.length, 4);
 * ```
 */
export function packRows(
  a: Csr,
  problem: SpmmProblem,
  memory: HostMemory = freshMemory,
): RowQuads {
  const lengths = rowLengths(a);
  const quadOffsets = quadOffsetsOf(lengths);
  const form = quadForm(problem);
  const words = quadOffsets[a.rows] * quadWords(form);
  const taken = memory.take(words * Uint32Array.BYTES_PER_ELEMENT);
  const pairs = new Uint32Array(taken.buffer, taken.byteOffset, words);
  if (form === "wide") packWide(a, problem, quadOffsets, pairs);
  else packShort(a, quadOffsets, pairs, form === "short offset" ? wideVectors(problem).vectors : 1);
  return { lengths, quadOffsets, pairs };
}

function packWide(
  { rows, rowOffsets, colIndices, values }: Csr,
  problem: SpmmProblem,
  quadOffsets: Uint32Array,
  pairs: Uint32Array,
): void {
  const { vectors } = wideVectors(problem);
  // Signed words, and sums cut to them, are integers to the compiler, which checks no overflow then.
  const kept = signedWords(floatsOf(storedValues(values, problem)));
  const columns = signedWords(colIndices);
  const words = signedWords(pairs);
  let at = 0;
  let entry = 0;
  for (let row = 0; row < rows; row++) {
    const end = rowOffsets[row + 1] | 0;
    for (; entry < end; entry = entry + 1 | 0, at = at + 2 | 0) {
      words[at] = Math.imul(columns[entry], vectors);
      words[at + 1] = kept[entry];
    }
    const last = 2 * QUAD * quadOffsets[row + 1] | 0;
    for (; at < last; at = at + 2 | 0) {
      words[at] = words[at - 2];
      words[at + 1] = 0;
    }
  }
}

function signedWords({ buffer, byteOffset, length }: Uint32Array | Float32Array): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

function floatsOf(values: DenseData): Float32Array {
  return values instanceof Float32Array ? values : new Float32Array(values);
}

function packShort(
  { rows, rowOffsets, colIndices, values }: Csr,
  quadOffsets: Uint32Array,
  pairs: Uint32Array,
  perColumn: number,
): void {
  const bits = new Uint16Array(new Float16Array(values).buffer);
  for (let row = 0; row < rows; row++) {
    const end = rowOffsets[row + 1];
    let at = QUAD * quadOffsets[row];
    for (let entry = rowOffsets[row]; entry < end; entry++, at++) {
      pairs[at] = Math.imul(colIndices[entry], perColumn) | bits[entry] << 16;
    }
    for (const last = QUAD * quadOffsets[row + 1]; at < last; at++) {
      pairs[at] = Math.imul(colIndices[end - 1], perColumn);
    }
  }
}
