import type { Device } from "@spmm/spmm";
import { type Axis, axisValues, type Scale } from "./axis.ts";
import { AxisError } from "./errors.ts";
import type { SamplingOptions } from "./sampling.ts";
import type { Cell, Table } from "./table.ts";

/** What an experiment hands back. Nothing is written yet: that is whoever ran it. */
export interface ExperimentResult {
  /** To be read: printed one after the other. */
  readonly tables: readonly Table[];
  /** To be kept: each becomes a CSV file. All records of a series have the same keys. */
  readonly series: readonly Series[];
  /** Sentences to print under the tables. */
  readonly notes: readonly string[];
  /** What failed, one line each. Any makes the run a failed one. */
  readonly failures: readonly string[];
}

/** Records of one kind. */
export interface Series {
  /** The file's name, without its extension. */
  readonly name: string;
  /** Its records. */
  readonly records: readonly Readonly<Record<string, Cell | boolean>>[];
}

/** What an experiment is run with, whatever its axes. */
export interface RunRequest {
  /** Devices that are open; they stay so. */
  readonly devices: readonly Device[];
  /** How far to go. */
  readonly scale: Scale;
  /** Values of axes from the command line. */
  readonly set: Readonly<Record<string, readonly string[]>>;
  /** How to sample. */
  readonly sampling: SamplingOptions;
  /** Called now and then with how much is done. */
  progress(done: number, total: number, doing: string): void;
}

/** What is handed to an experiment's `run`: the request, and the values of its axes. */
export interface ExperimentContext<Axes extends AxisSet> extends Omit<RunRequest, "set"> {
  /** The values of each axis. */
  readonly axes: AxisValues<Axes>;
}

/** Axes by name. */
export type AxisSet = Readonly<Record<string, Axis<unknown>>>;

/** The values of each axis of a set. */
export type AxisValues<Axes extends AxisSet> = {
  readonly [Name in keyof Axes]: Axes[Name] extends Axis<infer Value> ? readonly Value[] : never;
};

/** An experiment as its folder defines it. */
export interface ExperimentDefinition<Axes extends AxisSet> {
  /** The folder's name. */
  readonly name: string;
  /** The question that it answers. */
  readonly question: string;
  /** What can be set. */
  readonly axes: Axes;
  /** Answers the question; throws only where it cannot go on. */
  run(context: ExperimentContext<Axes>): Promise<ExperimentResult>;
}

/** An experiment whose axes are known by name only, as whoever lists and runs them sees it. */
export interface Experiment {
  /** The folder's name. */
  readonly name: string;
  /** The question that it answers. */
  readonly question: string;
  /** What can be set. */
  readonly axes: AxisSet;
  /**
   * Runs it.
   *
   * @throws {AxisError} If an axis is set that there is not, or to a value that it cannot take.
   */
  run(request: RunRequest): Promise<ExperimentResult>;
}

/**
 * An experiment from its definition: the values set on the command line are checked before anything
 * runs.
 *
 * @param definition Name, question, axes and what to do.
 *
 * @example One axis
 * ```ts
 * import { countAxis, experiment, QUICK_SAMPLING } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const squares = experiment({
 *   name: "squares",
 *   question: "What are the squares?",
 *   axes: { x: countAxis("a number", { quick: [2], full: [2, 3] }) },
 *   run: ({ axes }) => {
 *     const notes = axes.x.map((x) => `${x * x}`);
 *     return Promise.resolve({ tables: [], series: [], notes, failures: [] });
 *   },
 * });
 * const request = { devices: [], sampling: QUICK_SAMPLING, progress: () => {} };
 * const { notes } = await squares.run({ ...request, scale: "quick", set: { x: ["4", "5"] } });
 * assert.deepEqual(notes, ["16", "25"]);
 * ```
 */
export function experiment<Axes extends AxisSet>(
  definition: ExperimentDefinition<Axes>,
): Experiment {
  const { name, question, axes } = definition;
  return {
    name,
    question,
    axes,
    async run({ set, ...request }) {
      return await definition.run({ ...request, axes: valuesOf(definition, request.scale, set) });
    },
  };
}

function valuesOf<Axes extends AxisSet>(
  { name, axes }: ExperimentDefinition<Axes>,
  scale: Scale,
  set: RunRequest["set"],
): AxisValues<Axes> {
  for (const unknown of Object.keys(set).filter((axis) => !Object.hasOwn(axes, axis))) {
    throw new AxisError(
      `Cannot set an axis of ${name}: it has ${Object.keys(axes).join(", ")}: received ${unknown}`,
    );
  }
  const entries = Object.entries(axes)
    .map(([axis, definition]) => [axis, axisValues(axis, definition, scale, set[axis])]);
  // Keys and value types are those of `axes`, which Object.entries forgets.
  return Object.fromEntries(entries) as AxisValues<Axes>;
}
