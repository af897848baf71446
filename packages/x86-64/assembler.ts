import { MachineCodeError } from "./errors.ts";
import type { General, Place, Vector } from "./operands.ts";

/** What an instruction reads or writes beside a register. */
type Operand = General | Vector | Place;

/** A place in the code, for jumps. */
export interface Label {
  /** What it stands for, for messages. */
  readonly name: string;
}

/** What `jcc` asks of the comparison before it; numbers are without sign. */
export type Condition = "below" | "aboveOrEqual" | "equal" | "notEqual";

const CONDITIONS: Readonly<Record<Condition, number>> = {
  below: 0x2,
  aboveOrEqual: 0x3,
  equal: 0x4,
  notEqual: 0x5,
};

/** An instruction on vectors: its map of opcodes, what stands for its prefix, its opcode. */
type VectorCode = readonly [map: 1 | 2, prefix: 0 | 1, opcode: number];

/**
 * Writes machine code of x86-64, instruction by instruction under the processor's names for them:
 * those that kernels over vectors of eight f32 (AVX2 and FMA) or sixteen (AVX-512F) need. The
 * operand that is written comes first.
 *
 * Source: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2.
 *
 * @example Twice a number, by the convention of Linux: the argument in rdi, the result in rax
 * ```ts
 * import { Assembler, general } from "@spmm/x86-64";
 * import assert from "node:assert/strict";
 *
 * const { rax, rdi } = general;
 * const code = new Assembler();
 * code.mov(rax, rdi);
 * code.add(rax, rdi);
 * code.ret();
 * assert.deepEqual([...code.bytes()], [0x48, 0x8b, 0xc7, 0x48, 0x03, 0xc7, 0xc3]);
 * ```
 */
export class Assembler {
  readonly #bytes: number[] = [];
  readonly #places = new Map<Label, number>();
  readonly #jumps: Jump[] = [];

  /** A label, to be placed once, before or after the jumps to it. */
  label(name: string): Label {
    return { name };
  }

  /** Jumps to the label lead here. */
  place(label: Label): void {
    this.#places.set(label, this.#bytes.length);
  }

  /**
   * The code as it stands; it may lie anywhere.
   *
   * @throws {MachineCodeError} If a jump leads to a label that has no place.
   */
  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = Uint8Array.from(this.#bytes);
    const view = new DataView(bytes.buffer);
    for (const { end, to } of this.#jumps) {
      const place = this.#places.get(to);
      if (place === undefined) {
        throw new MachineCodeError(
          `Cannot write machine code: every label must be placed: received "${to.name}" without`,
        );
      }
      view.setInt32(end - 4, place - end, true);
    }
    return bytes;
  }

  /** Copies or loads 64 bits. */
  mov(to: General, from: General | Place): void {
    this.#wide(0x8b, to.general, from);
  }

  /** Stores 64 bits. */
  movTo(to: Place, from: General): void {
    this.#wide(0x89, from.general, to);
  }

  /** Loads 32 bits; the register's upper half is cleared. */
  mov32(to: General, from: Place): void {
    this.#plain(0, [0x8b], to.general, from);
  }

  /** Stores the lower 32 bits. */
  mov32To(to: Place, from: General): void {
    this.#plain(0, [0x89], from.general, to);
  }

  /** to += from, 64 bits. */
  add(to: General, from: General | Place): void {
    this.#wide(0x03, to.general, from);
  }

  /** to += from, 64 bits in memory. */
  addTo(to: Place, from: General): void {
    this.#wide(0x01, from.general, to);
  }

  /** to += number, which fits 32 bits with sign. */
  addNumber(to: General | Place, number: number): void {
    this.#wide(0x81, 0, to);
    this.#word(number);
  }

  /** to *= from, 64 bits. */
  imul(to: General, from: General | Place): void {
    this.#plain(8, [0x0f, 0xaf], to.general, from);
  }

  /** to += 1. */
  inc(to: General): void {
    this.#wide(0xff, 0, to);
  }

  /** Divides 64 bits by 2^bits, without sign. */
  shr(to: General, bits: number): void {
    this.#wide(0xc1, 5, to);
    this.#bytes.push(bits);
  }

  /** to = from >> by, 64 bits, without sign (BMI2). */
  shrx(to: General, from: General, by: General): void {
    const [r, x, b] = upperBits(to.general, from);
    const upper = (r << 7 | x << 6 | b << 5) ^ 0xe0;
    this.#bytes.push(0xc4, upper | 2, 0x80 | (~by.general & 15) << 3 | 3, 0xf7);
    this.#bytes.push(...addressing(to.general, from));
  }

  /** to = to & number, 32 bits; the upper half is cleared. */
  and32Number(to: General, number: number): void {
    this.#plain(0, [0x81], 4, to);
    this.#word(number);
  }

  /** to = to & from, 32 bits; the upper half is cleared. */
  and32(to: General, from: General): void {
    this.#plain(0, [0x23], to.general, from);
  }

  /** to = number, 32 bits without sign. */
  movNumber(to: General, number: number): void {
    this.#plain(0, [0xc7], 0, to);
    this.#word(number);
  }

  /** Compares 64 bits. */
  cmp(left: General, right: General | Place): void {
    this.#wide(0x3b, left.general, right);
  }

  /** Compares 32 bits. */
  cmp32(left: General, right: General | Place): void {
    this.#plain(0, [0x3b], left.general, right);
  }

  /** to += from, and from is what stood at `to`, 32 bits, while no other processor writes there. */
  lockXadd32(to: Place, from: General): void {
    this.#bytes.push(0xf0);
    this.#plain(0, [0x0f, 0xc1], from.general, to);
  }

  /** Compares 64 bits with a number that fits 32 with sign. */
  cmpNumber(left: General | Place, right: number): void {
    this.#wide(0x81, 7, left);
    this.#word(right);
  }

  /** Jumps if the comparison before says so. */
  jcc(condition: Condition, to: Label): void {
    this.#bytes.push(0x0f, 0x80 | CONDITIONS[condition]);
    this.#jumpWord(to);
  }

  /** Jumps. */
  jmp(to: Label): void {
    this.#bytes.push(0xe9);
    this.#jumpWord(to);
  }

  /** Comes back to who called. */
  ret(): void {
    this.#bytes.push(0xc3);
  }

  /** Puts a register on the stack. */
  push(from: General): void {
    this.#short(0x50, from);
  }

  /** Takes it from there. */
  pop(to: General): void {
    this.#short(0x58, to);
  }

  /** What the processor can: the question in eax and ecx, the answer in eax, ebx, ecx and edx. */
  cpuid(): void {
    this.#bytes.push(0x0f, 0xa2);
  }

  /** What registers the system saves: the question in ecx, the answer in eax and edx. */
  xgetbv(): void {
    this.#bytes.push(0x0f, 0x01, 0xd0);
  }

  /** Loads a vector from any address. */
  vmovups(to: Vector, from: Place): void {
    this.#vector([1, 0, 0x10], to, 0, from);
  }

  /** Stores a vector to any address. */
  vmovupsTo(to: Place, from: Vector): void {
    this.#vector([1, 0, 0x11], from, 0, to);
  }

  /** Loads those of eight elements whose masks have the upper bit set; others are 0. */
  vmaskmovps(to: Vector, mask: Vector, from: Place): void {
    this.#vector([2, 1, 0x2c], eight(to), mask.vector, from);
  }

  /** Stores those of eight elements whose masks have the upper bit set. */
  vmaskmovpsTo(to: Place, mask: Vector, from: Vector): void {
    this.#vector([2, 1, 0x2e], eight(from), mask.vector, to);
  }

  /** One f32 in every element. */
  vbroadcastss(to: Vector, from: Place): void {
    this.#vector([2, 1, 0x18], to, 0, from);
  }

  /** sum += left · right, rounded once. */
  vfmadd231ps(sum: Vector, left: Vector, right: Vector | Place): void {
    this.#vector([2, 1, 0xb8], sum, left.vector, right);
  }

  /** to = left + right. */
  vaddps(to: Vector, left: Vector, right: Vector | Place): void {
    this.#vector([1, 0, 0x58], to, left.vector, right);
  }

  /** to = left > right ? left : right; so `right` where one is no number. */
  vmaxps(to: Vector, left: Vector, right: Vector | Place): void {
    this.#vector([1, 0, 0x5f], to, left.vector, right);
  }

  /** to = left < right ? left : right; so `right` where one is no number. */
  vminps(to: Vector, left: Vector, right: Vector | Place): void {
    this.#vector([1, 0, 0x5d], to, left.vector, right);
  }

  /** to = left ^ right, bit by bit; of one register with itself, 0. On 512 bits: AVX512DQ. */
  vxorps(to: Vector, left: Vector, right: Vector | Place): void {
    this.#vector([1, 0, 0x57], to, left.vector, right);
  }

  /** Clears the upper halves, as code without AVX wants them. */
  vzeroupper(): void {
    this.#bytes.push(0xc5, 0xf8, 0x77);
  }

  #wide(opcode: number, register: number, operand: Operand): void {
    this.#plain(8, [opcode], register, operand);
  }

  /** @param width 8 for 64 bits, 0 for 32. */
  #plain(width: 0 | 8, opcode: readonly number[], register: number, operand: Operand): void {
    const [r, x, b] = upperBits(register, operand);
    const rex = width | r << 2 | x << 1 | b;
    if (rex !== 0) this.#bytes.push(0x40 | rex);
    this.#bytes.push(...opcode, ...addressing(register, operand));
  }

  /** Prefixes of three bytes (VEX) and four (EVEX), with the bits above 7 of numbers inverted. */
  #vector(
    [map, prefix, opcode]: VectorCode,
    { vector: register, bits }: Vector,
    second: number,
    operand: Operand,
  ): void {
    const [r, x, b] = upperBits(register, operand);
    const upper = (r << 7 | x << 6 | b << 5) ^ 0xe0;
    const rest = (~second & 15) << 3 | 0x04 | prefix;
    if (bits === 256) this.#bytes.push(0xc4, upper | map, rest, opcode);
    else this.#bytes.push(0x62, upper | 0x10 | map, rest, 0x48, opcode);
    // A byte of displacement would count whole vectors there.
    this.#bytes.push(...addressing(register, operand, bits === 512));
  }

  #short(opcode: number, { general }: General): void {
    if (general > 7) this.#bytes.push(0x41);
    this.#bytes.push(opcode | general & 7);
  }

  #jumpWord(to: Label): void {
    this.#word(0);
    this.#jumps.push({ end: this.#bytes.length, to });
  }

  #word(number: number): void {
    this.#bytes.push(...littleEndian(number));
  }
}

/** A distance of four bytes, counted from their end. */
interface Jump {
  readonly end: number;
  readonly to: Label;
}

function numberOf(operand: Operand): number {
  if ("general" in operand) return operand.general;
  return "vector" in operand ? operand.vector : numberOf(operand.base);
}

/** Some instructions know no vectors of sixteen. */
function eight(vector: Vector): Vector {
  if (vector.bits === 256) return vector;
  throw new MachineCodeError(
    `Cannot write vmaskmovps: vectors must have 256 bits: received ${vector.bits}`,
  );
}

/** The fourth bits of the numbers of the register, the index and the base (or other register). */
function upperBits(register: number, operand: Operand): readonly [number, number, number] {
  const index = "base" in operand ? operand.index?.general ?? 0 : 0;
  return [register >> 3, index >> 3, numberOf(operand) >> 3];
}

/** In the place of an index: none. */
const NO_INDEX = 4;
const INDEX_FOLLOWS = 4;
/** As a base without an offset this would mean something else. */
const NEEDS_OFFSET = 5;

/** ModRM, SIB and displacement, of four bytes where it is to be long. */
function addressing(register: number, operand: Operand, isLong = false): number[] {
  const upper = (register & 7) << 3;
  if (!("base" in operand)) return [0xc0 | upper | numberOf(operand) & 7];
  const { base, index, scale = 1, offset = 0 } = operand;
  const low = base.general & 7;
  const [mode, displacement] = displacementOf(offset, low, isLong);
  if (index === undefined && low !== INDEX_FOLLOWS) return [mode | upper | low, ...displacement];
  const indexed = Math.log2(scale) << 6 | ((index?.general ?? NO_INDEX) & 7) << 3 | low;
  return [mode | upper | INDEX_FOLLOWS, indexed, ...displacement];
}

function displacementOf(
  offset: number,
  base: number,
  isLong: boolean,
): readonly [number, readonly number[]] {
  if (offset === 0 && base !== NEEDS_OFFSET) return [0x00, []];
  if (!isLong && offset >= -128 && offset < 128) return [0x40, [offset & 0xff]];
  return [0x80, littleEndian(offset)];
}

function littleEndian(word: number): number[] {
  return [word & 0xff, word >> 8 & 0xff, word >> 16 & 0xff, word >> 24 & 0xff];
}
