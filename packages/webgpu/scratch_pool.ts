import type { GpuBuffer } from "./gpu_buffer.ts";

/** A buffer for what a plan writes and reads within one multiplication. */
interface Shared {
  readonly buffer: GpuBuffer;
  plans: number;
}

/** The right to use a scratch buffer, to be given back with the plan. */
export interface ScratchLease {
  readonly buffer: GpuBuffer;
  giveBack(): void;
}

/**
 * Scratch memory of a device, by name: plans that want no more than there is share one buffer, since
 * the queue runs their multiplications one after the other and WebGPU orders the passes between
 * them. So a hundred plans take the scratch of the largest, if it is made first, and at most that of
 * those which outgrew what was there.
 */
export class ScratchPool {
  readonly #shared = new Map<string, Shared[]>();
  readonly #allocate: (bytes: number, name: string) => Promise<GpuBuffer>;

  constructor(allocate: (bytes: number, name: string) => Promise<GpuBuffer>) {
    this.#allocate = allocate;
  }

  /** A buffer of at least `bytes` bytes, content undefined, shared with others of that name. */
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
