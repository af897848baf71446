/** A function of one `f32x4.relaxed_madd`, as a WASM binary. */
const RELAXED_MADD = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
  // One type, three vectors to one; one function of it.
  ...[0x01, 0x08, 0x01, 0x60, 0x03, 0x7b, 0x7b, 0x7b, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00],
  // Its three arguments, relaxed_madd, end.
  ...[0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x01, 0x20, 0x02, 0xfd, 0x85, 0x02, 0x0b],
);

/**
 * Whether WASM has relaxed SIMD here, whose multiply-add is one instruction where the processor has
 * one. It then rounds once instead of twice, so results may differ from machine to machine in the
 * last bits, and never from run to run on one.
 */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(RELAXED_MADD);
}
