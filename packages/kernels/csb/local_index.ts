/**
 * WGSL: `local_index(entry)`, the packed row and column of an entry within its block. Index i takes
 * bits i·w to (i + 1)·w; 32 of them fill w words, which keeps products in 32 bits.
 *
 * @param bits Bits of an index.
 */
export function localIndex(bits: number): string {
  return /* wgsl */ `
fn local_index(entry: u32) -> u32 {
  let bit = (entry % 32u) * ${bits}u;
  let word = (entry / 32u) * ${bits}u + bit / 32u;
  let shift = bit % 32u;
  var index = indices[word] >> shift;
  if (shift + ${bits}u > 32u) {
    index |= indices[word + 1u] << (32u - shift);
  }
  return index & ${2 ** bits - 1}u;
}
`;
}
