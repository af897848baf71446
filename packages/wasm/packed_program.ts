/**
 * A program on its way to the workers: its binary in the linear memory, behind where its machine code
 * stands and how long the binary is.
 *
 * @module
 */

const HEADER_BYTES = 16;

/** A binary, and where its machine code stands in the process, or 0. */
export interface PackedProgram {
  readonly binary: Uint8Array<ArrayBuffer>;
  readonly code: bigint;
}

/** Bytes that a binary of so many takes when packed. */
export function packedBytes(binaryBytes: number): number {
  return HEADER_BYTES + binaryBytes;
}

/** Writes a program to where {@linkcode unpackProgram} will find it. */
export function packProgram(target: Uint8Array, binary: ArrayBuffer, code: bigint): void {
  const header = new DataView(target.buffer, target.byteOffset, HEADER_BYTES);
  header.setBigUint64(0, code);
  header.setUint32(8, binary.byteLength);
  target.set(new Uint8Array(binary), HEADER_BYTES);
}

/** A copy of what stands packed at an address. */
export function unpackProgram(memory: WebAssembly.Memory, address: number): PackedProgram {
  const header = new DataView(memory.buffer, address, HEADER_BYTES);
  const binary = new Uint8Array(memory.buffer, address + HEADER_BYTES, header.getUint32(8));
  return { binary: new Uint8Array(binary), code: header.getBigUint64(0) };
}
