import type { Csr } from "@spmm/formats";
import { randomDense } from "@spmm/formats";
import {
  type Device,
  type DevicePeaks,
  extents,
  roofline,
  type SpmmKernel,
  type SpmmProblem,
} from "@spmm/spmm";
import { expectation } from "./check.ts";
import { type Processor, processorOf } from "./devices.ts";
import { measure } from "./measure.ts";
import type { Measurement, Outcome } from "./measurement.ts";
import { rowOf } from "./measured_row.ts";
import type { RowOutcome } from "./row.ts";
import type { SamplingOptions } from "./sampling.ts";
import { median } from "./statistics.ts";

/** A problem under a name, to be measured with several kernels. */
export interface ComparisonCase {
  /** The matrix's name, for example its path in the collection. */
  readonly matrix: string;
  /** What the matrix is: `DLMC`, `generated`, `stand-in`, `file`. */
  readonly source: string;
  /** The problem. */
  readonly problem: SpmmProblem;
}

/** Who competes where. */
export interface Competition {
  /** Devices, each with its kernels. */
  readonly entries: readonly { readonly device: Device; readonly kernels: readonly SpmmKernel[] }[];
  /** How to sample. */
  readonly sampling: SamplingOptions;
}

/** How a kernel fared on a case: a line of the CSV. What does not apply is absent. */
export interface ComparisonRecord {
  /** The matrix's name. */
  readonly matrix: string;
  /** What the matrix is. */
  readonly source: string;
  /** Rows of A. */
  readonly rows: number;
  /** Columns of A. */
  readonly cols: number;
  /** Entries of A. */
  readonly nonZeros: number;
  /** Zeros over elements. */
  readonly sparsity: number;
  /** Columns of B. */
  readonly n: number;
  /** Whether Aᵀ was multiplied. */
  readonly transpose: boolean;
  /** What A's values, B and C were stored as. */
  readonly storage: string;
  /** The device's name. */
  readonly device: string;
  /** What computes there. */
  readonly processor: Processor;
  /** The kernel that was asked. */
  readonly kernel: string;
  /** Its family. */
  readonly family: string;
  /** `measured`, `skipped` or `failed`. */
  readonly outcome: Outcome["kind"];
  /** Why it was skipped, or how it failed. */
  readonly reason: string | undefined;
  /** The kernel that ran; another than was asked where that one chooses. */
  readonly ran: string | undefined;
  /** Which clock took the times: `gpu` or `host`. */
  readonly clock: string | undefined;
  /** Median of the samples, µs. */
  readonly medianUs: number | undefined;
  /** Median absolute deviation of the samples, µs. */
  readonly spreadUs: number | undefined;
  /** The least sample, µs. */
  readonly leastUs: number | undefined;
  /** Number of samples. */
  readonly samples: number | undefined;
  /** Multiplications a sample. */
  readonly repeats: number | undefined;
  /** Until the host knew that one multiplication was done, µs. */
  readonly hostUs: number | undefined;
  /** 2·nnz·n over the median, in 10⁹ a second. */
  readonly gflops: number | undefined;
  /** The roofline's time over the median; bytes are those of CSR for every encoding. */
  readonly rooflineFraction: number | undefined;
  /** The dense family's median on the same device over this one. */
  readonly speedupOverDense: number | undefined;
  /** The row-split family's median on the same device over this one. */
  readonly speedupOverRowSplit: number | undefined;
  /** Bytes of A as encoded. */
  readonly encodingBytes: number | undefined;
  /** Those over the entries. */
  readonly bytesPerNonZero: number | undefined;
  /** Encode, reorder, upload A, compile, ms: the median of the plans. */
  readonly inspectMs: number | undefined;
  /** Moving B to the device, ms. */
  readonly uploadMs: number | undefined;
  /** Moving C back, ms. */
  readonly readbackMs: number | undefined;
  /** Rows of the timed result compared element by element with the f64 reference. */
  readonly comparedRows: number | undefined;
  /** The largest error as a fraction of its bound. */
  readonly worstError: number | undefined;
}

/** What a row of a comparison records: all of a record that is not the row's own. */
export type ComparisonValues = Omit<
  ComparisonRecord,
  "device" | "kernel" | "outcome" | "reason" | "comparedRows" | "worstError"
>;

/** Draws B; the same for every case, so that runs can be compared. */
const SEED_OF_B = 1;

/**
 * Measures every kernel of a competition on a case, and sets each beside the dense and the row-split
 * family of its device.
 *
 * @param one The case.
 * @param competition Who competes where.
 * @returns One record per kernel and device.
 *
 * @example The reference against itself
 * ```ts
 * import { compareKernels, QUICK_SAMPLING } from "@spmm/runner";
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import { randomCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 20, cols: 30, density: 0.2, seed: 1 });
 * const [record] = await compareKernels(
 *   { matrix: "random", source: "generated", problem: { a, n: 8 } },
 *   { entries: [{ device: hostDevice, kernels: [referenceKernel] }], sampling: QUICK_SAMPLING },
 * );
 * assert.equal(record.outcome, "measured");
 * assert.equal(record.speedupOverDense, undefined);
 * ```
 */
export async function compareKernels(
  one: ComparisonCase,
  competition: Competition,
): Promise<ComparisonRecord[]> {
  return (await comparisonRows(one, competition)).map(comparisonRecord);
}

/**
 * As {@linkcode compareKernels}, as rows of a point with all samples.
 *
 * @param one The case.
 * @param competition Who competes where.
 * @returns One row per kernel and device; the contender is the kernel.
 *
 * @example Samples by kind
 * ```ts
 * import { comparisonRows, QUICK_SAMPLING } from "@spmm/runner";
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import { randomCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 20, cols: 30, density: 0.2, seed: 1 });
 * const [row] = await comparisonRows(
 *   { matrix: "random", source: "generated", problem: { a, n: 8 } },
 *   { entries: [{ device: hostDevice, kernels: [referenceKernel] }], sampling: QUICK_SAMPLING },
 * );
 * assert.equal(row.samples?.["kernel"].length, 5);
 * ```
 */
export async function comparisonRows(
  one: ComparisonCase,
  { entries, sampling }: Competition,
): Promise<RowOutcome<ComparisonValues>[]> {
  const { k, n } = extents(one.problem);
  const b = randomDense(k, n, SEED_OF_B);
  const expected = expectation(one.problem, b);
  const rows: RowOutcome<ComparisonValues>[] = [];
  for (const { device, kernels } of entries) {
    const peaks = await device.peaks();
    const request = { problem: one.problem, b, device, kernels, sampling, expected };
    const outcomes = await measure(request);
    const baseline = (family: string) => {
      const i = kernels.findIndex((kernel) => kernel.family === family);
      return i === -1 ? undefined : secondsOf(outcomes[i]);
    };
    const beside = { dense: baseline("dense"), rowSplit: baseline("row-split") };
    outcomes.forEach((outcome, i) => {
      const { family } = kernels[i];
      const facts = { ...caseFacts(one), processor: processorOf(device), family };
      rows.push(
        rowOf<ComparisonValues>(outcome, facts, (found) => ({
          ...facts,
          ...measuredFacts(found, one.problem, peaks, beside),
        })),
      );
    });
  }
  return rows;
}

/**
 * The record of a row, for tables and CSV.
 *
 * @param row A row of {@linkcode comparisonRows}, new or kept.
 *
 * @example A kernel that said no
 * ```ts
 * import { comparisonRecord } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const skipped = { outcome: "skipped", reason: "too small", values: { matrix: "a", n: 8 } } as const;
 * const record = comparisonRecord({ contender: "csb", device: "a GPU", ...skipped });
 * assert.deepEqual([record.kernel, record.n, record.medianUs], ["csb", 8, undefined]);
 * ```
 */
export function comparisonRecord(row: RowOutcome<ComparisonValues>): ComparisonRecord {
  const { contender, device, outcome, reason, values, check } = row;
  // The order of the columns of a CSV file is that of the keys.
  return {
    ...NO_CASE,
    ...{ device, processor: "cpu", kernel: contender, family: "", outcome, reason },
    ...NOTHING,
    ...values,
    comparedRows: check?.comparedRows,
    worstError: check?.worstError,
  };
}

function caseFacts({ matrix, source, problem }: ComparisonCase): typeof NO_CASE {
  const { a, n, transpose = false, storage = "f32" } = problem;
  const { rows, cols }: Csr = a;
  const nonZeros = a.values.length;
  const sparsity = rows * cols === 0 ? 0 : 1 - nonZeros / (rows * cols);
  return { matrix, source, rows, cols, nonZeros, sparsity, n, transpose, storage };
}

interface Baselines {
  readonly dense: number | undefined;
  readonly rowSplit: number | undefined;
}

function measuredFacts(
  measured: Measurement,
  problem: SpmmProblem,
  peaks: DevicePeaks,
  { dense, rowSplit }: Baselines,
): Omit<typeof NOTHING, "comparedRows" | "worstError"> {
  const { median: middle, spread, least, count } = measured.time;
  return {
    ran: measured.ran,
    clock: measured.sampled.clock,
    medianUs: middle * 1e6,
    spreadUs: spread === undefined ? undefined : spread * 1e6,
    leastUs: least * 1e6,
    samples: count,
    repeats: measured.sampled.repeats,
    hostUs: median(measured.sampled.host) * 1e6,
    gflops: measured.flopsPerSecond / 1e9,
    rooflineFraction: roofline(problem, peaks).fractionOfRoofline(middle),
    speedupOverDense: dense === undefined ? undefined : dense / middle,
    speedupOverRowSplit: rowSplit === undefined ? undefined : rowSplit / middle,
    encodingBytes: measured.encodingBytes,
    bytesPerNonZero: problem.a.values.length === 0
      ? undefined
      : measured.encodingBytes / problem.a.values.length,
    inspectMs: measured.inspectSeconds * 1e3,
    uploadMs: measured.costs.uploadSeconds * 1e3,
    readbackMs: measured.costs.readbackSeconds * 1e3,
  };
}

/** Every case has these; a row that lacks them is of none. */
const NO_CASE: Pick<
  ComparisonRecord,
  | "matrix"
  | "source"
  | "rows"
  | "cols"
  | "nonZeros"
  | "sparsity"
  | "n"
  | "transpose"
  | "storage"
> = {
  matrix: "",
  source: "",
  rows: 0,
  cols: 0,
  nonZeros: 0,
  sparsity: 0,
  n: 0,
  transpose: false,
  storage: "f32",
};

const NOTHING: Omit<
  ComparisonRecord,
  keyof typeof NO_CASE | "device" | "processor" | "kernel" | "family" | "outcome" | "reason"
> = {
  ran: undefined,
  clock: undefined,
  medianUs: undefined,
  spreadUs: undefined,
  leastUs: undefined,
  samples: undefined,
  repeats: undefined,
  hostUs: undefined,
  gflops: undefined,
  rooflineFraction: undefined,
  speedupOverDense: undefined,
  speedupOverRowSplit: undefined,
  encodingBytes: undefined,
  bytesPerNonZero: undefined,
  inspectMs: undefined,
  uploadMs: undefined,
  readbackMs: undefined,
  comparedRows: undefined,
  worstError: undefined,
};

function secondsOf(outcome: Outcome): number | undefined {
  return outcome.kind === "measured" ? outcome.measurement.time.median : undefined;
}
