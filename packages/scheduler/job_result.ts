import type { AliveAfter, Edges, InferenceSeconds } from "@spmm/network";
import type { RangeInference } from "./job.ts";
import type { InputRange } from "./ranges.ts";
import type { RunReport } from "./run_report.ts";

/** What a worker answers for a range: plain JSON, which is what crosses between processes. */
export interface RangeAnswer extends InputRange {
  /** Survivors, ascending, numbered among all inputs of the job. */
  readonly survivors: readonly number[];
  /** From the first layer to the last. */
  readonly alive: readonly AliveAfter[];
  /** Where the time went. */
  readonly seconds: InferenceSeconds;
  /** Multiply-adds, counted and executed. */
  readonly edges: Edges;
}

/** What the workers made of a job's inputs together. */
export interface JobResult {
  /** Inputs that are through; all of them unless an {@linkcode UnfinishedError} carries this. */
  readonly inputs: number;
  /** Which inputs are through, ascending, neighbours joined. */
  readonly ranges: readonly InputRange[];
  /** Inputs with an output that is not zero, ascending. */
  readonly survivors: Uint32Array;
  /** Inputs alive where every worker looked. */
  readonly alive: readonly AliveAfter[];
  /** Seconds of all workers added up. */
  readonly seconds: InferenceSeconds;
  /** Multiply-adds of all workers added up. */
  readonly edges: Edges;
  /** How the run went. */
  readonly report: RunReport;
}

/** Numbers the survivors of a range among all inputs. */
export function answerOf(range: InputRange, inference: RangeInference): RangeAnswer {
  const { alive, seconds, edges } = inference;
  const survivors = Array.from(inference.survivors, (survivor) => range.first + survivor);
  return { first: range.first, end: range.end, survivors, alive, seconds, edges };
}

/**
 * Puts answers together: survivors in the order of the inputs, counts and times added up.
 * O(answers · log answers + survivors).
 *
 * @param answers Of ranges that do not overlap, in any order.
 *
 * @example Two halves, the second one first
 * ```ts
 * import { combineAnswers } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * const seconds = { upload: 0, compute: 1, readback: 0, total: 1 };
 * const of = { alive: [], seconds, edges: { counted: 8, executed: 5 } };
 * const { survivors, edges } = combineAnswers([
 *   { first: 2, end: 4, survivors: [3], ...of },
 *   { first: 0, end: 2, survivors: [0, 1], ...of },
 * ]);
 * assert.deepEqual([...survivors], [0, 1, 3]);
 * assert.equal(edges.executed, 10);
 * ```
 */
export function combineAnswers(answers: readonly RangeAnswer[]): Omit<JobResult, "report"> {
  const sorted = answers.toSorted((a, b) => a.first - b.first);
  const sum = (of: (answer: RangeAnswer) => number): number =>
    sorted.reduce((total, answer) => total + of(answer), 0);
  return {
    inputs: sum(({ first, end }) => end - first),
    ranges: joined(sorted),
    survivors: Uint32Array.from(sorted.flatMap(({ survivors }) => survivors)),
    alive: aliveEverywhere(sorted),
    seconds: {
      upload: sum(({ seconds }) => seconds.upload),
      compute: sum(({ seconds }) => seconds.compute),
      readback: sum(({ seconds }) => seconds.readback),
      total: sum(({ seconds }) => seconds.total),
    },
    edges: {
      counted: sum(({ edges }) => edges.counted),
      executed: sum(({ edges }) => edges.executed),
    },
  };
}

/** Plans on unlike devices may look at different layers: only what all of them saw adds up. */
function aliveEverywhere(answers: readonly RangeAnswer[]): AliveAfter[] {
  const seen = new Map<number, { inputs: number; answers: number }>();
  for (const { layers, inputs } of answers.flatMap(({ alive }) => alive)) {
    const before = seen.get(layers) ?? { inputs: 0, answers: 0 };
    seen.set(layers, { inputs: before.inputs + inputs, answers: before.answers + 1 });
  }
  return [...seen]
    .filter(([, found]) => found.answers === answers.length)
    .map(([layers, { inputs }]) => ({ layers, inputs }))
    .sort((a, b) => a.layers - b.layers);
}

function joined(sorted: readonly InputRange[]): InputRange[] {
  const ranges: InputRange[] = [];
  for (const { first, end } of sorted) {
    const last = ranges.at(-1);
    if (last?.end === first) ranges[ranges.length - 1] = { first: last.first, end };
    else ranges.push({ first, end });
  }
  return ranges;
}
