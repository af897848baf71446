import type { GpuBuffer, MemoryUse } from "./gpu_buffer.ts";

/** Part of a buffer, which is nobody else's. */
export interface SlabRange {
  /** The buffer. */
  readonly buffer: GpuBuffer;
  /** Where the part begins, in bytes. */
  readonly offset: number;
  /** Gives the part up; the last one of a slab that is full frees it. */
  giveBack(): void;
}

interface Slab {
  readonly buffer: GpuBuffer;
  /** Bytes handed out, from the beginning on. */
  end: number;
  /** Parts not given back. */
  ranges: number;
}

/** The most that WebGPU lets a device demand of where a binding begins. */
const ALIGNMENT = 256;

/** The first place from there on where a binding may begin. */
export function alignedPlace(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/**
 * Large buffers, slabs, that small arrays are cut from: making a buffer takes longer than all else
 * about a small one.
 *
 * ```text
 *   slab   ┌ a plan ┬ another ┬ · · · · · · ┐     cut from the left, each part once only:
 *          └ 0      └ 4096    └ 9216        ┘     what was recorded reads what it was recorded for
 * ```
 *
 * A slab is freed when it is full and all of its parts were given back; the one that is cut from
 * stays with the device.
 *
 * @example Two parts of one slab
 * ```ts
 * import { SlabPool, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   assert.ok(gpu.slabs instanceof SlabPool);
 *   const first = await gpu.slabs.take(16);
 *   const second = await gpu.slabs.take(16);
 *   assert.equal(second.buffer, first.buffer);
 *   assert.equal(second.offset - first.offset, 256);
 *   assert.equal(gpu.memory.bytes, 32);
 *   first.giveBack();
 *   second.giveBack();
 * }
 * ```
 */
export class SlabPool {
  /** Bytes of a slab, and the most that can be taken. */
  readonly bytes: number;
  readonly #allocate: (bytes: number) => Promise<GpuBuffer>;
  readonly #use: MemoryUse;
  #current: Slab | undefined;

  /**
   * A pool without slabs.
   *
   * @param bytes Bytes of a slab.
   * @param allocate Makes a buffer of so many bytes.
   * @param use Where parts are counted as buffers.
   */
  constructor(bytes: number, allocate: (bytes: number) => Promise<GpuBuffer>, use: MemoryUse) {
    this.bytes = bytes;
    this.#allocate = allocate;
    this.#use = use;
  }

  /**
   * A part of a slab that a binding may begin at, holding zeros.
   *
   * @param bytes Its size; at most that of a slab.
   */
  async take(bytes: number): Promise<SlabRange> {
    const current = this.#current;
    if (current !== undefined && current.end + bytes <= this.bytes) {
      return this.#cut(current, bytes);
    }
    const next: Slab = { buffer: await this.#allocate(this.bytes), end: 0, ranges: 0 };
    const full = this.#current;
    this.#current = next;
    if (full !== undefined) this.#freeUnused(full);
    return this.#cut(next, bytes);
  }

  #cut(slab: Slab, bytes: number): SlabRange {
    const offset = slab.end;
    slab.end = alignedPlace(offset + bytes);
    slab.ranges += 1;
    this.#use.buffers += 1;
    this.#use.bytes += bytes;
    return {
      buffer: slab.buffer,
      offset,
      giveBack: () => {
        slab.ranges -= 1;
        this.#use.buffers -= 1;
        this.#use.bytes -= bytes;
        this.#freeUnused(slab);
      },
    };
  }

  #freeUnused(slab: Slab): void {
    if (slab !== this.#current && slab.ranges === 0) slab.buffer[Symbol.dispose]();
  }
}
