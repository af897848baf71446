import type { Csr } from "@spmm/formats";
import { roundToStorage, type SpmmProblem, type Storage } from "@spmm/spmm";
import type { Attendance, CpuBuffer, CpuDevice } from "@spmm/wasm";
import { type PanelLayout, skewed, WIDE_ROW_BYTES } from "./panel_layout.ts";

/** A's encoding on the device: what sets one CPU kernel apart from another. */
export interface PanelEncoding {
  /** Bytes of what encodes A; scratch memory is not counted. */
  readonly bytes: number;
  /** How it is set up, for people. */
  readonly summary: string;
  /** What was chosen and found, by name. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** Where the program finds it: its list, as the program reads it. */
  readonly list: CpuBuffer;
  /** Which threads take part in a product. */
  readonly attendance: Attendance;
  /** What there is to do before each product. */
  prepare(): void;
}

/** What an encoding is made from. */
export interface EncodingSite {
  readonly problem: SpmmProblem;
  readonly device: CpuDevice;
  readonly layout: PanelLayout;
  /** Takes memory that lives as long as the plan. */
  take(bytes: number, label: string): CpuBuffer;
}

/** Writes A's values as the storage rounds them. */
export function writeValues(
  values: Float32Array,
  storage: Storage | undefined,
  target: Float32Array,
): void {
  target.set(storage === "f16" ? roundToStorage(values, storage) : values);
}

/**
 * Where a row of B stands in a wide panel, or in B itself, in bytes, so that no kernel multiplies.
 *
 * @param rows Rows of B.
 * @param n Columns of B.
 */
export function writeOffsets(
  rows: Uint32Array,
  n: number,
  { stride }: PanelLayout,
  target: Uint32Array,
): void {
  for (let entry = 0; entry < rows.length; entry += 1) {
    const row = rows[entry];
    target[entry] = stride === 0 ? row * n * 4 : skewed(row) * WIDE_ROW_BYTES;
  }
}

/**
 * Writes, for each slab of B's rows but the last, where the non-zeros of each row of A end in it.
 *
 * @param a op(A) by rows.
 */
export function writeSlabBounds(a: Csr, { slab, slabs }: PanelLayout, target: Uint32Array): void {
  for (let row = 0; row < a.rows; row += 1) {
    let entry = a.rowOffsets[row];
    for (let before = 1; before < slabs; before += 1) {
      while (entry < a.rowOffsets[row + 1] && a.colIndices[entry] < before * slab) entry += 1;
      target[(before - 1) * a.rows + row] = entry;
    }
  }
}

/** Takes memory for a list of words that a program reads. */
export function takeWords(
  take: EncodingSite["take"],
  words: ArrayLike<number>,
  label: string,
): CpuBuffer {
  const buffer = take(4 * words.length, label);
  buffer.u32().set(words);
  return buffer;
}

/**
 * The largest share of the non-zeros that one thread has, of 1 for all.
 *
 * @param offsets Non-zeros before each row (or block row).
 * @param bounds The rows at which shares begin and end.
 */
export function heaviestShare(offsets: Uint32Array, bounds: Uint32Array): number {
  const total = offsets[offsets.length - 1];
  let most = 0;
  for (let part = 0; part + 1 < bounds.length; part += 1) {
    most = Math.max(most, offsets[bounds[part + 1]] - offsets[bounds[part]]);
  }
  return total === 0 ? 0 : most / total;
}
