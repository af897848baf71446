import { UnsupportedError } from "@spmm/spmm";
import { ClockGauge } from "./clock_gauge.ts";
import type { GpuDevice } from "./gpu_device.ts";
import { readBuffer } from "./gpu_matrix.ts";
import { isSoftware } from "./is_software.ts";
import { type PassCommands, SparingPass } from "./pass_commands.ts";

/** GPU time of a round of warming: long against the wait for its timestamps. */
const ROUND_SECONDS = 0.05;
/** The most recordings in a batch: beyond it, encoding takes longer than it is worth. */
const MOST_REPEATS = 1024;
/** Seconds of warming from which the clocks are to be up afterwards: who asks for less looks quickly. */
const CLOCKS_UP_FROM = 0.1;
/** GPU time of the first warming of a device, before which it is not known what its clocks can do, */
const FIRST_SECONDS = 1;
/** and of any, whether the clocks are up then or not. */
const MOST_SECONDS = 3;
/** Readings of the gauge in a sample. */
const GAUGE_REPEATS = 4;

/**
 * How often to record work of `seconds` so that a batch lasts at least `target` seconds.
 *
 * @param seconds Time of the work done once.
 * @param target Time the batch should last.
 *
 * @example A tenth of a millisecond, ten times
 * ```ts
 * import { repeatsFor } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * assert.equal(repeatsFor(1e-4, 1e-3), 10);
 * ```
 */
export function repeatsFor(seconds: number, target: number): number {
  return Math.min(MOST_REPEATS, Math.max(1, Math.ceil(target / Math.max(seconds, 1e-9))));
}

/** Work that appends itself to a compute pass. */
export type Recorder = (pass: PassCommands) => void;

/**
 * Times recorded work by GPU timestamps. A sample is a compute pass of `repeats` recordings between
 * two timestamps, since timestamps of some devices are coarse and a dispatch is short.
 *
 * @example Ten samples of three recordings each
 * ```ts
 * import { GpuTimer, tryOpenGpu } from "@spmm/webgpu";
 * import assert from "node:assert/strict";
 *
 * await using gpu = await tryOpenGpu();
 * if (gpu?.hasTimestamps) {
 *   using timer = new GpuTimer(gpu);
 *   const [seconds] = await timer.sample([() => {}], 10, [3]);
 *   assert.equal(seconds.length, 10);
 * }
 * ```
 */
export class GpuTimer implements Disposable {
  readonly #device: GpuDevice;
  readonly #queries: GPUQuerySet;
  readonly #samples: number;
  #gauge: ClockGauge | undefined;

  /**
   * Room for a call's timestamps.
   *
   * @param device A device with timestamps.
   * @param samples The most samples one call will take.
   * @throws {UnsupportedError} If the device has no timestamps.
   */
  constructor(device: GpuDevice, samples = 64) {
    if (!device.hasTimestamps) {
      throw new UnsupportedError(
        `Cannot time on ${device.name}: it needs the feature timestamp-query; use host time`,
      );
    }
    this.#device = device;
    this.#samples = samples;
    this.#queries = device.handle.createQuerySet({ type: "timestamp", count: 2 * samples });
  }

  /**
   * Runs the contenders until the GPU has been busy with them for `seconds` of its own time. An idle
   * data-centre GPU runs at a fifth of its clock and takes a while to rise: host time spent waiting
   * warms nothing, so only GPU time counts. Where `seconds` are many it goes on until the clocks are
   * as high as they ever were, three seconds at most.
   *
   * @param contenders The work that will be timed.
   * @param seconds GPU time to spend.
   * @returns Seconds per recording of each contender, as the last round showed them.
   */
  async warm(contenders: readonly Recorder[], seconds: number): Promise<number[]> {
    const share = ROUND_SECONDS / contenders.length;
    const gauge = await this.#gaugeFor(seconds);
    const least = gauge?.isSet === false ? Math.max(seconds, FIRST_SECONDS) : seconds;
    let repeats = contenders.map(() => 1);
    for (let busy = 0;;) {
      const { times, areClocksUp } = await this.#round(contenders, repeats, gauge);
      busy += times.reduce((sum, time, i) => sum + time * repeats[i], 0);
      if (busy >= least && (busy >= MOST_SECONDS || areClocksUp)) return times;
      repeats = times.map((time, i) => Math.min(4 * repeats[i], repeatsFor(time, share)));
    }
  }

  /** A round of work; the gauge is read right behind it, before the GPU waits for anyone. */
  async #round(
    contenders: readonly Recorder[],
    repeats: readonly number[],
    gauge: ClockGauge | undefined,
  ): Promise<{ readonly times: number[]; readonly areClocksUp: boolean }> {
    const all = gauge === undefined ? contenders : [...contenders, gauge.record];
    const samples = await this.sample(all, 1, [...repeats, GAUGE_REPEATS]);
    const times = samples.map(([first]) => first);
    const areClocksUp = gauge?.isUp(times[contenders.length]) ?? true;
    return { times: times.slice(0, contenders.length), areClocksUp };
  }

  async #gaugeFor(seconds: number): Promise<ClockGauge | undefined> {
    if (seconds < CLOCKS_UP_FROM || isSoftware(this.#device)) return undefined;
    return this.#gauge ??= await ClockGauge.on(this.#device);
  }

  /**
   * Runs the contenders in turn, one sample each per round, every other round backwards, so that
   * a drift of the clocks falls on all of them alike. Warm the clocks first.
   *
   * @param contenders What to time.
   * @param rounds Samples of each contender.
   * @param repeats Recordings per sample, per contender.
   * @returns Seconds per recording: one array of `rounds` samples per contender.
   */
  async sample(
    contenders: readonly Recorder[],
    rounds: number,
    repeats: readonly number[],
  ): Promise<Float64Array[]> {
    const times = contenders.map(() => new Float64Array(rounds));
    const order = contenders.map((_, i) => i);
    const turns = Array.from({ length: rounds }, (_, round) => {
      const inTurn = round % 2 === 0 ? order : order.toReversed();
      return inTurn.map((contender) => ({ contender, round }));
    }).flat();
    for (let start = 0; start < turns.length; start += this.#samples) {
      const chunk = turns.slice(start, start + this.#samples);
      const nanoseconds = await this.#run(chunk.map(({ contender }) => ({
        record: contenders[contender],
        repeats: repeats[contender],
      })));
      chunk.forEach(({ contender, round }, i) => {
        times[contender][round] = nanoseconds[i] / 1e9 / repeats[contender];
      });
    }
    return times;
  }

  /** Frees what it measures with. */
  [Symbol.dispose](): void {
    this.#queries.destroy();
    this.#gauge?.[Symbol.dispose]();
  }

  async #run(
    batches: readonly { readonly record: Recorder; readonly repeats: number }[],
  ): Promise<number[]> {
    const device = this.#device;
    const bytes = 16 * batches.length;
    using resolved = await device.allocate(
      bytes,
      GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
      "timestamps",
    );
    await device.guarded("time recorded work", () => {
      batches.forEach(({ record, repeats }, i) => {
        const encoder = device.handle.createCommandEncoder({ label: "timed" });
        const pass = encoder.beginComputePass({
          timestampWrites: {
            querySet: this.#queries,
            beginningOfPassWriteIndex: 2 * i,
            endOfPassWriteIndex: 2 * i + 1,
          },
        });
        const spared = new SparingPass(pass);
        for (let repeat = 0; repeat < repeats; repeat++) record(spared);
        pass.end();
        device.handle.queue.submit([encoder.finish()]);
      });
      const encoder = device.handle.createCommandEncoder({ label: "resolve timestamps" });
      encoder.resolveQuerySet(this.#queries, 0, 2 * batches.length, resolved.handle, 0);
      device.handle.queue.submit([encoder.finish()]);
    });
    const stamps = new BigUint64Array(await readBuffer(device, resolved, bytes));
    return batches.map((_, i) => Number(stamps[2 * i + 1] - stamps[2 * i]));
  }
}
