/** WGSL of what a split product says of its parts. */
export const PARTS = /* wgsl */ `
struct Parts {
  count: u32,
  steps: u32, // of a part; the last has fewer where they do not come out even
}
`;

/**
 * The WGSL statement that stores `sum`: where C is split, the epilogue waits until the parts are added.
 *
 * @param split Whether it is.
 */
export function storing(split: boolean): string {
  return split
    ? "partials[(part * shape.m + row) * shape.vectors + vector] = sum;"
    : "store_c(row, vector, sum);";
}
