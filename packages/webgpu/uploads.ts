import type { GpuBuffer } from "./gpu_buffer.ts";
import type { GpuDevice } from "./gpu_device.ts";
import { stageWrite } from "./gpu_matrix.ts";
import type { Binding, BoundRange, DataBinding, PreparedArray } from "./gpu_pass.ts";
import { freshMemory, type HostMemory } from "./host_memory.ts";
import type { ScratchLease } from "./scratch_pool.ts";

/** A binding of what is written on the device. */
type PreparedBinding = Extract<Binding, { array: PreparedArray }>;

/** Arrays that go into one buffer, and where each begins. */
interface Bundle {
  readonly members: { readonly binding: DataBinding; readonly offset: number }[];
  bytes: number;
}

/** What arrays may share a buffer up to: copying so much together takes less than a write of its own. */
const BUNDLE_BYTES = 2 ** 17;
/** The most that WebGPU lets a device demand of where a binding begins. */
const ALIGNMENT = 256;
/** The least that WebGPU binds of the types that kernels declare. */
const LEAST_BYTES = 16;

/**
 * The buffers behind plans: an array is uploaded once however many passes and plans read it, and
 * freed with the last plan. Scratch is the device's, by name (`ScratchPool`).
 *
 * Making a buffer and writing to it cost some tens of microseconds each, however small it is, which
 * is what planning for a small matrix would mostly be: small arrays lie side by side in one buffer.
 *
 * ```text
 *   ┌ shape ┬ bias ──┬ turns ────────────┐    ┌ pairs ──────────────────┐
 *   └ 0     └ 256    └ 8448              ┘    └ 0                       ┘
 * ```
 */
export class Uploads {
  readonly #device: GpuDevice;
  #memory: HostMemory;
  readonly #buffers: GpuBuffer[] = [];
  readonly #places = new Map<ArrayBufferView, BoundRange>();
  readonly #prepared = new Map<PreparedArray, BoundRange>();
  readonly #scratch = new Map<string, ScratchLease>();
  readonly #outgrown: ScratchLease[] = [];
  #plans = 0;

  /**
   * Buffers for nothing yet.
   *
   * @param device The GPU.
   * @param memory Where small arrays are put side by side; until the arrays are forgotten.
   */
  constructor(device: GpuDevice, memory: HostMemory = freshMemory) {
    this.#device = device;
    this.#memory = memory;
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

  /**
   * Uploads the arrays of bindings that are not on the device yet, small ones together; they are
   * copied with what is submitted next.
   *
   * @returns Where each is, of the bindings that bring data.
   */
  async uploadAll(bindings: readonly Binding[]): Promise<BoundRange[]> {
    const brought = bindings.filter((binding) => "data" in binding);
    const bundles = this.#bundled(brought);
    for (const bundle of bundles) await this.#upload(bundle);
    return brought.flatMap(({ data }) => this.#places.get(data) ?? []);
  }

  /** Where a binding's array is; uploaded now if it is nowhere yet. */
  async upload(binding: DataBinding): Promise<BoundRange> {
    const known = this.#places.get(binding.data);
    if (known !== undefined) return known;
    const [range] = await this.uploadAll([binding]);
    return range;
  }

  /** Lets go of the arrays: what is uploaded from now on is uploaded anew. */
  forgetArrays(): void {
    this.#places.clear();
    this.#prepared.clear();
    this.#memory = freshMemory;
  }

  /** The memory of an array that is written on the device. */
  async prepared({ name, array }: PreparedBinding): Promise<BoundRange> {
    const known = this.#prepared.get(array);
    if (known !== undefined) return known;
    const buffer = await this.#device.allocate(array.bytes, GPUBufferUsage.STORAGE, name);
    this.#buffers.push(buffer);
    const range = { buffer };
    this.#prepared.set(array, range);
    return range;
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

  #bundled(bindings: readonly DataBinding[]): Bundle[] {
    const most = Math.min(BUNDLE_BYTES, this.#device.limits.maxBufferSize);
    const bundles: Bundle[] = [];
    const taken = new Set<ArrayBufferView>();
    for (const binding of bindings) {
      if (this.#places.has(binding.data) || taken.has(binding.data)) continue;
      taken.add(binding.data);
      const bytes = boundBytes(binding);
      let bundle = bundles.find((bundle) => aligned(bundle.bytes) + bytes <= most);
      if (bundle === undefined) bundles.push(bundle = { members: [], bytes: 0 });
      const offset = aligned(bundle.bytes);
      bundle.members.push({ binding, offset });
      bundle.bytes = offset + bytes;
    }
    return bundles;
  }

  async #upload({ members, bytes }: Bundle): Promise<void> {
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const label = members.map(({ binding }) => binding.name).join(", ");
    const buffer = await this.#device.allocate(bytes, usage, label);
    this.#buffers.push(buffer);
    stageWrite(this.#device, buffer, this.#joined(members, bytes));
    for (const { binding, offset } of members) {
      this.#places.set(binding.data, { buffer, offset, size: boundBytes(binding) });
    }
  }

  /** The contents of a bundle; a single array's own, which is not copied. */
  #joined(members: Bundle["members"], bytes: number): ArrayBufferView {
    const [only, ...others] = members;
    if (others.length === 0) return only.binding.data;
    const content = this.#memory.take(bytes);
    let end = 0;
    for (const { binding: { data }, offset } of members) {
      content.fill(0, end, offset);
      content.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
      end = offset + data.byteLength;
    }
    return content.fill(0, end);
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/** Whole words, and never nothing. */
function boundBytes({ data }: DataBinding): number {
  return Math.max(LEAST_BYTES, Math.ceil(data.byteLength / 4) * 4);
}
