import type { Device, DevicePeaks } from "@spmm/spmm";
import { DisposedError, UnsupportedError } from "@spmm/spmm";
import {
  DeviceLostError,
  NoAdapterError,
  OutOfMemoryError,
  TooLargeError,
  ValidationError,
} from "./errors.ts";
import { GpuBuffer, type MemoryUse } from "./gpu_buffer.ts";
import { HostMemoryPool } from "./host_memory.ts";
import { type GpuLimits, readLimits, requestedLimits } from "./limits.ts";
import { matrixFeature, matrixThreads } from "./matrix_units.ts";
import { measurePeaks } from "./peaks.ts";
import { PipelineCache } from "./pipeline_cache.ts";
import { ScratchPool } from "./scratch_pool.ts";

/** How to choose a GPU and how much of it to use. */
export interface OpenGpuOptions {
  /** Which of several adapters the system should prefer; `high-performance` where absent. */
  readonly powerPreference?: GPUPowerPreference;
  /** Limits to plan against, lower than the device's own: to share a GPU, or to test splitting. */
  readonly limits?: Partial<GpuLimits>;
}

const OPTIONAL_FEATURES = ["shader-f16", "timestamp-query"] as const;

/**
 * Opens the system's GPU with all the limits its adapter has, and with f16, timestamps and units
 * that multiply matrices where it has them.
 *
 * @throws {NoAdapterError} If WebGPU is absent or no adapter answers.
 *
 * @example Open, look, close
 * ```ts
 * import { NoAdapterError, openGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * try {
 *   await using gpu = await openGpu();
 *   assert.ok(gpu.limits.maxBufferSize > 0);
 * } catch (error) {
 *   assert.ok(error instanceof NoAdapterError);
 * }
 * ```
 */
export async function openGpu(options: OpenGpuOptions = {}): Promise<GpuDevice> {
  // `navigator.gpu` is absent in browsers and runtimes that lack WebGPU, whatever its type says.
  const gpu: GPU | undefined = globalThis.navigator?.gpu;
  const adapter = await gpu?.requestAdapter({
    powerPreference: options.powerPreference ?? "high-performance",
  });
  if (!adapter) {
    throw new NoAdapterError(
      "Cannot open a GPU: no WebGPU adapter answered: install a Vulkan, Metal or Direct3D 12 driver " +
        "(on Debian without a GPU: mesa-vulkan-drivers), or use the CPU kernels",
    );
  }
  const features = OPTIONAL_FEATURES.filter((feature) => adapter.features.has(feature));
  const handle = await adapter.requestDevice({
    requiredFeatures: [...features, ...matrixFeature(adapter)],
    requiredLimits: requestedLimits(adapter),
  });
  const limits = readLimits(handle.limits, matrixThreads(adapter.info, handle), options.limits);
  return new GpuDevice(adapter.info, handle, limits);
}

/**
 * {@linkcode openGpu}, with undefined in place of the error where no adapter answers.
 *
 * @param options As for `openGpu`.
 *
 * @example Go on without
 * ```ts
 * import { tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * assert.ok(gpu === undefined || gpu.kind === "webgpu");
 * ```
 */
export async function tryOpenGpu(options: OpenGpuOptions = {}): Promise<GpuDevice | undefined> {
  try {
    return await openGpu(options);
  } catch (error) {
    if (error instanceof NoAdapterError) return undefined;
    throw error;
  }
}

/** Bytes of staging copies that may wait for a submission. */
const MOST_STAGED_BYTES = 2 ** 22;

/**
 * An open GPU: its limits, memory, pipelines and the faults that arrive out of band.
 *
 * @example What is held
 * ```ts
 * import { gpuMatrix, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   using _matrix = await gpuMatrix(gpu, 8, 8);
 *   assert.deepEqual(gpu.memory, { buffers: 1, bytes: 256 });
 * }
 * ```
 */
export class GpuDevice implements Device {
  readonly kind = "webgpu";
  readonly name: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** The limits plans are made against. */
  readonly limits: GpuLimits;
  /** Compiled pipelines by WGSL text. */
  readonly pipelines: PipelineCache;
  /** Memory that plans share, for what does not outlive a multiplication. */
  readonly scratch: ScratchPool;
  /** Memory of the host to pack encodings in. */
  readonly hostMemory: HostMemoryPool = new HostMemoryPool();
  /** Buffers alive and their bytes. */
  readonly memory: Readonly<MemoryUse>;
  readonly #memory: MemoryUse = { buffers: 0, bytes: 0 };
  readonly #handle: GPUDevice;
  #peaks: Promise<DevicePeaks> | undefined;
  #fault: Error | undefined;
  #disposed = false;
  #stagedBytes = 0;

  /** Made by {@linkcode openGpu}. */
  constructor(info: GPUAdapterInfo, handle: GPUDevice, limits: GpuLimits) {
    this.#handle = handle;
    this.limits = limits;
    this.memory = this.#memory;
    this.pipelines = new PipelineCache(handle);
    this.scratch = new ScratchPool((bytes, name) =>
      this.allocate(bytes, GPUBufferUsage.STORAGE, name)
    );
    this.name = nameOf(info);
    this.facts = {
      vendor: info.vendor,
      architecture: info.architecture,
      device: info.device,
      description: info.description,
      subgroupMinSize: info.subgroupMinSize,
      subgroupMaxSize: info.subgroupMaxSize,
      f16: this.hasF16,
      timestamps: this.hasTimestamps,
      ...limits,
    };
    handle.lost.then(({ message }) => this.#loseDevice(message));
    handle.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      if (event instanceof GPUUncapturedErrorEvent) {
        this.#fault ??= typedError(event.error, "run submitted work");
      }
    });
  }

  /** Whether kernels may store f16. */
  get hasF16(): boolean {
    return this.#handle.features.has("shader-f16");
  }

  /** Whether the GPU can take timestamps. */
  get hasTimestamps(): boolean {
    return this.#handle.features.has("timestamp-query");
  }

  /**
   * The WebGPU device.
   *
   * @throws {DisposedError} After disposal.
   * @throws {DeviceLostError} After the device was lost.
   * @throws {OutOfMemoryError | ValidationError} If an earlier command failed out of band.
   */
  get handle(): GPUDevice {
    this.checkHealth();
    return this.#handle;
  }

  /** Throws what {@linkcode GpuDevice.handle} would: the first fault since the device was opened. */
  checkHealth(): void {
    if (this.#disposed) throw new DisposedError(`Cannot use GPU ${this.name}: it was disposed of`);
    if (this.#fault !== undefined) throw this.#fault;
  }

  /**
   * A new buffer of at least `bytes` bytes, holding zeros.
   *
   * @param bytes Size wanted; rounded up, since WebGPU binds multiples of four and nothing empty.
   * @param usage WebGPU usage flags.
   * @param label What it holds, for messages.
   * @throws {TooLargeError} If it exceeds the device's largest buffer.
   * @throws {OutOfMemoryError} If the device has no room.
   */
  async allocate(bytes: number, usage: GPUBufferUsageFlags, label: string): Promise<GpuBuffer> {
    if (bytes > this.limits.maxBufferSize) {
      throw new TooLargeError(
        `Cannot allocate ${label}: this device's largest buffer has ${this.limits.maxBufferSize} bytes; ` +
          `split the matrix by rows or columns: received ${bytes} bytes`,
        bytes,
        this.limits.maxBufferSize,
      );
    }
    const buffer = await this.guarded(
      `allocate ${label} of ${bytes} bytes (${this.#memory.bytes} in use)`,
      () => this.handle.createBuffer({ size: bufferSize(bytes), usage, label }),
    );
    return new GpuBuffer(buffer, this.#memory);
  }

  /**
   * Runs an action, which must be synchronous, and waits for what WebGPU has to say of it.
   *
   * @param action What is being done, for the message: "compile row-split".
   * @throws {OutOfMemoryError | ValidationError} If WebGPU refuses.
   */
  async guarded<Result>(action: string, act: () => Result): Promise<Result> {
    this.handle.pushErrorScope("validation");
    this.#handle.pushErrorScope("out-of-memory");
    const scopes = (): Promise<(GPUError | null)[]> =>
      Promise.all([this.#handle.popErrorScope(), this.#handle.popErrorScope()]);
    let result: Result;
    try {
      result = act();
    } catch (error) {
      await scopes();
      throw error;
    }
    const error = (await scopes()).find((candidate) => candidate !== null);
    if (error) throw typedError(error, action);
    this.checkHealth();
    return result;
  }

  /**
   * Counts bytes that were handed to the queue and wait to be copied. They go with whatever is
   * submitted next: a submission of their own takes as long as planning for a small matrix. Where
   * they have become many they are submitted now, so that their staging copies do not linger; others
   * may have been submitted since, which nobody counts.
   *
   * @param bytes How many more.
   */
  countStaged(bytes: number): void {
    this.#stagedBytes += bytes;
    if (this.#stagedBytes < MOST_STAGED_BYTES) return;
    this.#stagedBytes = 0;
    this.#handle.queue.submit([]);
  }

  /** Waits until the GPU has done all that was submitted. */
  async settled(): Promise<void> {
    await this.handle.queue.onSubmittedWorkDone();
    this.checkHealth();
  }

  /** Measures the roofline's ceilings once; later calls answer from memory. */
  peaks(): Promise<DevicePeaks> {
    this.#peaks ??= measurePeaks(this);
    return this.#peaks;
  }

  /** Destroys the device, and with it all its buffers. */
  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#disposed) {
      this.#disposed = true;
      this.#handle.destroy();
    }
    return Promise.resolve();
  }

  #loseDevice(message: string): void {
    if (this.#disposed) return;
    this.#fault = new DeviceLostError(
      `Cannot go on with GPU ${this.name}: the device was lost; open it again: ${message}`,
    );
  }
}

/**
 * The GPU behind a device handed to a WebGPU kernel.
 *
 * @param device The device.
 * @throws {UnsupportedError} If it is another kind of device.
 *
 * @example A kernel's device, and one that is no GPU
 * ```ts
 * import { hostDevice, UnsupportedError } from "@spmm/spmm";
 * import { asGpu, GpuDevice, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) assert.ok(asGpu(gpu) instanceof GpuDevice);
 * assert.throws(() => asGpu(hostDevice), UnsupportedError);
 * ```
 */
export function asGpu(device: Device): GpuDevice {
  if (device instanceof GpuDevice) return device;
  throw new UnsupportedError(
    `Cannot run a WebGPU kernel: the device must come from openGpu: received ${device.name} (${device.kind})`,
  );
}

/**
 * Of two descriptions, one of which may be the number of a device or the version of a driver. Browsers
 * keep both to themselves, and tell the vendor and the architecture.
 */
function nameOf({ device, description, vendor, architecture }: GPUAdapterInfo): string {
  const words = (names: readonly string[]) => names.filter((name) => /[a-z]{3}/i.test(name));
  return words([device, description]).join(", ") || words([vendor, architecture]).join(" ") ||
    "unnamed WebGPU adapter";
}

function bufferSize(bytes: number): number {
  return Math.max(16, Math.ceil(bytes / 4) * 4);
}

function typedError(error: GPUError, action: string): Error {
  return error instanceof GPUOutOfMemoryError
    ? new OutOfMemoryError(
      `Cannot ${action}: the device's memory is full; dispose of plans and matrices, or split the work: ${error.message}`,
    )
    : new ValidationError(`Cannot ${action}: ${error.message}`);
}
