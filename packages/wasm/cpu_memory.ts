import { DisposedError } from "@spmm/spmm";
import { MemoryExhaustedError } from "./errors.ts";
import { FreeList, roundUp } from "./free_list.ts";

const PAGE = 65536;
/**
 * Bytes of what processors and Linux call a huge page: a memory that grows by whole ones can be made
 * of them, where rows of B far apart are found without a search for their page.
 */
const HUGE_PAGE = 2 ** 21;
const MAX_PAGES = 65536;
/** Addresses below this are never handed out: 0 stands for "none" in kernels. */
const FIRST_ADDRESS = 1024;

/**
 * A piece of the linear memory with a lifetime. Its views are made afresh on each call, since
 * growing the memory may move it.
 */
export class CpuBuffer implements Disposable {
  readonly #memory: CpuMemory;
  readonly #address: number;
  #alive = true;

  /** Made by {@linkcode CpuMemory.allocate}. */
  constructor(memory: CpuMemory, address: number, readonly bytes: number) {
    this.#memory = memory;
    this.#address = address;
  }

  /** Where it begins in the linear memory; never 0. @throws {DisposedError} After disposal. */
  get address(): number {
    if (!this.#alive) {
      throw new DisposedError(`Cannot use a buffer of ${this.bytes} bytes: it was disposed of`);
    }
    return this.#address;
  }

  /** The whole buffer as f32; valid until the next allocation. */
  f32(): Float32Array<ArrayBufferLike> {
    return new Float32Array(this.#memory.bytes, this.address, this.bytes >>> 2);
  }

  /** The whole buffer as u32; valid until the next allocation. */
  u32(): Uint32Array<ArrayBufferLike> {
    return new Uint32Array(this.#memory.bytes, this.address, this.bytes >>> 2);
  }

  /** The whole buffer as bytes; valid until the next allocation. */
  u8(): Uint8Array<ArrayBufferLike> {
    return new Uint8Array(this.#memory.bytes, this.address, this.bytes);
  }

  /** Gives the memory back; a second call does nothing. */
  [Symbol.dispose](): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#memory.free(this.#address);
  }
}

/**
 * One WASM linear memory, grown on demand, and who holds what of it.
 *
 * @example A buffer that ends with its block
 * ```ts
 * import { CpuBuffer, CpuMemory } from "@spmm/wasm";
 * import assert from "node:assert/strict";
 *
 * const memory = new CpuMemory(false);
 * {
 *   using buffer = memory.allocate(4096, "a thousand numbers");
 *   assert.ok(buffer instanceof CpuBuffer);
 *   assert.equal(memory.bytesInUse, 4096);
 * }
 * assert.equal(memory.bytesInUse, 0);
 * ```
 */
export class CpuMemory {
  /** The WASM memory. */
  readonly handle: WebAssembly.Memory;
  readonly #free: FreeList;
  /** What it may grow to. */
  readonly maxBytes: number;
  #alive = true;

  /**
   * A memory of one page to begin with.
   *
   * @param shared Whether threads share it.
   * @param maxBytes What it may grow to, at most 4 GiB: all that 32-bit addresses reach.
   */
  constructor(readonly shared: boolean, maxBytes: number = MAX_PAGES * PAGE) {
    const maximum = Math.min(MAX_PAGES, Math.max(1, Math.floor(maxBytes / PAGE)));
    this.maxBytes = maximum * PAGE;
    this.handle = new WebAssembly.Memory({ initial: 1, maximum, shared });
    this.#free = new FreeList(FIRST_ADDRESS, PAGE);
  }

  /** The memory as it stands; growing may replace it. */
  get bytes(): ArrayBufferLike {
    return this.handle.buffer;
  }

  /** Bytes held by buffers that are alive. */
  get bytesInUse(): number {
    return this.#free.bytesInUse;
  }

  /**
   * A buffer nobody else holds. Its contents are whatever stood there.
   *
   * @param bytes Its size.
   * @param label What it will hold, for the message.
   * @throws {MemoryExhaustedError} If the memory cannot grow that far.
   * @throws {DisposedError} If the memory was released.
   */
  allocate(bytes: number, label: string): CpuBuffer {
    if (!this.#alive) {
      throw new DisposedError(`Cannot allocate ${label}: the device was disposed of`);
    }
    let address = this.#free.take(bytes);
    if (address === undefined) {
      this.#growFor(bytes, label);
      address = this.#free.take(bytes);
    }
    if (address === undefined) throw this.#exhausted(bytes, label);
    return new CpuBuffer(this, address, bytes);
  }

  /** Gives back an address; buffers call it when disposed of. */
  free(address: number): void {
    this.#free.give(address);
  }

  /** Ends the memory: no more allocations. */
  release(): void {
    this.#alive = false;
  }

  #growFor(bytes: number, label: string): void {
    const size = this.bytes.byteLength;
    const least = Math.ceil((size + roundUp(bytes) - this.#free.tail) / PAGE) * PAGE;
    if (least > this.maxBytes) throw this.#exhausted(bytes, label);
    const wanted = Math.min(this.maxBytes, Math.ceil(least / HUGE_PAGE) * HUGE_PAGE);
    try {
      this.handle.grow((wanted - size) / PAGE);
    } catch (error) {
      throw this.#exhausted(bytes, label, error);
    }
    this.#free.extend(this.bytes.byteLength);
  }

  #exhausted(bytes: number, label: string, cause?: unknown): MemoryExhaustedError {
    const room = this.maxBytes - this.bytes.byteLength + this.#free.tail;
    const available = cause === undefined ? Math.max(room, this.#free.largestHole) : 0;
    const error = new MemoryExhaustedError(
      `Cannot allocate ${label}: the largest piece left of the CPU device's ${this.maxBytes} bytes ` +
        `has ${available}; dispose of plans and matrices, or split the columns of B: received ${bytes} bytes`,
      bytes,
      available,
    );
    error.cause = cause;
    return error;
  }
}
