import fc from "fast-check";

/** Row offsets of rows of the given lengths. */
export function rowOffsetsOf(...lengths: number[]): Uint32Array {
  const rowOffsets = new Uint32Array(lengths.length + 1);
  lengths.forEach((length, row) => rowOffsets[row + 1] = rowOffsets[row] + length);
  return rowOffsets;
}

/** Row offsets of any matrix: empty, short and long rows, up to 60 of them. */
export const anyRowOffsets: fc.Arbitrary<Uint32Array> = fc.array(
  fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 30, max: 200 }),
  ),
  { maxLength: 60 },
).map((lengths) => rowOffsetsOf(...lengths));

/** The options of every property here: what fails once fails again. */
export const FIXED: fc.Parameters<unknown> = { seed: 20_180_829, numRuns: 200 };
