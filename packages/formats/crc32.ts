/** What a byte does to the checksum: CRC-32 of ISO 3309, the lowest bit first, as in ZIP archives. */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? 0xedb8_8320 ^ rest >>> 1 : rest >>> 1;
  return rest;
});

/**
 * The checksum of bytes, or of those before and these; O(bytes). Node's is not to be had in a browser.
 *
 * @param bytes The bytes.
 * @param before The checksum of what comes before them.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  let sum = ~before;
  for (let i = 0; i < bytes.length; i++) sum = TABLE[(sum ^ bytes[i]) & 0xff] ^ sum >>> 8;
  return ~sum >>> 0;
}
