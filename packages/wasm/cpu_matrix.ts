import { type Dense, dense, type DenseData } from "@spmm/formats";
import type { DeviceMatrix, Storage } from "@spmm/spmm";
import { ShapeError } from "@spmm/spmm";
import type { CpuDevice } from "./cpu_device.ts";
import type { CpuBuffer } from "./cpu_memory.ts";

/**
 * A dense matrix in the CPU device's linear memory, row-major and without padding. Products of such
 * matrices stay there, so that the layers of a network need no copies in between.
 *
 * With `f16` storage its elements are f16 numbers kept in f32 words: WASM cannot load f16, so the
 * rounding is kept and the bytes are not saved.
 *
 * @example To the device and back
 * ```ts
 * import { CpuMatrix, openCpu } from "@spmm/wasm";
 * import { dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * await using cpu = await openCpu({ threads: 1 });
 * using b = cpu.upload(dense(1, 2, new Float32Array([0.5, -2])));
 * assert.ok(b instanceof CpuMatrix);
 * assert.deepEqual([...b.read().data], [0.5, -2]);
 * ```
 */
export class CpuMatrix implements DeviceMatrix {
  /** In the linear memory, not in a host array. */
  readonly location = "device";
  readonly #buffer: CpuBuffer;

  /** Made by {@linkcode CpuDevice.matrix}. */
  constructor(
    readonly device: CpuDevice,
    readonly rows: number,
    readonly cols: number,
    readonly storage: Storage,
    buffer: CpuBuffer,
  ) {
    this.#buffer = buffer;
  }

  /** Where element (0, 0) stands in the linear memory. @throws {DisposedError} After disposal. */
  get address(): number {
    return this.#buffer.address;
  }

  /**
   * Overwrites the matrix with one from the host, rounded to f16 where that is its storage.
   *
   * @throws {ShapeError} If the shapes differ.
   */
  write(source: Dense): void {
    this.#checkShape(source);
    const elements = this.#elements();
    elements.set(this.storage === "f16" ? f16(source.data) : source.data);
  }

  /**
   * The matrix on the host: Float16Array for `f16` storage, Float32Array for `f32`.
   *
   * @param target Where to write it; a new matrix where absent.
   * @throws {ShapeError} If the shapes differ.
   */
  read(target?: Dense): Dense {
    const elements = this.#elements();
    if (target === undefined) {
      const copy = this.storage === "f16" ? new Float16Array(elements) : elements.slice();
      return dense(this.rows, this.cols, copy);
    }
    this.#checkShape(target);
    target.data.set(elements);
    return target;
  }

  /** Rounds every element to its storage, as a kernel that sums in f32 does in the end. */
  round(): void {
    if (this.storage === "f32") return;
    const elements = this.#elements();
    elements.set(new Float16Array(elements));
  }

  /** Gives the memory back; a second call does nothing. */
  [Symbol.dispose](): void {
    this.#buffer[Symbol.dispose]();
  }

  #elements(): Float32Array<ArrayBufferLike> {
    return this.#buffer.f32().subarray(0, this.rows * this.cols);
  }

  #checkShape({ rows, cols }: Dense): void {
    if (rows === this.rows && cols === this.cols) return;
    throw new ShapeError(
      `Cannot copy a matrix: it must be ${this.rows}x${this.cols}: received ${rows}x${cols}`,
    );
  }
}

function f16(data: DenseData): Float16Array<ArrayBufferLike> {
  return data instanceof Float16Array ? data : new Float16Array(data);
}
