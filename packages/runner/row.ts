/** What a parameter of a point or a recorded value can be. */
export type Scalar = string | number | boolean;

/** What identifies a point: flat, so that it can be a line of a CSV file. */
export type PointParameters = Readonly<Record<string, Scalar>>;

/** Types whose fields are all scalars, or absent. */
export type ScalarFields<Values> = { readonly [Name in keyof Values]: Scalar | undefined };

/** Recorded values whose names are not known. */
export type RowValues = Readonly<Record<string, Scalar | undefined>>;

/**
 * All samples of a row in seconds, by kind: `kernel`, `host`, `inspect`, `upload`, `readback`, or
 * what else an experiment times.
 */
export type Samples = Readonly<Record<string, readonly number[]>>;

/** The check that a timed result passed. */
export interface RowCheck {
  /** Rows compared element by element with the f64 reference. */
  readonly comparedRows: number;
  /** The largest error as a fraction of its bound, from 0 to 1. */
  readonly worstError: number;
}

/**
 * How one contender fared at one point: measured, skipped for a reason, or failed, which is no skip.
 *
 * The units of values stand in their names: `medianUs`, `encodingBytes`. Numbers must be finite;
 * what does not apply is absent.
 */
export type RowOutcome<Values extends ScalarFields<Values> = RowValues> =
  & {
    /** Who: a kernel, a variant of one, or what else is compared. */
    readonly contender: string;
    /** The name of the device. */
    readonly device: string;
  }
  & (MeasuredOutcome<Values> | UnmeasuredOutcome<Values>);

/** The part of a row that was measured. */
export interface MeasuredOutcome<Values extends ScalarFields<Values>> {
  /** Tells it from the others. */
  readonly outcome: "measured";
  /** Never there. */
  readonly reason?: undefined;
  /** What is recorded. */
  readonly values: Values;
  /** All samples, in seconds. */
  readonly samples?: Samples;
  /** The check of what was timed. */
  readonly check?: RowCheck;
}

/** The part of a row that was not. */
export interface UnmeasuredOutcome<Values extends ScalarFields<Values>> {
  /** Which of the two. */
  readonly outcome: "skipped" | "failed";
  /** Why it was skipped, or how it failed. */
  readonly reason: string;
  /** What is known all the same. */
  readonly values: Partial<Values>;
  /** Never there. */
  readonly samples?: undefined;
  /** Never there. */
  readonly check?: undefined;
}

/** A row as the store gives it back: with the parameters of the point that it belongs to. */
export type KeptRow<Values extends ScalarFields<Values> = RowValues> = RowOutcome<Values> & {
  /** What identifies its point. */
  readonly parameters: PointParameters;
};

/** A row of a contender that was measured. */
export type MeasuredRow<Values extends ScalarFields<Values> = RowValues> = Extract<
  KeptRow<Values>,
  { outcome: "measured" }
>;

/**
 * The rows that have numbers.
 *
 * @param rows Rows of any outcome.
 *
 * @example One of two
 * ```ts
 * import { type KeptRow, measuredRows } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const point = { parameters: { n: 64 }, device: "a GPU" };
 * const rows: KeptRow<{ medianUs: number }>[] = [
 *   { ...point, contender: "merge", outcome: "measured", values: { medianUs: 3 } },
 *   { ...point, contender: "csb", outcome: "skipped", reason: "too small", values: {} },
 * ];
 * assert.deepEqual(measuredRows(rows).map(({ values }) => values.medianUs), [3]);
 * ```
 */
export function measuredRows<Values extends ScalarFields<Values>>(
  rows: readonly KeptRow<Values>[],
): MeasuredRow<Values>[] {
  return rows.filter((row): row is MeasuredRow<Values> => row.outcome === "measured");
}
