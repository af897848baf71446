import type { Figure } from "@spmm/figures";
import type { Device } from "@spmm/spmm";
import { type Axis, axisValues, type Scale } from "./axis.ts";
import { AxisError } from "./errors.ts";
import type { KeptRow, PointParameters, RowOutcome, RowValues, ScalarFields } from "./row.ts";
import type { SamplingOptions } from "./sampling.ts";
import type { Table } from "./table.ts";

/** Axes by name. */
export type AxisSet = Readonly<Record<string, Axis<unknown>>>;

/** The values of each axis of a set. */
export type AxisValues<Axes extends AxisSet> = {
  readonly [Name in keyof Axes]: Axes[Name] extends Axis<infer Value> ? readonly Value[] : never;
};

/** What an experiment lists its points from. */
export interface PlanContext<Axes extends AxisSet> {
  /** The values of each axis. */
  readonly axes: AxisValues<Axes>;
  /** Devices that are open; they stay so until the last point is measured. */
  readonly devices: readonly Device[];
  /** How far to go. */
  readonly scale: Scale;
}

/** What one point is measured with. */
export interface MeasureContext {
  /** How far to go. */
  readonly scale: Scale;
  /** How to sample. */
  readonly sampling: SamplingOptions;
  /** Aborted when the run is to end; what the point gives from then on is dropped. */
  readonly signal: AbortSignal;
  /** Tells who watches what is going on, in a few words. */
  doing(what: string): void;
}

/**
 * A point of an experiment: what is measured together and kept together, whole or not at all. A run
 * that is killed loses at most the point in flight, so keep points short.
 */
export interface Point<Values extends ScalarFields<Values> = RowValues> {
  /**
   * What tells it from every other point, and all that its rows depend on beside the sources, the
   * environment and the scale: a point kept under the same parameters is not measured again.
   */
  readonly parameters: PointParameters;
  /** Why it is not measured; recorded. */
  readonly skip?: string;
  /**
   * Measures: the timed part and its check.
   *
   * @throws What is thrown is recorded as the failure of the whole point, and the run goes on.
   */
  measure(context: MeasureContext): Promise<readonly RowOutcome<Values>[]>;
}

/**
 * A point that is not measured.
 *
 * @param parameters What identifies it.
 * @param reason Why not; recorded.
 *
 * @example Without data
 * ```ts
 * import { skippedPoint } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * assert.equal(skippedPoint({ network: "large" }, "it is not at hand").skip, "it is not at hand");
 * ```
 */
export function skippedPoint(parameters: PointParameters, reason: string): Point<never> {
  return { parameters, skip: reason, measure: () => Promise.resolve([]) };
}

/** A figure under the name of its file. */
export interface NamedFigure {
  /** The file's name without its extension: `speedup-by-sparsity`. */
  readonly name: string;
  /** What is drawn. */
  readonly figure: Figure;
}

/** An experiment as its folder defines it: points to measure, and pure functions of what was kept. */
export interface ExperimentDefinition<Axes extends AxisSet, Values extends ScalarFields<Values>> {
  /** The folder's name. */
  readonly name: string;
  /** The question that it answers. */
  readonly question: string;
  /** What can be set. */
  readonly axes: Axes;
  /**
   * The points of a run, in the order in which they are measured. Listing is cheap: what is heavy
   * is loaded when a point is measured.
   */
  points(
    context: PlanContext<Axes>,
  ): readonly Point<Values>[] | Promise<readonly Point<Values>[]>;
  /** What is printed, from the rows of a run in the order of its points. */
  tables(rows: readonly KeptRow<Values>[]): readonly Table[];
  /** What is drawn, from the same rows; none where the rows do not hold what a figure shows. */
  figures?(rows: readonly KeptRow<Values>[]): readonly NamedFigure[];
  /** Sentences computed from the same rows: the answer to the question, and its limits. */
  findings?(rows: readonly KeptRow<Values>[]): readonly string[];
}

/** What the points of a run depend on. */
export interface PlanRequest {
  /** Devices that are open. */
  readonly devices: readonly Device[];
  /** How far to go. */
  readonly scale: Scale;
  /** Values of axes from the command line. */
  readonly set: Readonly<Record<string, readonly string[]>>;
}

/** An experiment whose types are forgotten, as whoever lists, runs and shows them sees it. */
export interface Experiment {
  /** The folder's name. */
  readonly name: string;
  /** The question that it answers. */
  readonly question: string;
  /** What can be set. */
  readonly axes: AxisSet;
  /**
   * Checks axes before a device is opened.
   *
   * @throws {AxisError} If an axis is set that there is not, or to a value that it cannot take.
   */
  check(request: Pick<PlanRequest, "scale" | "set">): void;
  /**
   * Lists the points of a run.
   *
   * @throws {AxisError} If an axis is set that there is not, or to a value that it cannot take.
   */
  points(request: PlanRequest): Promise<readonly Point[]>;
  /** What is printed, from rows of this experiment. */
  tables(rows: readonly KeptRow[]): readonly Table[];
  /** What is drawn, from rows of this experiment. */
  figures(rows: readonly KeptRow[]): readonly NamedFigure[];
  /** Sentences, from rows of this experiment. */
  findings(rows: readonly KeptRow[]): readonly string[];
}

/**
 * An experiment from its definition: the values set on the command line are checked before anything
 * is measured.
 *
 * @param definition Name, question, axes, points, and what is shown of their rows.
 *
 * @example One axis
 * ```ts
 * import { countAxis, experiment } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const squares = experiment({
 *   name: "squares",
 *   question: "What are the squares?",
 *   axes: { x: countAxis("a number", { quick: [2], full: [2, 3] }) },
 *   points: ({ axes }) =>
 *     axes.x.map((x) => ({
 *       parameters: { x },
 *       measure: () =>
 *         Promise.resolve([
 *           { contender: "product", device: "host", outcome: "measured", values: { y: x * x } },
 *         ]),
 *     })),
 *   tables: () => [],
 *   findings: (rows) => rows.map(({ parameters, values }) => `${parameters["x"]}² = ${values.y}`),
 * });
 * const points = await squares.points({ devices: [], scale: "quick", set: { x: ["4", "5"] } });
 * assert.deepEqual(points.map(({ parameters }) => parameters), [{ x: 4 }, { x: 5 }]);
 * ```
 */
export function experiment<Axes extends AxisSet, Values extends ScalarFields<Values>>(
  definition: ExperimentDefinition<Axes, Values>,
): Experiment {
  const { name, question, axes } = definition;
  // Rows of an experiment were made by its own points, by the same sources: the store sees to that.
  const own = (rows: readonly KeptRow[]) => rows as readonly KeptRow<Values>[];
  return {
    name,
    question,
    axes,
    check: ({ scale, set }) => void valuesOf(definition, scale, set),
    async points({ set, ...context }) {
      const points = await definition.points({
        ...context,
        axes: valuesOf(definition, context.scale, set),
      });
      return points as readonly Point[];
    },
    tables: (rows) => definition.tables(own(rows)),
    figures: (rows) => definition.figures?.(own(rows)) ?? [],
    findings: (rows) => definition.findings?.(own(rows)) ?? [],
  };
}

function valuesOf<Axes extends AxisSet>(
  { name, axes }: { readonly name: string; readonly axes: Axes },
  scale: Scale,
  set: PlanRequest["set"],
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
