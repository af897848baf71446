import type { GpuBuffer, GpuDevice } from "@spmm/webgpu";
import { NetworkError } from "../errors.ts";
import { bytesOfArrays, type StageArray, type StageDesign } from "./stage_design.ts";

/** A part of a buffer that holds an array of weights. */
export interface WeightRange {
  readonly buffer: GpuBuffer;
  readonly offset: number;
  readonly size: number;
}

/** Stages whose weights are on the device together. */
export interface WeightWindow {
  /** The stages, by number. */
  readonly stages: readonly number[];
  /** Where the arrays of each of them are. */
  readonly ranges: readonly (readonly WeightRange[])[];
}

/**
 * Weights on the device: all of them where they fit a budget, else window after window through two
 * buffers, so that one is written while the other is read (Hidayetoğlu et al. §III-D).
 *
 * ```text
 *  resident   [ stage 0 ] [ stage 1 ] [ stage 2 ] …      a buffer each, written once
 *  streamed   [ stages 0–4 ] [ stages 5–7 ]              written again for every chunk:
 *             [ stages 8–9 ] [ stages 10–… ]             two buffers in turn
 * ```
 */
export class WeightStore implements Disposable {
  readonly windows: readonly WeightWindow[];
  /** Whether windows must be written before they are used. */
  readonly streamed: boolean;
  /** Device bytes held. */
  readonly bytes: number;
  readonly #device: GpuDevice;
  readonly #buffers: readonly GpuBuffer[];
  readonly #stages: readonly StageDesign[];

  /** Made by {@linkcode storeWeights}. */
  constructor(
    device: GpuDevice,
    stages: readonly StageDesign[],
    windows: readonly WeightWindow[],
    buffers: readonly GpuBuffer[],
    streamed: boolean,
  ) {
    this.#device = device;
    this.#stages = stages;
    this.windows = windows;
    this.#buffers = buffers;
    this.streamed = streamed;
    this.bytes = buffers.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Writes a window's weights to the device; returns the seconds that the host spent on it. */
  write({ stages, ranges }: WeightWindow): number {
    const start = performance.now();
    stages.forEach((stage, i) => {
      this.#stages[stage].arrays.forEach((array, j) => {
        const { buffer, offset } = ranges[i][j];
        if (array.length > 0) {
          this.#device.handle.queue.writeBuffer(buffer.handle, offset, array);
        }
      });
    });
    return (performance.now() - start) / 1e3;
  }

  /** Frees the buffers. */
  [Symbol.dispose](): void {
    for (const buffer of this.#buffers) buffer[Symbol.dispose]();
  }
}

/**
 * Allocates the weights' buffers and, where all fit, writes them.
 *
 * @param device The GPU.
 * @param stages The stages.
 * @param budget Bytes that weights may take.
 * @throws {NetworkError} If two of the largest stages do not fit the budget.
 * @throws {OutOfMemoryError} If the device has no room.
 */
export async function storeWeights(
  device: GpuDevice,
  stages: readonly StageDesign[],
  budget: number,
): Promise<WeightStore> {
  const { minStorageBufferOffsetAlignment: alignment, maxBufferSize } = device.limits;
  checkSizes(stages, device.limits.maxStorageBufferBindingSize);
  const layouts = stages.map(({ arrays }) => layOut(arrays, alignment));
  const total = layouts.reduce((sum, { bytes }) => sum + bytes, 0);
  const streamed = total > budget;
  const most = Math.min(maxBufferSize, streamed ? Math.floor(budget / 2) : 0);
  const groups = groupStages(stages, layouts.map(({ bytes }) => bytes), most, streamed);
  const largest = groups.reduce((bytes, group) => Math.max(bytes, group.bytes), 0);
  const buffers: GpuBuffer[] = [];
  try {
    const sizes = streamed ? [largest, largest] : groups.map(({ bytes }) => bytes);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    for (const bytes of sizes) buffers.push(await device.allocate(bytes, usage, "weights"));
  } catch (error) {
    for (const buffer of buffers) buffer[Symbol.dispose]();
    throw error;
  }
  const windows = groups.map((group, w): WeightWindow => {
    const buffer = buffers[streamed ? w % 2 : w];
    let start = 0;
    const ranges = group.stages.map((stage) => {
      const { offsets, sizes, bytes } = layouts[stage];
      const placed = offsets.map((offset, i) => ({
        buffer,
        offset: start + offset,
        size: sizes[i],
      }));
      start += bytes;
      return placed;
    });
    return { stages: group.stages, ranges };
  });
  const store = new WeightStore(device, stages, windows, buffers, streamed);
  if (!streamed) {
    await device.guarded("write weights", () => windows.forEach((w) => store.write(w)));
  }
  return store;
}

function checkSizes(stages: readonly StageDesign[], limit: number): void {
  for (const { firstLayer, arrays } of stages) {
    const largest = arrays.reduce((bytes, { byteLength }) => Math.max(bytes, byteLength), 0);
    if (largest > limit) {
      throw new NetworkError(
        `Cannot plan the network: layer ${firstLayer}'s weights must fit the device's largest ` +
          `binding of ${limit} bytes: received ${largest} bytes`,
      );
    }
  }
}

interface StageLayout {
  readonly offsets: readonly number[];
  readonly sizes: readonly number[];
  readonly bytes: number;
}

function layOut(arrays: readonly StageArray[], alignment: number): StageLayout {
  let bytes = 0;
  const sizes = arrays.map(({ byteLength }) => Math.max(16, byteLength));
  const offsets = sizes.map((size) => {
    const offset = bytes;
    bytes += Math.ceil(size / alignment) * alignment;
    return offset;
  });
  return { offsets, sizes, bytes };
}

function groupStages(
  stages: readonly StageDesign[],
  bytes: readonly number[],
  most: number,
  streamed: boolean,
): { stages: number[]; bytes: number }[] {
  const groups: { stages: number[]; bytes: number }[] = [];
  stages.forEach(({ firstLayer, endLayer, arrays }, stage) => {
    if (streamed && bytes[stage] > most) {
      const layers = endLayer === firstLayer + 1
        ? `layer ${firstLayer}`
        : `layers ${firstLayer} to ${endLayer - 1}`;
      throw new NetworkError(
        `Cannot plan the network: half of what the budget leaves for weights must hold ${layers}, ` +
          `${bytesOfArrays(arrays)} bytes: received ${most} bytes`,
      );
    }
    const group = groups.at(-1);
    if (streamed && group !== undefined && group.bytes + bytes[stage] <= most) {
      group.stages.push(stage);
      group.bytes += bytes[stage];
    } else groups.push({ stages: [stage], bytes: bytes[stage] });
  });
  return groups;
}
