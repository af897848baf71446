/** A general register of 64 bits, by its number in instructions. */
export interface General {
  /** 0 to 15. */
  readonly general: number;
}

/** A vector register by its number in instructions. */
export interface Vector {
  /** 0 to 15. */
  readonly vector: number;
  /** How wide it is. */
  readonly bits: VectorBits;
}

/** Eight f32 (AVX2), or sixteen (AVX-512). */
export type VectorBits = 256 | 512;

/** Where an instruction finds memory: base + scale · index + offset, in bytes. */
export interface Place {
  /** Any register. */
  readonly base: General;
  /** Any register but rsp. */
  readonly index?: General;
  /** What the index is multiplied by; 1 where absent. */
  readonly scale?: Scale;
  /** 32 bits with sign; 0 where absent. */
  readonly offset?: number;
}

/** What an index may be multiplied by. */
export type Scale = 1 | 2 | 4 | 8;

/** The general registers by name. */
export const general: Readonly<Record<GeneralName, General>> = {
  rax: { general: 0 },
  rcx: { general: 1 },
  rdx: { general: 2 },
  rbx: { general: 3 },
  rsp: { general: 4 },
  rbp: { general: 5 },
  rsi: { general: 6 },
  rdi: { general: 7 },
  r8: { general: 8 },
  r9: { general: 9 },
  r10: { general: 10 },
  r11: { general: 11 },
  r12: { general: 12 },
  r13: { general: 13 },
  r14: { general: 14 },
  r15: { general: 15 },
};

/** Their names. */
export type GeneralName =
  | ("rax" | "rcx" | "rdx" | "rbx" | "rsp" | "rbp" | "rsi" | "rdi")
  | `r${8 | 9 | 10 | 11 | 12 | 13 | 14 | 15}`;

/** Vector registers of 256 bits, ymm0 to ymm15. */
export const ymm: readonly Vector[] = Array.from({ length: 16 }, (_, vector) => ({
  vector,
  bits: 256,
}));

/** The same registers with all their 512 bits, zmm0 to zmm15. */
export const zmm: readonly Vector[] = ymm.map(({ vector }) => ({ vector, bits: 512 }));

/**
 * A place in memory.
 *
 * @example The second f32 of the element that rcx counts
 * ```ts
 * import { at, general } from "@spmm/x86-64";
 * import assert from "node:assert/strict";
 *
 * const { rax, rcx } = general;
 * assert.deepEqual(at(rax, { index: rcx, scale: 8, offset: 4 }).base, rax);
 * ```
 */
export function at(base: General, rest: Omit<Place, "base"> = {}): Place {
  return { base, ...rest };
}
