import { SchedulerError } from "../errors.ts";
import { countInputs, cutRanges, type InputRange } from "../ranges.ts";
import { guidedSize } from "./guided.ts";
import type { Partition } from "./partition.ts";
import { shareByWeights } from "./shares.ts";

/** Inputs that somebody still has to take, and the rule by which they are taken. */
export interface WorkQueue {
  /** Inputs that nobody has, be they in a worker's share or in the pool. */
  readonly left: number;
  /**
   * The next range for a worker; nothing where it must wait for others, or for good.
   *
   * @param largest The most inputs its device holds.
   */
  take(worker: number, largest: number): InputRange | undefined;
  /** Says that a worker did a range, and how long it took. */
  finished(worker: number, range: InputRange, seconds: number): void;
  /** Gives back what a worker took and did not do; anybody may take it. */
  giveBack(range: InputRange): void;
  /** Says that a worker takes no more: its share is anybody's. */
  retire(worker: number): void;
}

/**
 * Makes the queue of a partition; pure bookkeeping, without clocks or processes.
 *
 * @throws {SchedulerError} If there are speeds, but not one for each worker.
 */
export function workQueue(
  ranges: readonly InputRange[],
  workers: number,
  partition: Partition,
): WorkQueue {
  switch (partition.kind) {
    case "static":
      return new SharedOut(ranges, new Array<number>(workers).fill(1));
    case "weighted":
      return partition.speeds
        ? new SharedOut(ranges, speedsFor(workers, partition.speeds))
        : new Probed(ranges, workers, partition.probe ?? 1 / 32);
    case "dynamic":
      return new Guided(ranges, workers, partition.smallest);
  }
}

function speedsFor(workers: number, speeds: readonly number[]): readonly number[] {
  if (speeds.length === workers) return speeds;
  throw new SchedulerError(
    `Cannot share inputs out: ${workers} workers need a speed each: received ${speeds.length}`,
  );
}

/** Ranges that are taken from the front. */
class Pool {
  readonly #ranges: InputRange[];
  #count: number;

  constructor(ranges: readonly InputRange[] = []) {
    this.#ranges = [...ranges];
    this.#count = countInputs(ranges);
  }

  get count(): number {
    return this.#count;
  }

  take(most: number): InputRange | undefined {
    const range = this.#ranges.shift();
    if (range === undefined) return undefined;
    const end = Math.min(range.end, range.first + Math.max(1, most));
    if (end < range.end) this.#ranges.unshift({ first: end, end: range.end });
    this.#count -= end - range.first;
    return { first: range.first, end };
  }

  add(range: InputRange): void {
    if (range.first >= range.end) return;
    this.#ranges.push(range);
    this.#count += range.end - range.first;
  }

  drain(): InputRange[] {
    this.#count = 0;
    return this.#ranges.splice(0);
  }
}

/** Shares that are fixed beforehand. */
class SharedOut implements WorkQueue {
  readonly #shares: readonly Pool[];
  readonly #returned = new Pool();

  constructor(ranges: readonly InputRange[], weights: readonly number[]) {
    const sizes = shareByWeights(countInputs(ranges), weights);
    this.#shares = cutRanges(ranges, sizes).map((share) => new Pool(share));
  }

  get left(): number {
    return this.#shares.reduce((sum, { count }) => sum + count, this.#returned.count);
  }

  take(worker: number, largest: number): InputRange | undefined {
    return this.#shares[worker]?.take(largest) ?? this.#returned.take(largest);
  }

  finished(): void {}

  giveBack(range: InputRange): void {
    this.#returned.add(range);
  }

  retire(worker: number): void {
    this.#shares[worker]?.drain().forEach((range) => this.#returned.add(range));
  }
}

/** Seconds and inputs of each worker, and what they say of its speed. */
class Speeds {
  readonly #done: { inputs: number; seconds: number }[];

  constructor(workers: number) {
    this.#done = Array.from({ length: workers }, () => ({ inputs: 0, seconds: 0 }));
  }

  add(worker: number, { first, end }: InputRange, seconds: number): void {
    this.#done[worker].inputs += end - first;
    this.#done[worker].seconds += seconds;
  }

  knows(worker: number): boolean {
    return this.#done[worker].inputs > 0;
  }

  /** Inputs per second; those not yet measured are taken for average. */
  all(): number[] {
    const known = this.#done.filter(({ inputs }) => inputs > 0);
    const speed = (inputs: number, seconds: number): number => inputs / Math.max(seconds, 1e-6);
    const mean = known.reduce((sum, { inputs, seconds }) => sum + speed(inputs, seconds), 0) /
      known.length;
    return this.#done.map(({ inputs, seconds }) =>
      inputs > 0 ? speed(inputs, seconds) : known.length > 0 ? mean : 1
    );
  }
}

/** First a small part for each worker, then the rest by the speeds it showed. */
class Probed implements WorkQueue {
  readonly #speeds: Speeds;
  readonly #probing: Set<number>;
  readonly #gone = new Set<number>();
  readonly #probes: SharedOut;
  readonly #rest: InputRange[];
  #shares: SharedOut | undefined;

  constructor(ranges: readonly InputRange[], workers: number, probe: number) {
    const count = countInputs(ranges);
    const size = Math.min(count, Math.max(Math.min(workers, count), Math.round(count * probe)));
    const [first, rest] = cutRanges(ranges, [size, count - size]);
    this.#probes = new SharedOut(first, new Array<number>(workers).fill(1));
    this.#rest = rest;
    this.#speeds = new Speeds(workers);
    this.#probing = new Set(Array.from({ length: Math.min(workers, size) }, (_, i) => i));
  }

  get left(): number {
    return this.#probes.left + (this.#shares?.left ?? countInputs(this.#rest));
  }

  take(worker: number, largest: number): InputRange | undefined {
    const probe = this.#probes.take(worker, largest);
    if (probe !== undefined) return probe;
    // Another may have done its probe while it was restarted.
    this.#probing.delete(worker);
    if (this.#probing.size > 0) return undefined;
    this.#shares ??= this.#share();
    return this.#shares.take(worker, largest);
  }

  finished(worker: number, range: InputRange, seconds: number): void {
    this.#speeds.add(worker, range, seconds);
    this.#probing.delete(worker);
  }

  giveBack(range: InputRange): void {
    this.#probes.giveBack(range);
  }

  retire(worker: number): void {
    this.#gone.add(worker);
    this.#probing.delete(worker);
    this.#probes.retire(worker);
    this.#shares?.retire(worker);
  }

  #share(): SharedOut {
    const speeds = this.#speeds.all();
    const weights = speeds.map((speed, worker) => this.#gone.has(worker) ? 0 : speed);
    // Were all of them gone, nobody would ask.
    return new SharedOut(this.#rest, weights.some((weight) => weight > 0) ? weights : speeds);
  }
}

/**
 * A worker whose speed nobody knows gets so much of what an average one would: a slow device with a
 * full chunk at the start can be the last to end.
 */
const UNKNOWN = 1 / 4;

/** One queue, chunks by guided self-scheduling. */
class Guided implements WorkQueue {
  readonly #pool: Pool;
  readonly #returned = new Pool();
  readonly #speeds: Speeds;
  readonly #gone = new Set<number>();
  readonly #smallest: number;

  constructor(ranges: readonly InputRange[], workers: number, smallest: number | undefined) {
    this.#pool = new Pool(ranges);
    this.#speeds = new Speeds(workers);
    this.#smallest = smallest ?? Math.max(1, Math.ceil(this.#pool.count / (32 * workers)));
  }

  get left(): number {
    return this.#pool.count + this.#returned.count;
  }

  take(worker: number, largest: number): InputRange | undefined {
    const speeds = this.#speeds.all();
    const together = speeds.reduce((sum, s, w) => sum + (this.#gone.has(w) ? 0 : s), 0);
    const known = this.#speeds.knows(worker) ? 1 : UNKNOWN;
    const share = known * Math.min(1, speeds[worker] / (together || speeds[worker]));
    const size = guidedSize({ left: this.left, share, smallest: this.#smallest, largest });
    return this.#returned.take(largest) ?? this.#pool.take(size);
  }

  finished(worker: number, range: InputRange, seconds: number): void {
    this.#speeds.add(worker, range, seconds);
  }

  giveBack(range: InputRange): void {
    this.#returned.add(range);
  }

  retire(worker: number): void {
    this.#gone.add(worker);
  }
}
