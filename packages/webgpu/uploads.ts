import type { GpuBuffer } from "./gpu_buffer.ts";
import type { GpuDevice } from "./gpu_device.ts";
import { writeBuffer } from "./gpu_matrix.ts";
import type { Binding } from "./gpu_pass.ts";

/**
 * The buffers behind plans: an array is uploaded once however many passes and plans read it, and
 * freed with the last plan. Scratch is shared by name among the passes of one part.
 */
export class Uploads {
  readonly #device: GpuDevice;
  readonly #buffers: GpuBuffer[] = [];
  readonly #byArray = new Map<ArrayBufferView, GpuBuffer>();
  #scratch = new Map<string, GpuBuffer>();
  #plans = 0;

  constructor(device: GpuDevice) {
    this.#device = device;
  }

  /** Counts a plan in. */
  retain(): void {
    this.#plans += 1;
  }

  /** Counts a plan out; the last one frees the buffers. */
  release(): void {
    this.#plans -= 1;
    if (this.#plans > 0) return;
    for (const buffer of this.#buffers) buffer[Symbol.dispose]();
  }

  /** Begins a part of a plan, whose scratch is its own. */
  beginPart(): void {
    this.#scratch = new Map();
  }

  /** The buffer that holds a binding's array. */
  async upload(
    { role, name, data }: Extract<Binding, { data: ArrayBufferView }>,
  ): Promise<GpuBuffer> {
    const known = this.#byArray.get(data);
    if (known !== undefined) return known;
    const usage = role === "uniform" ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE;
    const buffer = await this.#allocate(data.byteLength, usage | GPUBufferUsage.COPY_DST, name);
    writeBuffer(this.#device, buffer, data);
    this.#byArray.set(data, buffer);
    return buffer;
  }

  /** The part's scratch of that name. */
  async scratch(name: string, bytes: number): Promise<GpuBuffer> {
    const known = this.#scratch.get(name);
    if (known !== undefined) return known;
    const buffer = await this.#allocate(bytes, GPUBufferUsage.STORAGE, name);
    this.#scratch.set(name, buffer);
    return buffer;
  }

  async #allocate(bytes: number, usage: GPUBufferUsageFlags, name: string): Promise<GpuBuffer> {
    const buffer = await this.#device.allocate(bytes, usage, name);
    this.#buffers.push(buffer);
    return buffer;
  }
}
