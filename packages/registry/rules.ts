import type { RowStatistics } from "@spmm/formats";
import { type DeviceKind, extents, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import { kernels } from "./kernels.ts";

/**
 * Share of non-zeros from which a GPU multiplies all elements at least as fast, of a product of so
 * many elements of A times columns of B. Measured on an H200 at 256 and 1024 columns: the dense
 * product and sliced-K draw level at about half where they are 2²⁵, since few dense tiles leave the
 * GPU idle, and at a fifth where they are 2³⁰: about by the fourth root. In f16, which helps sliced-K
 * alone, since the dense product multiplies in f32 anyway, it is nearly half at all sizes.
 */
const DENSE_FROM = 0.29;
const DENSE_FROM_AT = 2 ** 28;
const DENSE_FROM_LEAST = 0.2;
const DENSE_FROM_MOST = 0.7;
const DENSE_FROM_OF_HALVES = 0.45;
/** The same where units multiply matrices of halves: their product draws level at fewer non-zeros. */
const MMA_FROM = 0.13;
const MMA_FROM_LEAST = 0.07;
/** Narrower products leave most of a dense tile unused. */
const DENSE_FROM_COLUMNS = 128;
/** Mean row length from which sliced-K pays; it fills rows up to quads, and one in four is enough. */
const SLICED_K_FROM_MEAN = 1;
/**
 * A row this many times the mean, and so long, may keep one workgroup busy when the others are done;
 * no order of the rows mends it, only a kernel that cuts rows does (Yang, Buluç, Owens 2018 §3).
 * Under that length merge path's second pass costs more than the wait.
 */
const MERGE_FROM_IMBALANCE = 8;
const MERGE_FROM_LONGEST = 1024;
/**
 * Sliced-K cuts rows too, but into no more slices than this, and the longest is still at work when
 * each of the warps that a large GPU has room for has done so many times its share of a column tile.
 * Measured on an H200 at 8192 rows and 256 columns: merge path takes 0.87 times sliced-K's time where
 * it is 5 times the share, and 1.06 where it is 2.
 */
const SLICES = 16;
const WARPS = 32 * 132;
const MERGE_FROM_SHARES = 3;
/**
 * Of narrower products merge path waits as much, and slices have the GPU to themselves: it takes 1.17
 * times that time at 64 columns, 1.07 at 128 and 0.9 at 256 and 1024.
 */
const MERGE_FROM_COLUMNS = 192;
/**
 * Variation of row lengths from which an order of the rows pays: the longest of the eight rows of a
 * workgroup is then some 9 % above the mean, and the others wait (Gale et al. 2020 §5.2). Measured on
 * an H200: from here to 0.1 it gains 2 % on pruned layers and 5 to 10 % on random matrices of 4096
 * rows; at 0.05 it takes neighbours apart, which costs a band a third of its speed.
 */
const SWIZZLE_FROM_VARIATION = 0.06;

/** Whether a kernel suits a problem, and why or why not. */
export interface Judgement {
  readonly suits: boolean;
  /** The reason in words: numbers take longer to write than to compare. */
  because(): string;
}

/** When a kernel is the one to take. */
export interface Rule {
  readonly kernel: SpmmKernel;
  /** Judges by the rows of op(A) and the problem's other sides. */
  judge(rows: RowStatistics, problem: SpmmProblem): Judgement;
}

/** The rule for a kind of device: kernels in the order in which they are asked. */
export function rulesFor(kind: DeviceKind): readonly Rule[] {
  switch (kind) {
    case "webgpu":
      return GPU_RULES;
    case "cpu":
      return CPU_RULES;
    case "cuda":
      return [];
  }
}

const GPU_RULES: readonly Rule[] = [
  { kernel: kernels.get("dense-mma"), judge: judgeMma },
  { kernel: kernels.get("dense"), judge: judgeDense },
  { kernel: kernels.get("sliced-k+swizzle"), judge: both(judgeSlicedK, judgeSwizzle) },
  { kernel: kernels.get("sliced-k"), judge: judgeSlicedK },
  { kernel: kernels.get("merge"), judge: judgeMerge },
  {
    kernel: kernels.get("row-split"),
    judge: () => yes(() => "it takes rows as they come, a warp each"),
  },
  { kernel: kernels.get("csb"), judge: judgeCsb },
];

const CPU_RULES: readonly Rule[] = [
  {
    kernel: kernels.get("row-split-cpu"),
    judge: () => yes(() => "its threads share the non-zeros evenly, whatever the rows are like"),
  },
  { kernel: kernels.get("csb-cpu"), judge: judgeCsb },
];

function judgeMma(rows: RowStatistics, problem: SpmmProblem): Judgement {
  return problem.storage === "f16"
    ? judgeFull(rows, problem, levelFrom(problem, MMA_FROM, MMA_FROM_LEAST))
    : no(() => "units that multiply matrices take halves, and these are not");
}

function judgeDense(rows: RowStatistics, problem: SpmmProblem): Judgement {
  const least = problem.storage === "f16"
    ? DENSE_FROM_OF_HALVES
    : levelFrom(problem, DENSE_FROM, DENSE_FROM_LEAST);
  return judgeFull(rows, problem, least);
}

function judgeFull({ density }: RowStatistics, { n }: SpmmProblem, least: number): Judgement {
  const share = (): string => `${percent(density)} of A is non-zero`;
  if (density < least) {
    return no(() => `${share()}, and the dense product pays from ${percent(least)} on`);
  }
  return n >= DENSE_FROM_COLUMNS
    ? yes(() => `${share()}, and from ${percent(least)} on the dense product is faster`)
    : no(() => `B has ${n} columns, and the dense product pays from ${DENSE_FROM_COLUMNS} on`);
}

/** The density from which a dense product and sliced-K draw level, by the size of the product. */
function levelFrom({ a, n }: SpmmProblem, fitted: number, least: number): number {
  const level = fitted * (DENSE_FROM_AT / (a.rows * a.cols * n)) ** 0.25;
  return Math.max(least, Math.min(DENSE_FROM_MOST, level));
}

function judgeSlicedK(rows: RowStatistics, problem: SpmmProblem): Judgement {
  if (rows.mean < SLICED_K_FROM_MEAN) {
    return no(() => `${lengths(rows)}: far short of the quads it fills`);
  }
  return isTowering(rows, problem)
    ? no(() => `${lengths(rows)}: one workgroup would be left with it`)
    : yes(() => `${lengths(rows)}: quads to share among warps until the GPU is full`);
}

function judgeMerge(rows: RowStatistics, problem: SpmmProblem): Judgement {
  return isTowering(rows, problem)
    ? yes(() => `${lengths(rows)}: rows and non-zeros are shared evenly, whatever the lengths`)
    : no(() => `${lengths(rows)}: none so long that it must be cut`);
}

/** Whether the longest row would be at work when all others are done. */
function isTowering({ mean, max, imbalance }: RowStatistics, problem: SpmmProblem): boolean {
  if (imbalance <= MERGE_FROM_IMBALANCE || max <= MERGE_FROM_LONGEST) return false;
  // Slices of halves are chosen by a rule of their own, which was fitted to no such rows.
  if (problem.storage === "f16") return true;
  const share = extents(problem).m * mean / WARPS;
  return problem.n >= MERGE_FROM_COLUMNS && max / SLICES > MERGE_FROM_SHARES * share;
}

function lengths({ mean, max, imbalance }: RowStatistics): string {
  return `rows have ${mean.toPrecision(3)} non-zeros on average, the longest ${max}, ` +
    `${imbalance.toPrecision(2)} × the mean`;
}

function judgeSwizzle({ variation }: RowStatistics): Judgement {
  const rows = (): string => `row lengths vary by ${percent(variation)}`;
  return variation >= SWIZZLE_FROM_VARIATION
    ? yes(() => `${rows()}, so rows of like length go together`)
    : no(() => `${rows()}, too little for an order of the rows to pay`);
}

/**
 * Row-based kernels take op(A) by rows while they inspect, which is paid once. CSB's one encoding
 * for A and Aᵀ is worth its unpacking only to who multiplies by both, and a problem names one.
 */
function judgeCsb(): Judgement {
  return no(() =>
    "it pays where A and Aᵀ are both multiplied from one encoding: ask for it by name"
  );
}

/** Suits where both do. */
function both(first: Rule["judge"], second: Rule["judge"]): Rule["judge"] {
  return (rows, problem) => {
    const judged = [first(rows, problem), second(rows, problem)];
    const against = judged.find(({ suits }) => !suits);
    return against ?? yes(() => judged.map(({ because }) => because()).join(", and "));
  };
}

function yes(because: Judgement["because"]): Judgement {
  return { suits: true, because };
}

function no(because: Judgement["because"]): Judgement {
  return { suits: false, because };
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}
