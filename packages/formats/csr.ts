/**
 * Compressed sparse rows, the hub of the formats: every other format converts from and to it.
 *
 * ```text
 *        . a .      rowOffsets  0   1     3  (rows + 1 of them)
 *        b . c      colIndices  1   0 2      (row 0 | row 1)
 *                   values      a   b c
 * ```
 *
 * Invariants, held by every function here and checked by {@linkcode checkCsr}:
 * - `rowOffsets` has `rows + 1` entries, starts at 0, never falls and ends at the number of non-zeros;
 * - `colIndices` and `values` have one entry per non-zero;
 * - within a row, columns are below `cols` and strictly ascending, so no entry stands twice.
 *
 * An explicit zero is an entry like any other.
 */
export interface Csr {
  readonly format: "csr";
  readonly rows: number;
  readonly cols: number;
  readonly rowOffsets: Uint32Array<ArrayBufferLike>;
  readonly colIndices: Uint32Array<ArrayBufferLike>;
  readonly values: Float32Array<ArrayBufferLike>;
}
