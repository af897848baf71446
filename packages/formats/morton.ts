/**
 * The place of (row, col) on the Z-Morton curve: their bits in turn, a row bit above the column bit
 * of the same weight, so that the curve runs top left, top right, bottom left, bottom right.
 *
 * @param row Up to 16 bits.
 * @param col Up to 16 bits.
 */
export function mortonCode(row: number, col: number): number {
  return ((spread(row) << 1) | spread(col)) >>> 0;
}

/** Moves bit i to bit 2i. */
function spread(bits: number): number {
  let x = bits;
  x = (x | (x << 8)) & 0x00ff00ff;
  x = (x | (x << 4)) & 0x0f0f0f0f;
  x = (x | (x << 2)) & 0x33333333;
  return (x | (x << 1)) & 0x55555555;
}
