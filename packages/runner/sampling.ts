import type { Device } from "@spmm/spmm";
import { GpuDevice, GpuTimer, type Recorder } from "@spmm/webgpu";
import type { Contender } from "./contender.ts";
import { endOfWork } from "./operands.ts";
import { median } from "./statistics.ts";

/** How long to warm, how often to sample. */
export interface SamplingOptions {
  /** Samples of each contender. */
  readonly samples: number;
  /** Seconds of the same work, all contenders together, before the first sample. */
  readonly warmSeconds: number;
  /** Seconds that a sample lasts at least: as many repeats as that takes. */
  readonly sampleSeconds: number;
  /** Which clock to take; the GPU's own where there is one, if absent. */
  readonly clock?: "host";
}

/**
 * The house's measurement: clocks warm (an idle data-centre GPU runs at a fifth of its speed), ten
 * samples of a millisecond.
 */
export const FULL_SAMPLING: SamplingOptions = {
  samples: 10,
  warmSeconds: 0.2,
  sampleSeconds: 1e-3,
};

/** Enough to tell large differences apart, for quick looks and for adapters in software. */
export const QUICK_SAMPLING: SamplingOptions = {
  samples: 5,
  warmSeconds: 0.02,
  sampleSeconds: 2e-4,
};

/** The most repeats in a sample: beyond it, encoding takes longer than the work. */
const MOST_REPEATS = 1024;
/** Host times beside a GPU's own, which cost a wait of some 10 ms each; of long work one will do. */
const HOST_SAMPLES = 3;
/** Seconds from which work is long. */
const LONG = 0.1;

/** Times of one contender. */
export interface Sampled {
  /** Which clock took them. */
  readonly clock: "gpu" | "host";
  /** Seconds of the work done once, sample by sample. */
  readonly seconds: readonly number[];
  /** How often the work was done in a sample. */
  readonly repeats: number;
  /** Seconds until the host knew that the work, done once, was done: the median of a few. */
  readonly hostSeconds: number;
}

/**
 * Times contenders in turn, one sample each per round and every other round backwards, so that a
 * drift of the clocks falls on all alike. By GPU timestamps where the device has them and every
 * contender can be recorded, else by the host's clock.
 *
 * @param device Where the work runs.
 * @param contenders The work.
 * @param options How long to warm, how often to sample.
 *
 * @example A loop on the host
 * ```ts
 * import { QUICK_SAMPLING, sampleInTurn } from "@spmm/runner";
 * import { hostDevice } from "@spmm/spmm";
 * import assert from "node:assert/strict";
 *
 * let sum = 0;
 * const run = () => {
 *   for (let i = 0; i < 1000; i++) sum += i;
 * };
 * const [times] = await sampleInTurn(hostDevice, [{ run }], QUICK_SAMPLING);
 * assert.equal(times.clock, "host");
 * assert.equal(times.seconds.length, 5);
 * ```
 */
export async function sampleInTurn(
  device: Device,
  contenders: readonly Contender[],
  options: SamplingOptions = FULL_SAMPLING,
): Promise<Sampled[]> {
  if (contenders.length === 0) return [];
  await warm(device, contenders, options.warmSeconds);
  if (options.clock === "host") return await sampleOnHost(device, contenders, options);
  const recorders = contenders.flatMap(({ recording }) => recording?.record ?? []);
  if (
    device instanceof GpuDevice && device.hasTimestamps && recorders.length === contenders.length
  ) {
    return await sampleOnGpu(device, contenders, recorders, options);
  }
  return await sampleOnHost(device, contenders, options);
}

async function warm(
  device: Device,
  contenders: readonly Contender[],
  seconds: number,
): Promise<void> {
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    for (const { run } of contenders) await run();
    await endOfWork(device);
  }
}

async function sampleOnGpu(
  device: GpuDevice,
  contenders: readonly Contender[],
  recorders: readonly Recorder[],
  { samples, sampleSeconds }: SamplingOptions,
): Promise<Sampled[]> {
  using timer = new GpuTimer(device);
  const once = recorders.map(() => 1);
  const trial = await timer.sample(recorders, 1, once);
  const guess = trial.map(([seconds]) => repeatsFor(seconds, sampleSeconds));
  if (samples === 1 && guess.every((repeats) => repeats === 1)) {
    return await withHostTimes(device, contenders, trial, once);
  }
  // Again, since coarse timestamps show a single dispatch badly, and a batch of them well.
  const again = await timer.sample(recorders, 1, guess);
  const repeats = again.map(([seconds]) => repeatsFor(seconds, sampleSeconds));
  const times = await timer.sample(recorders, samples, repeats);
  return await withHostTimes(device, contenders, times, repeats);
}

async function withHostTimes(
  device: Device,
  contenders: readonly Contender[],
  times: readonly Float64Array[],
  repeats: readonly number[],
): Promise<Sampled[]> {
  const sampled: Sampled[] = [];
  for (const [i, contender] of contenders.entries()) {
    const host = [await secondsOf(device, contender, 1)];
    while (host[0] < LONG && host.length < HOST_SAMPLES) {
      host.push(await secondsOf(device, contender, 1));
    }
    const seconds = [...times[i]];
    sampled.push({ clock: "gpu", seconds, repeats: repeats[i], hostSeconds: median(host) });
  }
  return sampled;
}

async function sampleOnHost(
  device: Device,
  contenders: readonly Contender[],
  { samples, sampleSeconds }: SamplingOptions,
): Promise<Sampled[]> {
  const trial: number[] = [];
  for (const contender of contenders) trial.push(await secondsOf(device, contender, 1));
  const repeats = trial.map((seconds) => repeatsFor(seconds, sampleSeconds));
  if (samples === 1 && repeats.every((count) => count === 1)) {
    return trial.map((seconds) => ({
      clock: "host",
      seconds: [seconds],
      repeats: 1,
      hostSeconds: seconds,
    }));
  }
  const seconds = contenders.map((): number[] => []);
  const order = contenders.map((_, i) => i);
  for (let round = 0; round < samples; round++) {
    for (const i of round % 2 === 0 ? order : order.toReversed()) {
      seconds[i].push(await secondsOf(device, contenders[i], repeats[i]));
    }
  }
  return contenders.map((_, i) => ({
    clock: "host",
    seconds: seconds[i],
    repeats: repeats[i],
    hostSeconds: median(seconds[i]),
  }));
}

function repeatsFor(seconds: number, target: number): number {
  return Math.min(MOST_REPEATS, Math.max(1, Math.ceil(target / Math.max(seconds, 1e-9))));
}

/** Seconds of the work done once, by the host's clock over some repeats. */
async function secondsOf(device: Device, { run }: Contender, repeats: number): Promise<number> {
  const start = performance.now();
  for (let repeat = 0; repeat < repeats; repeat++) await run();
  return (await endOfWork(device) - start) / 1000 / repeats;
}
