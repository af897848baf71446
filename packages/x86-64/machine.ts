import { Assembler } from "./assembler.ts";
import { MachineCodeError } from "./errors.ts";
import { at, general, type VectorBits } from "./operands.ts";
import { openSystemLibrary, type SystemLibrary } from "./system_library.ts";

/** Code that takes two numbers or addresses, in rdi and rsi, and gives nothing back. */
export type MachineFunction = (first: bigint, second: bigint) => void;

const PAGE = 4096n;
const READ_WRITE = 1 | 2;
const READ_EXECUTE = 1 | 4;
const PRIVATE_ANONYMOUS = 0x02 | 0x20;
/** `MADV_HUGEPAGE`. */
const HUGE_PAGES = 14;
/** What `mmap` gives instead of an address begins here: −4095 as a number without sign. */
const LOWEST_FAILURE = 2n ** 64n - 4095n;

interface Mapping {
  readonly address: bigint;
  readonly bytes: bigint;
}

/**
 * The processor under Deno, for code that an {@linkcode Assembler} wrote. **Such code has no sandbox:
 * it reads and writes whatever address it is given.** Deno asks for `--allow-ffi`.
 *
 * Pages are never writable and executable at once.
 *
 * @example Code that adds 5 to a number in memory
 * ```ts
 * import { addressOf, Assembler, at, general, Machine, tryOpenMachine } from "@spmm/x86-64";
 * import assert from "node:assert/strict";
 *
 * using machine = tryOpenMachine();
 * if (machine instanceof Machine) {
 *   const code = new Assembler();
 *   code.addNumber(at(general.rdi), 5);
 *   code.ret();
 *   const numbers = new BigInt64Array([37n]);
 *   machine.function(machine.place(code.bytes()))(addressOf(numbers.buffer), 0n);
 *   assert.equal(numbers[0], 42n);
 * }
 * ```
 */
export class Machine implements Disposable {
  readonly #library: SystemLibrary;
  readonly #mappings: Mapping[] = [];
  /** The widest vectors of AVX2, BMI2 and FMA, and of AVX-512, or undefined. */
  readonly vectorBits: VectorBits | undefined;

  /**
   * Opens the machine without asking for a permission.
   *
   * @throws {MachineCodeError} If there is no way to run code here, or it is not allowed.
   */
  constructor() {
    this.#library = openSystemLibrary();
    try {
      this.vectorBits = this.#vectorBits();
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Places code where it can run, until the machine is disposed of; every thread of the process may
   * call it there.
   *
   * @returns Its address.
   * @throws {MachineCodeError} If the system gives no such memory.
   */
  place(code: Uint8Array<ArrayBuffer>): bigint {
    const { mmap, memcpy, mprotect } = this.#library.symbols;
    const length = BigInt(code.byteLength);
    const bytes = (length + PAGE - 1n) / PAGE * PAGE;
    const address = mmap(0n, bytes, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0n);
    if (address >= LOWEST_FAILURE) throw refusal("memory", bytes);
    this.#mappings.push({ address, bytes });
    memcpy(address, code, length);
    if (mprotect(address, bytes, READ_EXECUTE) !== 0) throw refusal("executable memory", bytes);
    return address;
  }

  /**
   * What is placed at an address, to be called. A bare pointer takes Deno two microseconds to call
   * and a library's function a fourth of that: so `bsearch` in one element calls it, as it would
   * call a comparison.
   */
  function(address: bigint): MachineFunction {
    const { bsearch } = this.#library.symbols;
    return (first, second) => bsearch(first, second, 1n, 1n, address);
  }

  /**
   * Asks for huge pages in a range of memory, as NumPy does for its arrays: what lies far apart in it
   * then takes fewer entries of the processor's list of pages. A wish, which the system may have no
   * ear for.
   *
   * @param address Where the range begins, at the beginning of a page.
   * @param bytes Its length; it may reach beyond what is mapped there.
   */
  wishForHugePages(address: bigint, bytes: number): void {
    this.#library.symbols.madvise(address, BigInt(bytes), HUGE_PAGES);
  }

  /** Takes the code away; nothing may call it any more. */
  [Symbol.dispose](): void {
    for (const { address, bytes } of this.#mappings.splice(0)) {
      this.#library.symbols.munmap(address, bytes);
    }
    this.#library.close();
  }

  #vectorBits(): VectorBits | undefined {
    const answers = new Uint32Array(ANSWERS);
    this.function(this.place(askProcessor()))(addressOf(answers.buffer), 0n);
    const [basic, extended, saved] = answers;
    if (!hasBits(basic, FMA | OSXSAVE | AVX) || !hasBits(extended, AVX2 | BMI2)) return undefined;
    if (!hasBits(saved, SAVED_256)) return undefined;
    return hasBits(extended, AVX512F) && hasBits(saved, SAVED_512) ? 512 : 256;
  }
}

// What the processor answers: ecx of leaf 1, ebx of leaf 7, and what registers the system saves.
const FMA = 1 << 12;
const OSXSAVE = 1 << 27;
const AVX = 1 << 28;
const AVX2 = 1 << 5;
const BMI2 = 1 << 8;
const AVX512F = 1 << 16;
const SAVED_256 = 0x06;
const SAVED_512 = 0xe6;

function hasBits(answer: number, bits: number): boolean {
  return (answer & bits) === bits;
}

/**
 * The machine, or undefined where there is no way to run code, or it is not allowed.
 *
 * @example What one has to be ready for
 * ```ts
 * import { tryOpenMachine } from "@spmm/x86-64";
 * import assert from "node:assert/strict";
 *
 * using machine = tryOpenMachine();
 * assert.ok([undefined, 256, 512].includes(machine?.vectorBits));
 * ```
 */
export function tryOpenMachine(): Machine | undefined {
  try {
    return new Machine();
  } catch (error) {
    if (error instanceof MachineCodeError) return undefined;
    throw error;
  }
}

/**
 * Where a buffer begins, for code that takes an address. It holds while the buffer is alive and is
 * not resized.
 *
 * @example The address of a buffer that has one
 * ```ts
 * import { addressOf, Machine, tryOpenMachine } from "@spmm/x86-64";
 * import assert from "node:assert/strict";
 *
 * using machine = tryOpenMachine();
 * if (machine instanceof Machine) assert.ok(addressOf(new ArrayBuffer(8)) > 0n);
 * ```
 */
export function addressOf(buffer: ArrayBufferLike): bigint {
  return BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(buffer))));
}

/** Words that {@linkcode askProcessor} writes. */
const ANSWERS = 3;

/** Asks what the processor can, and what registers the system saves if it says that it does. */
function askProcessor(): Uint8Array<ArrayBuffer> {
  const { rax, rbx, rcx, rdi } = general;
  const code = new Assembler();
  const done = code.label("done");
  code.push(rbx);
  code.movNumber(rax, 7);
  code.movNumber(rcx, 0);
  code.cpuid();
  code.mov32To(at(rdi, { offset: 4 }), rbx);
  code.movNumber(rax, 1);
  code.movNumber(rcx, 0);
  code.cpuid();
  code.mov32To(at(rdi), rcx);
  code.and32Number(rcx, OSXSAVE);
  code.cmpNumber(rcx, 0);
  code.jcc("equal", done);
  code.movNumber(rcx, 0);
  code.xgetbv();
  code.mov32To(at(rdi, { offset: 8 }), rax);
  code.place(done);
  code.pop(rbx);
  code.ret();
  return code.bytes();
}

function refusal(needed: string, bytes: bigint): MachineCodeError {
  return new MachineCodeError(
    `Cannot place machine code: the system must give ${needed}: received none of ${bytes} bytes`,
  );
}
