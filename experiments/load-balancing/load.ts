import type { Schedule } from "./schedules.ts";

/** Threads that an H200 runs at a time: 2048 on each of 132 multiprocessors. */
const THREADS_AT_A_TIME = 132 * 2048;
/** How even a schedule is. Work is non-zeros and row ends, as the merge path counts it. */
export interface Load {
  /** Workgroups of a column tile. */
  readonly workgroups: number;
  /** Work of the heaviest. */
  readonly heaviestWork: number;
  /** Work in the mean. */
  readonly meanWork: number;
  /** Heaviest over mean. */
  readonly workImbalance: number;
  /** Steps of the longest strand of all: no schedule ends before it. */
  readonly longestStrand: number;
  /**
   * The share of time for which strands stand idle on an H200, if time went by steps: each workgroup
   * takes, in order, the place that is free first, and stays until its longest strand is done.
   */
  readonly idleShare: number;
  /** Work of the 1st, 2nd, 4th, 8th … heaviest and of the lightest workgroup, between spaces. */
  readonly workByRank: string;
}

/**
 * The load of a schedule.
 *
 * @param schedule What each workgroup of a column tile gets.
 * @param columnTiles How often the schedule is gone through.
 */
export function loadOf(schedule: Schedule, columnTiles: number): Load {
  const work = schedule.nonZeros.map((count, i) => count + schedule.rowEnds[i]);
  const total = work.reduce((sum, steps) => sum + steps, 0);
  const heaviestWork = work.reduce((most, steps) => Math.max(most, steps), 0);
  const meanWork = total / work.length;
  const sorted = work.toSorted((x, y) => y - x);
  const places = Math.floor(THREADS_AT_A_TIME / schedule.threads);
  const { held, end } = occupied(schedule.steps, columnTiles, places);
  return {
    workgroups: work.length,
    heaviestWork,
    meanWork,
    workImbalance: heaviestWork / meanWork,
    longestStrand: schedule.steps.reduce((most, steps) => Math.max(most, steps), 0),
    idleShare: 1 - total * columnTiles / (schedule.strands * held * end),
    workByRank: ranksOf(work.length).map((rank) => sorted[rank - 1]).join(" "),
  };
}

/** A workgroup of some rank among the others, the heaviest first. */
export interface Ranked {
  /** From 1. */
  readonly rank: number;
  /** Its work. */
  readonly work: number;
}

/** What {@linkcode Load.workByRank} holds. */
export function rankedWork({ workgroups, workByRank }: Load): Ranked[] {
  const work = workByRank.split(" ").map(Number);
  return ranksOf(workgroups).map((rank, i) => ({ rank, work: work[i] }));
}

/** Powers of two, and the last: the few that tower are seen one by one, the many from afar. */
function ranksOf(workgroups: number): number[] {
  const powers = Math.ceil(Math.log2(workgroups));
  return [...Array.from({ length: powers }, (_, power) => 2 ** power), workgroups];
}

/** Greedy list scheduling (Graham 1969): the places that are taken, and when the last is free. */
function occupied(
  steps: readonly number[],
  columnTiles: number,
  places: number,
): { readonly held: number; readonly end: number } {
  const held = Math.min(places, steps.length * columnTiles);
  const free = new EarliestPlace(held);
  for (let tile = 0; tile < columnTiles; tile++) {
    for (const duration of steps) free.occupy(duration);
  }
  return { held, end: free.end };
}

/** When each place is free, as a binary heap with the earliest on top. */
class EarliestPlace {
  readonly #times: Float64Array;
  /** When the last is done. */
  end = 0;

  constructor(places: number) {
    this.#times = new Float64Array(places);
  }

  /** Occupies the place that is free first. */
  occupy(steps: number): void {
    const times = this.#times;
    const time = times[0] + steps;
    this.end = Math.max(this.end, time);
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= times.length) break;
      const child = left + 1 < times.length && times[left + 1] < times[left] ? left + 1 : left;
      if (times[child] >= time) break;
      times[at] = times[child];
      at = child;
    }
    times[at] = time;
  }
}
