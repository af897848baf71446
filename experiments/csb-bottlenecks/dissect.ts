import type { NamedMatrix } from "@spmm/datasets";
import { randomDense } from "@spmm/formats";
import {
  contenderOf,
  measure,
  type Measurement,
  type Outcome,
  placeUnwritten,
  rowOf,
  type RowOutcome,
  type Sampled,
  sampleInTurn,
  type SamplingOptions,
  summarize,
} from "@spmm/runner";
import { type DevicePeaks, extents, roofline, type SpmmProblem } from "@spmm/spmm";
import type { GpuDevice } from "@spmm/webgpu";
import { type Balance, balanceOf } from "./balance.ts";
import { inspectionOf } from "./inspection.ts";
import type {
  BottleneckValues,
  KernelFacts,
  MatrixFacts,
  TimeFacts,
  UnpackedFacts,
  WholeFacts,
} from "./kept_values.ts";
import { trafficOf } from "./traffic.ts";
import { emptyDispatch, type Role, type Variant, VARIANTS } from "./variants.ts";

/** Draws B; the same for every matrix, so that runs can be compared. */
const SEED_OF_B = 1;

/** The share of warming that empty dispatches are worth. */
const WARM_FLOORS = 0.05;

/** What is dissected, where. */
export interface Subject {
  /** The matrix. */
  readonly named: NamedMatrix;
  /** Columns of B. */
  readonly n: number;
  /** Where. */
  readonly device: GpuDevice;
  /** How to sample. */
  readonly sampling: SamplingOptions;
}

/**
 * Measures both kernels over blocks, all their variants and the kernel over rows in turn on one
 * matrix, then dispatches that do nothing. Every variant's timed product is checked.
 */
export async function dissect(subject: Subject): Promise<RowOutcome<BottleneckValues>[]> {
  const { named, n, device, sampling } = subject;
  const facts = matrixFacts(named, n);
  const problem: SpmmProblem = { a: named.matrix, n };
  if (facts.nonZeros === 0) return [emptyMatrix(device, facts)];
  const peaks = await device.peaks();
  const inspection = await inspectionOf(problem, device);
  const b = randomDense(problem.a.cols, n, SEED_OF_B);
  const kernels = VARIANTS.map(({ kernel }) => kernel);
  const outcomes = await measure({ problem, b, device, kernels, sampling });
  const medians = new Map(VARIANTS.map(({ role }, i) => [role, medianUs(outcomes[i])]));
  const rows = VARIANTS.map((variant, i) => {
    const { role, variantOf } = variant;
    const known = { ...facts, role };
    const whole = variantOf && medians.get(variantOf);
    return rowOf<BottleneckValues>(outcomes[i], known, (measurement) => ({
      ...known,
      ...timesOf(measurement.sampled, whole),
      ...balanceOfVariant(variant, problem, device),
      ...(variantOf === undefined && kernelFacts(measurement, problem, peaks)),
      ...(role === "whole" && wholeFacts(measurement, problem, peaks)),
      ...(role === "unpacked" && inspection),
      ...((role === "unpacked" || role === "scratch") && unpackedFacts(measurement)),
    }));
  });
  return [...rows, ...await floors(subject, facts, problem)];
}

function matrixFacts({ name, origin, matrix }: NamedMatrix, n: number): MatrixFacts {
  const { rows, cols, values } = matrix;
  const nonZeros = values.length;
  const group = groupOf(name, 1 - nonZeros / (rows * cols));
  return { matrix: name, origin, group, rows, cols, nonZeros, n };
}

/** The network, and which third of the collection's range of sparsities. */
function groupOf(name: string, sparsity: number): string {
  const [model] = name.split("/");
  const zeros = sparsity < 0.75 ? "below 75 %" : sparsity < 0.93 ? "75–93 %" : "above 93 %";
  return `${model}, ${zeros}`;
}

function medianUs(outcome: Outcome): number | undefined {
  return outcome.kind === "measured" ? outcome.measurement.time.median * 1e6 : undefined;
}

function timesOf({ clock, seconds }: Sampled, wholeUs: number | undefined): TimeFacts {
  const { median, spread } = summarize(seconds);
  const medianUs = median * 1e6;
  return {
    clock,
    medianUs,
    spreadUs: spread === undefined ? undefined : spread * 1e6,
    extraUs: wholeUs === undefined ? undefined : medianUs - wholeUs,
  };
}

/** A part done twice leaves the chunks as they are: their balance is told once. */
function balanceOfVariant(
  { role, chunkNonZeros }: Variant,
  problem: SpmmProblem,
  { limits }: GpuDevice,
): Partial<Balance> {
  const balances = role === "whole" || role === "whole lines" || role === "fine chunks";
  return balances ? balanceOf(problem, limits, chunkNonZeros) : {};
}

function kernelFacts(
  { encodingBytes, flopsPerSecond }: Measurement,
  problem: SpmmProblem,
  peaks: DevicePeaks,
): KernelFacts {
  const minimumBytes = roofline(problem, peaks, encodingBytes).bytes;
  return { encodingBytes, minimumBytes, gflops: flopsPerSecond / 1e9 };
}

function unpackedFacts({ description: { facts } }: Measurement): UnpackedFacts {
  return { unpackTo: `${facts["unpackTo"]}`, unpackedBytes: Number(facts["unpackedBytes"]) };
}

function wholeFacts(
  { time, encodingBytes, description: { facts } }: Measurement,
  problem: SpmmProblem,
  peaks: DevicePeaks,
): Omit<WholeFacts, keyof KernelFacts> {
  const roof = roofline(problem, peaks, encodingBytes);
  const onChip = peaks.onChipBytesPerSecond;
  return {
    peakGigabytes: peaks.bytesPerSecond / 1e9,
    peakGflops: peaks.flopsPerSecond / 1e9,
    peakOnChipGigabytes: onChip === undefined ? undefined : onChip / 1e9,
    memoryShare: roof.secondsByBytes / time.median,
    operationsShare: roof.secondsByOperations / time.median,
    onChipShare: roof.secondsByOnChipOperands === undefined
      ? undefined
      : roof.secondsByOnChipOperands / time.median,
    ...trafficOf(problem, {
      bytes: encodingBytes,
      columnTiles: Number(facts["columnTiles"]),
      partialBytes: Number(facts["partialBytes"]),
    }),
  };
}

/** What a dispatch costs that does nothing: of one workgroup, and of as many as walking has. */
async function floors(
  { device, sampling }: Subject,
  facts: MatrixFacts,
  problem: SpmmProblem,
): Promise<RowOutcome<BottleneckValues>[]> {
  const { workgroups } = balanceOf(problem, device.limits, undefined);
  const { m, n, k } = extents(problem);
  using b = await placeUnwritten(device, k, n, "f32");
  using c = await placeUnwritten(device, m, n, "f32");
  await using one = await emptyDispatch("empty dispatch", 1).plan(problem, device);
  await using many = await emptyDispatch("empty workgroups", workgroups).plan(problem, device);
  const contenders = [one, many].map((plan) => contenderOf(plan, b.matrix, c.matrix));
  const [launch, all] = await sampleInTurn(device, contenders, {
    samples: sampling.samples,
    sampleSeconds: sampling.sampleSeconds,
    // The clocks are warm from the kernels, and what does nothing takes long to keep a GPU busy.
    warmSeconds: WARM_FLOORS * sampling.warmSeconds,
  });
  const row = (contender: string, role: Role, sampled: Sampled): RowOutcome<BottleneckValues> => ({
    contender,
    device: device.name,
    outcome: "measured",
    values: { ...facts, role, ...timesOf(sampled, undefined) },
    samples: { kernel: sampled.seconds, host: sampled.host },
  });
  return [row(one.kernel, "launch", launch), row(many.kernel, "workgroups", all)];
}

function emptyMatrix(device: GpuDevice, facts: MatrixFacts): RowOutcome<BottleneckValues> {
  return {
    contender: "csb-walk",
    device: device.name,
    outcome: "skipped",
    reason: "it has no non-zeros: there is nothing to take apart",
    values: facts,
  };
}
