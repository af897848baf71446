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
import type { Outcome } from "./measurement.ts";
import type { SamplingOptions } from "./sampling.ts";

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
  /** Encode, reorder, upload A, compile, ms. */
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
  { entries, sampling }: Competition,
): Promise<ComparisonRecord[]> {
  const { k, n } = extents(one.problem);
  const b = randomDense(k, n, SEED_OF_B);
  const expected = expectation(one.problem, b);
  const records: ComparisonRecord[] = [];
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
      records.push({
        ...caseFacts(one),
        device: device.name,
        processor: processorOf(device),
        kernel: kernels[i].name,
        family: kernels[i].family,
        ...outcomeFacts(outcome, one.problem, peaks, beside),
      });
    });
  }
  return records;
}

type CaseKeys =
  | "matrix"
  | "source"
  | "rows"
  | "cols"
  | "nonZeros"
  | "sparsity"
  | "n"
  | "transpose"
  | "storage";

function caseFacts({ matrix, source, problem }: ComparisonCase): Pick<ComparisonRecord, CaseKeys> {
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

function outcomeFacts(
  outcome: Outcome,
  problem: SpmmProblem,
  peaks: DevicePeaks,
  { dense, rowSplit }: Baselines,
): Omit<ComparisonRecord, CaseKeys | "device" | "processor" | "kernel" | "family"> {
  if (outcome.kind !== "measured") {
    const reason = outcome.kind === "skipped" ? outcome.reason : outcome.error;
    return { ...NOTHING, outcome: outcome.kind, reason };
  }
  const { measurement: measured } = outcome;
  const { median, spread, least, count } = measured.time;
  return {
    outcome: "measured",
    reason: undefined,
    ran: measured.ran,
    clock: measured.sampled.clock,
    medianUs: median * 1e6,
    spreadUs: spread === undefined ? undefined : spread * 1e6,
    leastUs: least * 1e6,
    samples: count,
    repeats: measured.sampled.repeats,
    hostUs: measured.sampled.hostSeconds * 1e6,
    gflops: measured.flopsPerSecond / 1e9,
    rooflineFraction: roofline(problem, peaks).fractionOfRoofline(median),
    speedupOverDense: dense === undefined ? undefined : dense / median,
    speedupOverRowSplit: rowSplit === undefined ? undefined : rowSplit / median,
    encodingBytes: measured.encodingBytes,
    bytesPerNonZero: problem.a.values.length === 0
      ? undefined
      : measured.encodingBytes / problem.a.values.length,
    inspectMs: measured.inspectSeconds * 1e3,
    uploadMs: measured.costs.uploadSeconds * 1e3,
    readbackMs: measured.costs.readbackSeconds * 1e3,
    comparedRows: measured.check.comparedRows,
    worstError: measured.check.worst,
  };
}

const NOTHING = {
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
