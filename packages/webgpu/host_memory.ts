/** Where a kernel packs an encoding before it is uploaded. */
export interface HostMemory {
  /**
   * Memory of so many bytes, its content undefined.
   *
   * @param bytes How many.
   */
  take(bytes: number): Uint8Array<ArrayBuffer>;
}

/** Memory of its own for each array, of zeros: for designs that are kept. */
export const freshMemory: HostMemory = {
  take: (bytes) => new Uint8Array(bytes),
};

/** So that views of any type can begin there. */
const ALIGNMENT = 16;
const LEAST_CHUNK = 2 ** 20;
/** Larger memory goes back to the system with its plan. */
const LARGEST_KEPT = 2 ** 26;

/**
 * Memory that one plan after the other packs into. The system hands out fresh memory page by page,
 * cleared, on the first touch of each: of packing 100 000 non-zeros that is more than half the time.
 */
export class RecycledMemory implements HostMemory {
  #chunk = new ArrayBuffer(0);
  #used = 0;

  /** Memory that no one else has until {@linkcode RecycledMemory.recycle}. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    if (this.#used + bytes > this.#chunk.byteLength) {
      this.#chunk = new ArrayBuffer(Math.max(LEAST_CHUNK, bytes, 2 * this.#chunk.byteLength));
      this.#used = 0;
    }
    const taken = new Uint8Array(this.#chunk, this.#used, bytes);
    this.#used = Math.ceil((this.#used + bytes) / ALIGNMENT) * ALIGNMENT;
    return taken;
  }

  /** All that was taken may be taken again: nobody reads it any more. */
  recycle(): void {
    this.#used = 0;
    if (this.#chunk.byteLength > LARGEST_KEPT) this.#chunk = new ArrayBuffer(0);
  }
}

/**
 * Memory for plans that are made at the same time, each its own; one is kept for the next.
 *
 * @example The same memory, one after the other
 * ```ts
 * import { HostMemoryPool } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * const pool = new HostMemoryPool();
 * const first = await pool.lend((memory) => Promise.resolve(memory.take(8)));
 * const second = await pool.lend((memory) => Promise.resolve(memory.take(8)));
 * assert.equal(second.buffer, first.buffer);
 * ```
 */
export class HostMemoryPool {
  #idle: RecycledMemory | undefined;

  /**
   * Runs an action with memory of its own, which must have no readers when the action is done.
   *
   * @param use The action.
   */
  async lend<Result>(use: (memory: HostMemory) => Promise<Result>): Promise<Result> {
    const memory = this.#idle ?? new RecycledMemory();
    this.#idle = undefined;
    try {
      return await use(memory);
    } finally {
      memory.recycle();
      this.#idle = memory;
    }
  }
}
