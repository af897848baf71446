import { type Dense, dense } from "@spmm/formats";
import { type DenseMatrix, type Device, hostZeros, type Storage } from "@spmm/spmm";
import { CpuDevice, CpuMatrix } from "@spmm/wasm";
import { downloadMatrix, GpuDevice, GpuMatrix, uploadMatrix } from "@spmm/webgpu";

/** A matrix where a device's kernels want it, and the seconds it took to get there. */
export interface Placed extends Disposable {
  /** The matrix on the device; freed with this. */
  readonly matrix: DenseMatrix;
  /** Seconds until it was there. */
  readonly uploadSeconds: number;
}

/**
 * Puts a host matrix where a device's kernels work without copies: in the GPU's memory, in the CPU
 * device's linear memory, or a copy on the host for devices that have no memory of their own.
 *
 * @param device Where to.
 * @param matrix The matrix; kept as it is.
 * @param storage What to store it as.
 *
 * @example To the CPU device and back
 * ```ts
 * import { fetchMatrix, place } from "@spmm/runner";
 * import { randomDense } from "@spmm/formats";
 * import { openCpu } from "@spmm/wasm";
 * import assert from "node:assert/strict";
 *
 * await using cpu = await openCpu();
 * const b = randomDense(3, 4, 1);
 * using placed = await place(cpu, b, "f32");
 * assert.deepEqual((await fetchMatrix(placed.matrix)).host, b);
 * ```
 */
export async function place(device: Device, matrix: Dense, storage: Storage): Promise<Placed> {
  const start = performance.now();
  const there = await placed(device, matrix, storage);
  return placedAt(there, (await endOfWork(device) - start) / 1000);
}

/**
 * A matrix of NaN on a device: an element that no kernel writes fails every check.
 *
 * @param device Where to.
 * @param rows Number of rows.
 * @param cols Number of columns.
 * @param storage What to store it as.
 *
 * @example On the host
 * ```ts
 * import { placeUnwritten } from "@spmm/runner";
 * import { hostDevice } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * using placed = await placeUnwritten(hostDevice, 2, 2, "f32");
 * assert.ok(placed.matrix.location === "host" && placed.matrix.data.every(Number.isNaN));
 * ```
 */
export async function placeUnwritten(
  device: Device,
  rows: number,
  cols: number,
  storage: Storage,
): Promise<Placed> {
  const start = performance.now();
  const unwritten = hostZeros(rows, cols, storage);
  unwritten.data.fill(NaN);
  const there = await placed(device, unwritten, storage);
  return placedAt(there, (endOfWorkUntold(device) - start) / 1000);
}

function placedAt(matrix: DenseMatrix, uploadSeconds: number): Placed {
  return {
    matrix,
    uploadSeconds,
    [Symbol.dispose]: () => {
      if (matrix.location === "device") matrix[Symbol.dispose]();
    },
  };
}

async function placed(device: Device, matrix: Dense, storage: Storage): Promise<DenseMatrix> {
  if (device instanceof GpuDevice) return await uploadMatrix(device, matrix, storage);
  if (device instanceof CpuDevice) return device.upload(matrix, storage);
  const copy = hostZeros(matrix.rows, matrix.cols, storage);
  copy.data.set(matrix.data);
  return dense(matrix.rows, matrix.cols, copy.data);
}

/**
 * A matrix back on the host, and the seconds that took.
 *
 * @param matrix A matrix of the GPU or the CPU device, or on the host, which is given back as it is.
 *
 * @example From the host
 * ```ts
 * import { fetchMatrix } from "@spmm/runner";
 * import { dense } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const b = dense(2, 2);
 * assert.equal((await fetchMatrix(b)).host, b);
 * ```
 */
export async function fetchMatrix(
  matrix: DenseMatrix,
): Promise<{ readonly host: Dense; readonly seconds: number }> {
  const start = performance.now();
  const host = await fetched(matrix);
  return { host, seconds: (performance.now() - start) / 1000 };
}

async function fetched(matrix: DenseMatrix): Promise<Dense> {
  if (matrix instanceof GpuMatrix) return await downloadMatrix(matrix);
  if (matrix instanceof CpuMatrix) return matrix.read();
  if (matrix.location === "host") return matrix;
  throw new TypeError(
    `Cannot read a matrix back: it must be of the GPU or the CPU device: received one of ${matrix.device.name}`,
  );
}

/**
 * When a device was done with all it was given, in `performance.now()` time.
 *
 * Deno's `onSubmittedWorkDone` waits inside the call and its promise resolves some 10 ms later, so
 * the moment the call returns is the one to keep.
 */
export async function endOfWork(device: Device): Promise<number> {
  if (!(device instanceof GpuDevice)) return performance.now();
  const done = device.handle.queue.onSubmittedWorkDone();
  const end = performance.now();
  await done;
  device.checkHealth();
  return end;
}

/** As `endOfWork`, without the 10 ms and the check: for who waits again soon and is told then. */
export function endOfWorkUntold(device: Device): number {
  if (device instanceof GpuDevice) void device.handle.queue.onSubmittedWorkDone();
  return performance.now();
}
