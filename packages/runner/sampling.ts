import type { Device } from "@spmm/spmm";
import { GpuDevice, GpuTimer, type Recorder, repeatsFor } from "@spmm/webgpu";
import type { Contender } from "./contender.ts";
import { endOfWork, endOfWorkUntold } from "./operands.ts";
import { anyOf, relativeSpread, type StoppingRule, timeLimit } from "./stopping_rule.ts";

/** How often to plan, to tell what planning costs: a plan now and then meets a garbage collection. */
export interface PlanSampling {
  /** Plans of each contender at most, the one that multiplies among them. */
  readonly most: number;
  /**
   * Seconds of planning from which on no other plan is begun. The first is not counted: it may have
   * compiled for longer than all others take.
   */
  readonly seconds: number;
}

/** How long to warm, how often to sample. */
export interface SamplingOptions {
  /** Samples of each contender: so many, or at least so many where there is a rule to stop by. */
  readonly samples: number;
  /** Whether they are enough; asked of each contender, and all go on until it says so of each. */
  readonly stop?: StoppingRule;
  /** Seconds of the same work, all contenders together, before the first sample. */
  readonly warmSeconds: number;
  /** Seconds that a sample lasts at least: as many repeats as that takes. */
  readonly sampleSeconds: number;
  /** Which clock to take; the GPU's own where there is one, if absent. */
  readonly clock?: "host";
  /** How often `measure` plans each contender; once where absent. */
  readonly plans?: PlanSampling;
}

/**
 * The house's measurement: clocks warm (an idle data-centre GPU runs at a fifth of its speed), ten
 * samples of a millisecond, and more while they spread; seven plans where a quarter of a second allows.
 */
export const FULL_SAMPLING: SamplingOptions = {
  samples: 10,
  stop: anyOf(relativeSpread(0.02), timeLimit(0.3)),
  warmSeconds: 0.2,
  sampleSeconds: 1e-3,
  plans: { most: 7, seconds: 0.25 },
};

/** Enough to tell large differences apart, for quick looks and for adapters in software. */
export const QUICK_SAMPLING: SamplingOptions = {
  samples: 5,
  warmSeconds: 0.02,
  sampleSeconds: 2e-4,
};

/** Host times beside a GPU's own; of long work one will do. */
const HOST_SAMPLES = 3;
/** Samples between two questions whether they are enough; even, so that turns still alternate. */
const MORE_SAMPLES = 10;
/** Where a rule is never content. */
const MOST_SAMPLES = 1000;
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
  /** Seconds until the host knew that the work, done once, was done, sample by sample; a few. */
  readonly host: readonly number[];
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
  if (options.clock === "host") return await sampleOnHost(device, contenders, options);
  const recorders = contenders.flatMap(({ recording }) => recording?.record ?? []);
  if (
    device instanceof GpuDevice && device.hasTimestamps && recorders.length === contenders.length
  ) {
    return await sampleOnGpu(device, contenders, recorders, options);
  }
  return await sampleOnHost(device, contenders, options);
}

async function sampleOnGpu(
  device: GpuDevice,
  contenders: readonly Contender[],
  recorders: readonly Recorder[],
  options: SamplingOptions,
): Promise<Sampled[]> {
  using timer = new GpuTimer(device);
  const warmed = await timer.warm(recorders, options.warmSeconds);
  const repeats = warmed.map((seconds) => repeatsFor(seconds, options.sampleSeconds));
  const times = await sampleUntilEnough(
    options,
    (rounds) => timer.sample(recorders, rounds, repeats),
  );
  return await withHostTimes(device, contenders, times, repeats);
}

async function withHostTimes(
  device: Device,
  contenders: readonly Contender[],
  times: readonly ArrayLike<number>[],
  repeats: readonly number[],
): Promise<Sampled[]> {
  const sampled: Sampled[] = [];
  for (const [i, contender] of contenders.entries()) {
    const host = await hostSeconds(device, contender);
    sampled.push({ clock: "gpu", seconds: Array.from(times[i]), repeats: repeats[i], host });
  }
  await endOfWork(device);
  return sampled;
}

/** Seconds until the host knew, a few times, without a wait to be told of errors in between. */
async function hostSeconds(device: Device, { run }: Contender): Promise<number[]> {
  const seconds: number[] = [];
  do {
    const start = performance.now();
    await run();
    seconds.push((endOfWorkUntold(device) - start) / 1000);
  } while (seconds[0] < LONG && seconds.length < HOST_SAMPLES);
  return seconds;
}

async function sampleOnHost(
  device: Device,
  contenders: readonly Contender[],
  options: SamplingOptions,
): Promise<Sampled[]> {
  const warmed = await warmOnHost(device, contenders, options.warmSeconds);
  const repeats = warmed.map((seconds) => repeatsFor(seconds, options.sampleSeconds));
  if (options.samples === 1 && repeats.every((count) => count === 1)) {
    return warmed.map((seconds) => sampledOnHost([seconds], 1));
  }
  const times = await sampleUntilEnough(
    options,
    (rounds) => hostRounds(device, contenders, rounds, repeats),
  );
  return times.map((seconds, i) => sampledOnHost(seconds, repeats[i]));
}

/** Does all the work again and again for so long; the last time each took tells how often to. */
async function warmOnHost(
  device: Device,
  contenders: readonly Contender[],
  seconds: number,
): Promise<number[]> {
  const start = performance.now();
  for (;;) {
    const times: number[] = [];
    for (const contender of contenders) times.push(await secondsOf(device, contender, 1));
    if (performance.now() - start >= seconds * 1000) return times;
  }
}

function sampledOnHost(seconds: readonly number[], repeats: number): Sampled {
  return { clock: "host", seconds, repeats, host: seconds };
}

async function hostRounds(
  device: Device,
  contenders: readonly Contender[],
  rounds: number,
  repeats: readonly number[],
): Promise<number[][]> {
  const seconds = contenders.map((): number[] => []);
  const order = contenders.map((_, i) => i);
  for (let round = 0; round < rounds; round++) {
    for (const i of round % 2 === 0 ? order : order.toReversed()) {
      seconds[i].push(await secondsOf(device, contenders[i], repeats[i]));
    }
  }
  return seconds;
}

/** The samples asked for, and then more until the rule is content with every contender's. */
async function sampleUntilEnough(
  { samples, stop }: SamplingOptions,
  take: (rounds: number) => Promise<readonly ArrayLike<number>[]>,
): Promise<number[][]> {
  const start = performance.now();
  const all = (await take(samples)).map((taken) => Array.from(taken));
  const enough = () => {
    const spent = (performance.now() - start) / 1000;
    return stop === undefined || all.every((taken) => stop.done(taken, spent));
  };
  while (!enough() && all[0].length < MOST_SAMPLES) {
    (await take(MORE_SAMPLES)).forEach((taken, i) => all[i].push(...Array.from(taken)));
  }
  return all;
}

/** Seconds of the work done once, by the host's clock over some repeats. */
async function secondsOf(device: Device, { run }: Contender, repeats: number): Promise<number> {
  const start = performance.now();
  for (let repeat = 0; repeat < repeats; repeat++) await run();
  return (await endOfWork(device) - start) / 1000 / repeats;
}
