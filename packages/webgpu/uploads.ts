import type { GpuBuffer } from "./gpu_buffer.ts";
import type { GpuDevice } from "./gpu_device.ts";
import { writeBuffer } from "./gpu_matrix.ts";
import type { ScratchLease } from "./scratch_pool.ts";
import type { Binding } from "./gpu_pass.ts";

/**
 * The buffers behind plans: an array is uploaded once however many passes and plans read it, and
 * freed with the last plan. Scratch is the device's, by name (`ScratchPool`).
 */
export class Uploads {
  readonly #device: GpuDevice;
  readonly #buffers: GpuBuffer[] = [];
  readonly #byArray = new Map<ArrayBufferView, GpuBuffer>();
  readonly #scratch = new Map<string, ScratchLease>();
  readonly #outgrown: ScratchLease[] = [];
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
    for (const lease of [...this.#scratch.values(), ...this.#outgrown]) lease.giveBack();
  }

  /** The buffer that holds a binding's array. */
  async upload(
    { role, name, data }: Extract<Binding, { data: ArrayBufferView }>,
  ): Promise<GpuBuffer> {
    const known = this.#byArray.get(data);
    if (known !== undefined) return known;
    const usage = role === "uniform" ? GPUBufferUsage.UNIFORM : GPUBufferUsage.STORAGE;
    const bytes = data.byteLength;
    const buffer = await this.#device.allocate(bytes, usage | GPUBufferUsage.COPY_DST, name);
    this.#buffers.push(buffer);
    writeBuffer(this.#device, buffer, data);
    this.#byArray.set(data, buffer);
    return buffer;
  }

  /** Scratch of that name: parts of a plan run one after the other, and share it too. */
  async scratch(name: string, bytes: number): Promise<GpuBuffer> {
    const known = this.#scratch.get(name);
    if (known !== undefined && known.buffer.bytes >= bytes) return known.buffer;
    const lease = await this.#device.scratch.lease(name, bytes);
    if (known !== undefined) this.#outgrown.push(known);
    this.#scratch.set(name, lease);
    return lease.buffer;
  }
}
