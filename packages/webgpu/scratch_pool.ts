import type { GpuBuffer } from "./gpu_buffer.ts";

/** A buffer for what a plan writes and reads within one multiplication. */
interface Shared {
  readonly buffer: GpuBuffer;
  plans: number;
}

/** The right to use a scratch buffer, to be given back with the plan. */
export interface ScratchLease {
  /** The buffer, shared with other plans. */
  readonly buffer: GpuBuffer;
  /** Gives the right up; the last one frees the buffer. */
  giveBack(): void;
}

/**
 * Scratch memory of a device, by name: plans that want no more than there is share one buffer, since
 * the queue runs their multiplications one after the other and WebGPU orders the passes between
 * them. So a hundred plans take the scratch of the largest, if it is made first, and at most that of
 * those which outgrew what was there.
 *
 * @example Two leases, one buffer
 * ```ts
 * import { ScratchPool, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   assert.ok(gpu.scratch instanceof ScratchPool);
 *   const large = await gpu.scratch.lease("sums", 1024);
 *   const small = await gpu.scratch.lease("sums", 16);
 *   assert.equal(small.buffer, large.buffer);
 *   large.giveBack();
 *   small.giveBack();
 * }
 * ```
 */
export class ScratchPool {
  readonly #shared = new Map<string, Shared[]>();
  readonly #allocate: (bytes: number, name: string) => Promise<GpuBuffer>;

  /**
   * A pool without buffers.
   *
   * @param allocate Makes a buffer of so many bytes.
   */
  constructor(allocate: (bytes: number, name: string) => Promise<GpuBuffer>) {
    this.#allocate = allocate;
  }

  /**
   * A buffer of at least `bytes` bytes, content undefined, shared with others of that name.
   *
   * @param name What it is for; passes that run one after the other may share a name.
   * @param bytes The least size.
   */
  async lease(name: string, bytes: number): Promise<ScratchLease> {
    const shared = this.#find(name, bytes) ?? await this.#add(name, bytes);
    shared.plans += 1;
    return { buffer: shared.buffer, giveBack: () => this.#giveBack(name, shared) };
  }

  #find(name: string, bytes: number): Shared | undefined {
    return this.#shared.get(name)?.find(({ buffer }) => buffer.bytes >= bytes);
  }

  async #add(name: string, bytes: number): Promise<Shared> {
    const shared = { buffer: await this.#allocate(bytes, name), plans: 0 };
    this.#shared.set(name, [...this.#shared.get(name) ?? [], shared]);
    return shared;
  }

  #giveBack(name: string, shared: Shared): void {
    shared.plans -= 1;
    if (shared.plans > 0) return;
    shared.buffer[Symbol.dispose]();
    this.#shared.set(name, (this.#shared.get(name) ?? []).filter((other) => other !== shared));
  }
}
