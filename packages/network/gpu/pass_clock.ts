import type { GpuBuffer, GpuDevice } from "@spmm/webgpu";

/** The most timestamps that WebGPU lets a set of queries have. */
const MOST_QUERIES = 4096;

/** Timestamps around compute passes of one run or several. */
export class PassClock implements Disposable {
  readonly #queries: GPUQuerySet;
  readonly #resolved: GpuBuffer;
  readonly #passes: number;

  private constructor(queries: GPUQuerySet, resolved: GpuBuffer, passes: number) {
    this.#queries = queries;
    this.#resolved = resolved;
    this.#passes = passes;
  }

  /** A clock for so many passes, or undefined where the device has no timestamps, or too few. */
  static async open(device: GpuDevice, passes: number): Promise<PassClock | undefined> {
    if (!device.hasTimestamps || 2 * passes > MOST_QUERIES) return undefined;
    const resolved = await device.allocate(
      16 * passes,
      GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
      "timestamps",
    );
    const queries = device.handle.createQuerySet({ type: "timestamp", count: 2 * passes });
    return new PassClock(queries, resolved, passes);
  }

  /** What a pass's descriptor needs to be timed. */
  around(pass: number): GPUComputePassTimestampWrites {
    return {
      querySet: this.#queries,
      beginningOfPassWriteIndex: 2 * pass,
      endOfPassWriteIndex: 2 * pass + 1,
    };
  }

  /** Brings all timestamps together; what to read back then. */
  resolve(device: GpuDevice): { readonly buffer: GpuBuffer; readonly bytes: number } {
    const encoder = device.handle.createCommandEncoder({ label: "resolve timestamps" });
    encoder.resolveQuerySet(this.#queries, 0, 2 * this.#passes, this.#resolved.handle, 0);
    device.handle.queue.submit([encoder.finish()]);
    return { buffer: this.#resolved, bytes: 16 * this.#passes };
  }

  /** Seconds of each run, whose `passes` passes follow one another. */
  static seconds(stamps: ArrayBuffer, passes: number): Float64Array {
    const times = new BigUint64Array(stamps);
    const runs = new Float64Array(times.length / 2 / passes);
    for (let i = 0; i < times.length; i += 2) {
      runs[Math.floor(i / 2 / passes)] += Number(times[i + 1] - times[i]) / 1e9;
    }
    return runs;
  }

  /** Frees the queries. */
  [Symbol.dispose](): void {
    this.#queries.destroy();
    this.#resolved[Symbol.dispose]();
  }
}
