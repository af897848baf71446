import { csbSchedule } from "@spmm/csb";
import { type Csr, rowLengths } from "@spmm/formats";
import { mergePathPartition } from "@spmm/merge";
import { rowSwizzle } from "@spmm/row-swizzle";
import type { PlanDescription } from "@spmm/spmm";
import type { GpuLimits } from "@spmm/webgpu";

/** What each workgroup of a column tile gets, in the order in which they start. */
export interface Schedule {
  /** Non-zeros that it multiplies. */
  readonly nonZeros: readonly number[];
  /** Rows of C that it ends, or hands on as a partial sum. */
  readonly rowEnds: readonly number[];
  /** Non-zeros and row ends of its longest strand, which the others wait for. */
  readonly steps: readonly number[];
  /** Strands of a workgroup: groups of lanes side by side, each on rows or a part of its own. */
  readonly strands: number;
  /** Threads of a workgroup. */
  readonly threads: number;
}

/** What a schedule is told from: the matrix, what the plan says of itself, the device. */
export interface Scheduled {
  readonly a: Csr;
  readonly n: number;
  readonly facts: PlanDescription["facts"];
  readonly limits: GpuLimits;
}

/** How a kernel shares out a matrix. */
export type Scheduler = (scheduled: Scheduled) => Schedule;

/** Threads of a workgroup of the kernels that go by rows and by the merge path. */
const THREADS = 128;
/** Threads of a workgroup of CSB walked in place. */
const CSB_THREADS = 256;

/** Non-zeros that sliced-K deals out together. */
const QUAD = 4;

/** Row-split: so many rows to a workgroup, as they stand (Yang et al. 2018, §4.1). */
export function rowSplitSchedule({ a, facts }: Scheduled): Schedule {
  return byRows(rowLengths(a), numberOf(facts, "rowsPerWorkgroup"));
}

/** Row-split over rows by decreasing length (Gale et al. 2020, §5.2). */
export function swizzledSchedule({ a, facts }: Scheduled): Schedule {
  return byRows(swizzledLengths(a), numberOf(facts, "rowsPerWorkgroup"));
}

/** Bundles of rows of like length (Gale et al. 2020, §5.2). */
export function bundleSchedule({ a, facts }: Scheduled): Schedule {
  return byRows(swizzledLengths(a), numberOf(facts, "rowsPerBundle"));
}

/** Sliced-K: the quads of a row dealt out to several groups of lanes, rows as they stand. */
export function slicedSchedule({ a, facts }: Scheduled): Schedule {
  return bySlices(rowLengths(a), facts);
}

/** Sliced-K over rows by decreasing length. */
export function swizzledSlicedSchedule({ a, facts }: Scheduled): Schedule {
  return bySlices(swizzledLengths(a), facts);
}

/**
 * CSB unpacked to rows, whose product is that of sliced-K: over rows as they stand where each
 * workgroup gathers its own, by decreasing length where they are scattered to scratch before.
 */
export function unpackedSchedule(scheduled: Scheduled): Schedule {
  return scheduled.facts["unpackTo"] === "workgroup"
    ? slicedSchedule(scheduled)
    : swizzledSlicedSchedule(scheduled);
}

/** Equal parts of the merge path, one to each group of lanes (Yang et al. 2018, §4.2). */
export function mergeSchedule({ a, facts }: Scheduled): Schedule {
  const parts = numberOf(facts, "pathParts");
  const together = THREADS / numberOf(facts, "lanes");
  const { rows, nonZeros } = mergePathPartition(a.rowOffsets, parts);
  const groups = Math.ceil(parts / together);
  const share = (ends: Uint32Array, group: number) =>
    ends[Math.min(parts, (group + 1) * together)] - ends[group * together];
  const longestPart = Math.ceil((a.rows + a.values.length) / parts);
  return {
    nonZeros: Array.from({ length: groups }, (_, group) => share(nonZeros, group)),
    rowEnds: Array.from({ length: groups }, (_, group) => share(rows, group)),
    steps: Array<number>(groups).fill(longestPart),
    strands: together,
    threads: THREADS,
  };
}

/** Chunks of block rows (Buluç et al. 2009, §4). */
export function csbChunkSchedule({ a, n, limits }: Scheduled): Schedule {
  return csbScheduleOf({ a, n }, limits, {});
}

/** Whole block rows. */
export function csbLineSchedule({ a, n, limits }: Scheduled): Schedule {
  return csbScheduleOf({ a, n }, limits, { chunkNonZeros: Infinity });
}

function csbScheduleOf(...parameters: Parameters<typeof csbSchedule>): Schedule {
  const { nonZeros, rows, steps, strands } = csbSchedule(...parameters);
  return {
    nonZeros,
    rowEnds: rows,
    steps: steps.map((walked, chunk) => walked + Math.ceil(rows[chunk] / strands)),
    strands,
    threads: CSB_THREADS,
  };
}

function byRows(lengths: Uint32Array, together: number): Schedule {
  const nonZeros: number[] = [];
  const rowEnds: number[] = [];
  const steps: number[] = [];
  for (let begin = 0; begin < lengths.length; begin += together) {
    const group = lengths.subarray(begin, begin + together);
    nonZeros.push(group.reduce((sum, length) => sum + length, 0));
    rowEnds.push(group.length);
    steps.push(1 + group.reduce((longest, length) => Math.max(longest, length), 0));
  }
  return { nonZeros, rowEnds, steps, strands: together, threads: THREADS };
}

/** By rows, whose longest strand is a slice of the longest row: whole quads, and the row's end. */
function bySlices(lengths: Uint32Array, facts: Scheduled["facts"]): Schedule {
  const together = numberOf(facts, "rowsPerWorkgroup");
  const slices = numberOf(facts, "slices");
  const whole = byRows(lengths, together);
  return {
    ...whole,
    steps: whole.steps.map((step) => 1 + QUAD * Math.ceil((step - 1) / (QUAD * slices))),
    strands: together * slices,
    threads: numberOf(facts, "threads"),
  };
}

function swizzledLengths(a: Csr): Uint32Array {
  const lengths = rowLengths(a);
  return rowSwizzle(a).map((row) => lengths[row]);
}

function numberOf(facts: Scheduled["facts"], name: string): number {
  const fact = facts[name];
  if (typeof fact === "number") return fact;
  throw new TypeError(
    `Cannot tell a schedule: the plan must say its ${name}, a number: received ${fact}`,
  );
}
