import type { GpuBuffer, GpuDevice } from "@spmm/webgpu";
import { BOUNDARY_WORDS } from "./compaction_code.ts";

/** What a run of inputs needs on the device besides weights. */
export interface FeatureBuffers {
  /** Two features that stages read and write in turn: a row per neuron, `stride` slots. */
  readonly features: readonly [GpuBuffer, GpuBuffer];
  /** Two lists of live slots and their inputs, in turn. */
  readonly live: readonly [GpuBuffer, GpuBuffer];
  readonly flags: GpuBuffer;
  readonly boundaries: GpuBuffer;
  readonly retired: GpuBuffer;
}

/** Slots are handled in blocks of this many, a multiple of what any kernel takes at once. */
const SLOT_BLOCK = 32;

/** Bytes that a slot takes. */
export function bytesPerSlot(rows: number): number {
  // Two features, two lists of two numbers, flags, the retired.
  return 2 * 4 * rows + 2 * 2 * 4 + 4 + 4;
}

/** The most slots that a device and a budget allow, a multiple of 32; 0 where not even those fit. */
export function mostSlots(device: GpuDevice, rows: number, budget: number): number {
  const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
  const binding = Math.min(maxStorageBufferBindingSize, maxBufferSize) / (4 * Math.max(2, rows));
  const slots = Math.min(binding, budget / bytesPerSlot(rows));
  return Math.floor(slots / SLOT_BLOCK) * SLOT_BLOCK;
}

/** Slots for so many inputs. */
export function slotsFor(inputs: number): number {
  return Math.ceil(inputs / SLOT_BLOCK) * SLOT_BLOCK;
}

/** The buffers for some slots, allocated together. */
export class FeatureStore implements Disposable, FeatureBuffers {
  readonly features: readonly [GpuBuffer, GpuBuffer];
  readonly live: readonly [GpuBuffer, GpuBuffer];
  readonly flags: GpuBuffer;
  readonly boundaries: GpuBuffer;
  readonly retired: GpuBuffer;
  /** Inputs there is room for: columns of a row of features. */
  readonly stride: number;

  /** Made by {@linkcode allocateFeatures}. */
  constructor(buffers: FeatureBuffers, stride: number) {
    this.features = buffers.features;
    this.live = buffers.live;
    this.flags = buffers.flags;
    this.boundaries = buffers.boundaries;
    this.retired = buffers.retired;
    this.stride = stride;
  }

  /** Device bytes held. */
  get bytes(): number {
    return this.#all().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Frees the buffers. */
  [Symbol.dispose](): void {
    for (const buffer of this.#all()) buffer[Symbol.dispose]();
  }

  #all(): GpuBuffer[] {
    return [...this.features, ...this.live, this.flags, this.boundaries, this.retired];
  }
}

/**
 * Allocates what a run needs.
 *
 * @param device The GPU.
 * @param rows Rows of the largest features.
 * @param stride Slots.
 * @param boundaries Boundaries, the one before the first stage included.
 * @throws {OutOfMemoryError} If the device has no room; nothing stays allocated then.
 */
export async function allocateFeatures(
  device: GpuDevice,
  rows: number,
  stride: number,
  boundaries: number,
): Promise<FeatureStore> {
  const held: GpuBuffer[] = [];
  const hold = async (bytes: number, label: string, usage = 0): Promise<GpuBuffer> => {
    const common = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC;
    const buffer = await device.allocate(bytes, common | usage, label);
    held.push(buffer);
    return buffer;
  };
  try {
    const boundaryBytes = 4 * BOUNDARY_WORDS * boundaries;
    return new FeatureStore({
      features: [
        await hold(4 * rows * stride, "features"),
        await hold(4 * rows * stride, "features"),
      ],
      live: [await hold(8 * stride, "live inputs"), await hold(8 * stride, "live inputs")],
      flags: await hold(4 * stride, "flags"),
      boundaries: await hold(boundaryBytes, "boundaries", GPUBufferUsage.INDIRECT),
      retired: await hold(4 * (stride + 1), "retired inputs"),
    }, stride);
  } catch (error) {
    for (const buffer of held) buffer[Symbol.dispose]();
    throw error;
  }
}
