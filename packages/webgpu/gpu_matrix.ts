import { type Dense, dense, type DenseData } from "@spmm/formats";
import { type DeviceMatrix, hostZeros, ShapeError, type Storage, storageOf } from "@spmm/spmm";
import type { GpuBuffer } from "./gpu_buffer.ts";
import type { GpuDevice } from "./gpu_device.ts";
import { paddedRows, rowBytes, rowPitch, unpadRows } from "./row_pitch.ts";

/**
 * A dense row-major matrix in GPU memory. Its rows are padded to whole vectors, so that kernels are
 * as fast where n is no multiple of anything; the host's never are, and uploads and downloads pad
 * and strip.
 *
 * @example Zeros on the GPU
 * ```ts
 * import { GpuMatrix, gpuMatrix, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   using c = await gpuMatrix(gpu, 3, 5, "f16");
 *   assert.ok(c instanceof GpuMatrix);
 *   assert.equal(c.pitch, 8);
 *   assert.equal(c.bytes, 3 * 8 * 2);
 * }
 * ```
 */
export class GpuMatrix implements DeviceMatrix {
  /** Tells it from matrices on the host. */
  readonly location = "device";

  /** The GPU it is on. */
  readonly device: GpuDevice;
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
  readonly cols: number;
  /** What its elements are stored as. */
  readonly storage: Storage;
  /**
   * Elements from the start of a row to the start of the next: `cols` where that is at most 2, else
   * the multiple of 4 that holds them, or of 8 for f16 above 4 columns. Elements past `cols` are
   * zeros until a kernel writes the matrix, which leaves what its epilogue makes of zeros there.
   */
  readonly pitch: number;
  /** Its elements, row by row, rows `pitch` elements apart. */
  readonly buffer: GpuBuffer;

  /** Made by {@linkcode gpuMatrix} and {@linkcode uploadMatrix}. */
  constructor(
    device: GpuDevice,
    rows: number,
    cols: number,
    storage: Storage,
    buffer: GpuBuffer,
  ) {
    this.device = device;
    this.rows = rows;
    this.cols = cols;
    this.storage = storage;
    this.pitch = rowPitch(cols, storage);
    this.buffer = buffer;
  }

  /** Bytes of its rows on the device, their padding counted. */
  get bytes(): number {
    return this.rows * rowBytes(this.cols, this.storage);
  }

  /** Frees the GPU memory. */
  [Symbol.dispose](): void {
    this.buffer[Symbol.dispose]();
  }
}

const MATRIX_USAGE = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;

/**
 * A new matrix of zeros on the GPU.
 *
 * @param device The GPU.
 * @param rows Number of rows.
 * @param cols Number of columns.
 * @param storage What its elements are stored as.
 * @throws {TooLargeError} If the device has no buffer that large.
 * @throws {OutOfMemoryError} If the device has no room.
 *
 * @example A result to multiply into
 * ```ts
 * import { downloadMatrix, gpuMatrix, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   using c = await gpuMatrix(gpu, 1, 2);
 *   assert.deepEqual((await downloadMatrix(c)).data, new Float32Array(2));
 * }
 * ```
 */
export async function gpuMatrix(
  device: GpuDevice,
  rows: number,
  cols: number,
  storage: Storage = "f32",
): Promise<GpuMatrix> {
  const bytes = rows * rowBytes(cols, storage);
  const buffer = await device.allocate(bytes, MATRIX_USAGE, `dense ${rows}x${cols} ${storage}`);
  return new GpuMatrix(device, rows, cols, storage, buffer);
}

/**
 * Copies a dense matrix to the GPU, rounding it to the storage asked for.
 *
 * @param device The GPU.
 * @param matrix The matrix on the host.
 * @param storage How to store it there; as it is where absent.
 * @throws {TooLargeError} If the device has no buffer that large.
 * @throws {OutOfMemoryError} If the device has no room.
 *
 * @example There and back
 * ```ts
 * import { dense } from "@spmm/formats";
 * import { downloadMatrix, tryOpenGpu, uploadMatrix } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   const b = dense(1, 3, new Float32Array([1, 2, 3]));
 *   using there = await uploadMatrix(gpu, b);
 *   assert.deepEqual(await downloadMatrix(there), b);
 * }
 * ```
 */
export async function uploadMatrix(
  device: GpuDevice,
  matrix: Dense,
  storage: Storage = storageOf(matrix),
): Promise<GpuMatrix> {
  const there = await gpuMatrix(device, matrix.rows, matrix.cols, storage);
  writeMatrix(there, matrix);
  return there;
}

/**
 * Overwrites a matrix on the GPU with one from the host, rounding to its storage.
 *
 * @param there The matrix on the GPU.
 * @param matrix The matrix on the host, of the same shape.
 * @throws {ShapeError} If their shapes differ.
 *
 * @example New features for a plan's B
 * ```ts
 * import { dense } from "@spmm/formats";
 * import { downloadMatrix, gpuMatrix, tryOpenGpu, writeMatrix } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   using b = await gpuMatrix(gpu, 1, 2);
 *   writeMatrix(b, dense(1, 2, new Float32Array([3, 4])));
 *   assert.deepEqual((await downloadMatrix(b)).data, new Float32Array([3, 4]));
 * }
 * ```
 */
export function writeMatrix(there: GpuMatrix, matrix: Dense): void {
  if (matrix.rows !== there.rows || matrix.cols !== there.cols) {
    throw new ShapeError(
      `Cannot upload a matrix: the one on the GPU is ${there.rows}x${there.cols}: received ${matrix.rows}x${matrix.cols}`,
    );
  }
  writeBuffer(there.device, there.buffer, paddedRows(matrix, there.storage));
}

/**
 * Copies a matrix from the GPU to the host; f16 stays f16.
 *
 * @param matrix The matrix on the GPU.
 * @throws {DeviceLostError} If the device was lost before or meanwhile.
 *
 * @example What was uploaded
 * ```ts
 * import { dense } from "@spmm/formats";
 * import { downloadMatrix, tryOpenGpu, uploadMatrix } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   using there = await uploadMatrix(gpu, dense(1, 1, new Float32Array([7])));
 *   assert.equal((await downloadMatrix(there)).data[0], 7);
 * }
 * ```
 */
export async function downloadMatrix(matrix: GpuMatrix): Promise<Dense> {
  const { rows, cols, pitch, storage } = matrix;
  const padded = await readRows(matrix);
  if (pitch === cols) return dense(rows, cols, padded);
  const host = hostZeros(rows, cols, storage);
  unpadRows(padded, cols, storage, host, 0);
  return host;
}

/** Copies a matrix from the GPU into columns of one on the host, from `start` on. */
export async function downloadInto(matrix: GpuMatrix, into: Dense, start = 0): Promise<void> {
  unpadRows(await readRows(matrix), matrix.cols, matrix.storage, into, start);
}

async function readRows({ device, buffer, bytes, storage }: GpuMatrix): Promise<DenseData> {
  const read = await readBuffer(device, buffer, bytes);
  return storage === "f32" ? new Float32Array(read) : new Float16Array(read);
}

/**
 * Writes host data, in memory of any kind, to the start of a buffer and submits, so that no staging
 * copy lingers.
 *
 * @param device The GPU.
 * @param buffer Where to; it must have been made to be copied to.
 * @param data What to write.
 *
 * @example Nothing is a write too
 * ```ts
 * import { tryOpenGpu, writeBuffer } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu) {
 *   using buffer = await gpu.allocate(16, GPUBufferUsage.COPY_DST, "numbers");
 *   writeBuffer(gpu, buffer, new Float32Array(0));
 *   assert.equal(buffer.bytes, 16);
 * }
 * ```
 */
export function writeBuffer(device: GpuDevice, buffer: GpuBuffer, data: ArrayBufferView): void {
  enqueueWrite(device, buffer, data);
  device.handle.queue.submit([]);
}

/** As {@linkcode writeBuffer}, but copied with what is submitted next. */
export function stageWrite(device: GpuDevice, buffer: GpuBuffer, data: ArrayBufferView): void {
  enqueueWrite(device, buffer, data);
  device.countStaged(data.byteLength);
}

function enqueueWrite(device: GpuDevice, buffer: GpuBuffer, data: ArrayBufferView): void {
  // Deno 2.9 ends the process over an empty write.
  if (data.byteLength === 0) return;
  const { queue } = device.handle;
  const whole = Math.floor(data.byteLength / 4) * 4;
  if (whole > 0) queue.writeBuffer(buffer.handle, 0, viewOf(data, 0, whole));
  if (whole < data.byteLength) {
    const tail = new Uint8Array(4);
    tail.set(viewOf(data, whole, data.byteLength - whole));
    queue.writeBuffer(buffer.handle, whole, tail);
  }
}

function viewOf(data: ArrayBufferView, start: number, length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(
    // WebGPU's types ask for unshared memory; writeBuffer copies, so shared memory serves as well.
    data.buffer as ArrayBuffer,
    data.byteOffset + start,
    length,
  );
}

/** The first `bytes` bytes of a buffer, once all submitted work is done. */
export async function readBuffer(
  device: GpuDevice,
  buffer: GpuBuffer,
  bytes: number,
): Promise<ArrayBuffer> {
  if (bytes === 0) return new ArrayBuffer(0);
  const size = Math.ceil(bytes / 4) * 4;
  using staging = await device.allocate(
    size,
    GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
    "readback",
  );
  const encoder = device.handle.createCommandEncoder({ label: "readback" });
  encoder.copyBufferToBuffer(buffer.handle, 0, staging.handle, 0, size);
  device.handle.queue.submit([encoder.finish()]);
  await staging.handle.mapAsync(GPUMapMode.READ);
  device.checkHealth();
  const copy = staging.handle.getMappedRange(0, size).slice(0, bytes);
  staging.handle.unmap();
  return copy;
}
