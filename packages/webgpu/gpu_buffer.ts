import { DisposedError } from "@spmm/spmm";

/** Counts what is allocated, so that leaks show. */
export interface MemoryUse {
  /** Buffers alive. */
  buffers: number;
  /** Their bytes. */
  bytes: number;
}

/**
 * A buffer with a lifetime: alive until disposed of, counted in the device's memory use.
 *
 * @example Freed at the end of its block
 * ```ts
 * import { GpuBuffer, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   {
 *     using buffer = await gpu.allocate(64, GPUBufferUsage.STORAGE, "sums");
 *     assert.ok(buffer instanceof GpuBuffer);
 *     assert.equal(gpu.memory.bytes, 64);
 *   }
 *   assert.equal(gpu.memory.bytes, 0);
 * }
 * ```
 */
export class GpuBuffer implements Disposable {
  readonly #handle: GPUBuffer;
  readonly #use: MemoryUse;
  #alive = true;

  /** Made by {@linkcode GpuDevice.allocate}, which checks sizes and catches a full memory. */
  constructor(handle: GPUBuffer, use: MemoryUse) {
    this.#handle = handle;
    this.#use = use;
    use.buffers += 1;
    use.bytes += handle.size;
  }

  /** The WebGPU buffer. @throws {DisposedError} After disposal. */
  get handle(): GPUBuffer {
    if (!this.#alive) {
      throw new DisposedError(`Cannot use buffer ${this.#handle.label}: it was disposed of`);
    }
    return this.#handle;
  }

  /** Size in bytes, padding included. */
  get bytes(): number {
    return this.#handle.size;
  }

  /** Frees the memory; a second call does nothing. */
  [Symbol.dispose](): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#use.buffers -= 1;
    this.#use.bytes -= this.#handle.size;
    this.#handle.destroy();
  }
}
