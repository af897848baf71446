import type { RowStatistics } from "@spmm/formats";
import { type DeviceKind, extents, type SpmmKernel, type SpmmProblem } from "@spmm/spmm";
import { kernels } from "./kernels.ts";

/**
 * Share of non-zeros from which a GPU multiplies all elements at least as fast. Gale et al. 2020 §1
 * put sparse kernels ahead of dense ones from 71 % zeros on.
 */
const DENSE_FROM = 0.29;
/**
 * Mean row length under which merge path beats row-split: Yang, Buluç, Owens 2018 §5.3 draw the
 * line there, since shorter rows leave lanes idle and the latency of B's rows uncovered.
 */
const MERGE_BELOW = 9.35;
/**
 * A row this many times the mean keeps one workgroup busy when the others are done; no order of the
 * rows mends it, only a kernel that cuts rows does (ibid. §3).
 */
const MERGE_FROM_IMBALANCE = 8;
/**
 * Warps that a large GPU wants in flight: 132 multiprocessors with 16 each hide the latency of
 * memory. WebGPU does not tell how wide a device is, and a narrower one has enough with fewer.
 */
const WARPS_IN_FLIGHT = 2048;
/** Columns of C that a warp of 32 lanes with four columns each covers. */
const COLUMNS_PER_WARP = 128;
/**
 * Variation of row lengths from which an order of the rows pays: the longest of the eight rows of a
 * workgroup is then some 14 % above the mean, and the others wait (Gale et al. 2020 §5.2).
 */
const SWIZZLE_FROM_VARIATION = 0.1;
/** Columns under which a subwarp of 1-D tiling has lanes without work (ibid. §5.1). */
const TILING_FROM_COLUMNS = 32;
/** Variation up to which rows padded to the longest of a slice store next to no padding. */
const ELL_UP_TO_VARIATION = 0.05;
/**
 * Rows up to which staging pays: the networks it was made for have 32 weights to a row, and so few
 * that the rows of B they need fit workgroup memory (Hidayetoğlu et al. 2020 §III).
 */
const ELL_UP_TO_MEAN = 64;
/** Columns of a minibatch, each weight being read once for all of them (ibid.). */
const ELL_FROM_COLUMNS = 12;

/** Whether a kernel suits a problem, and why or why not. */
export interface Judgement {
  readonly suits: boolean;
  readonly because: string;
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
  { kernel: kernels.get("dense"), judge: judgeDense },
  { kernel: kernels.get("merge"), judge: judgeMerge },
  { kernel: kernels.get("sliced-ell"), judge: judgeSlicedEll },
  { kernel: kernels.get("tiling-1d+swizzle"), judge: both(judgeTiling, judgeSwizzle) },
  { kernel: kernels.get("tiling-1d"), judge: judgeTiling },
  { kernel: kernels.get("row-swizzle"), judge: judgeSwizzle },
  { kernel: kernels.get("row-split+swizzle"), judge: judgeSwizzle },
  { kernel: kernels.get("row-split"), judge: () => yes("it takes rows as they come, a warp each") },
  { kernel: kernels.get("csb"), judge: judgeCsb },
];

const CPU_RULES: readonly Rule[] = [
  {
    kernel: kernels.get("row-split-cpu"),
    judge: () => yes("its threads share the non-zeros evenly, whatever the rows are like"),
  },
  { kernel: kernels.get("csb-cpu"), judge: judgeCsb },
];

function judgeDense({ density }: RowStatistics): Judgement {
  const share = `${percent(density)} of A is non-zero`;
  return density >= DENSE_FROM
    ? yes(`${share}, and from ${percent(DENSE_FROM)} on the dense product is faster`)
    : no(`${share}, and the dense product pays from ${percent(DENSE_FROM)} on`);
}

function judgeMerge({ nnz, mean, max, imbalance }: RowStatistics, problem: SpmmProblem): Judgement {
  if (nnz === 0) return no("there are no non-zeros to share");
  const rows = `rows have ${mean.toPrecision(3)} non-zeros on average`;
  if (mean < MERGE_BELOW) return yes(`${rows}, fewer than the ${MERGE_BELOW} that a warp needs`);
  if (imbalance > MERGE_FROM_IMBALANCE) {
    return yes(`the longest row has ${max} non-zeros, ${imbalance.toFixed(0)} × the mean`);
  }
  const warps = warpsOf(problem);
  if (warps < WARPS_IN_FLIGHT && mean > MERGE_BELOW * WARPS_IN_FLIGHT / warps) {
    return yes(`a warp to a row makes ${warps}, a GPU wants ${WARPS_IN_FLIGHT}, and rows are long`);
  }
  return no(`${rows}, the longest ${max}, and enough of them`);
}

/** Warps that a kernel with a warp to a row and 128 columns keeps in flight. */
function warpsOf(problem: SpmmProblem): number {
  const { m, n } = extents(problem);
  return m * Math.ceil(n / COLUMNS_PER_WARP);
}

function judgeSlicedEll({ nnz, mean, variation }: RowStatistics, { n }: SpmmProblem): Judgement {
  if (nnz === 0 || variation > ELL_UP_TO_VARIATION || mean > ELL_UP_TO_MEAN) {
    return no(`it wants rows of one length, of up to ${ELL_UP_TO_MEAN} non-zeros`);
  }
  return n < ELL_FROM_COLUMNS
    ? no(`its minibatch has ${ELL_FROM_COLUMNS} columns, and B has ${n}`)
    : yes(`all rows have about ${mean.toFixed(0)} non-zeros, so that padding costs nothing`);
}

function judgeTiling(_rows: RowStatistics, { n }: SpmmProblem): Judgement {
  return n >= TILING_FROM_COLUMNS
    ? yes(`B's ${n} columns fill its subwarps`)
    : no(`its subwarps take ${TILING_FROM_COLUMNS} columns, and B has ${n}`);
}

function judgeSwizzle({ variation }: RowStatistics): Judgement {
  const rows = `row lengths vary by ${percent(variation)}`;
  return variation >= SWIZZLE_FROM_VARIATION
    ? yes(`${rows}, so rows of like length go together`)
    : no(`${rows}, too little for an order of the rows to pay`);
}

/**
 * Row-based kernels take op(A) by rows while they inspect, which is paid once. CSB's one encoding
 * for A and Aᵀ is worth its slower walk only to who multiplies by both, and a problem names one.
 */
function judgeCsb(): Judgement {
  return no("it pays where A and Aᵀ are both multiplied from one encoding: ask for it by name");
}

/** Suits where both do. */
function both(first: Rule["judge"], second: Rule["judge"]): Rule["judge"] {
  return (rows, problem) => {
    const judged = [first(rows, problem), second(rows, problem)];
    const against = judged.find(({ suits }) => !suits);
    return against ?? yes(judged.map(({ because }) => because).join(", and "));
  };
}

function yes(because: string): Judgement {
  return { suits: true, because };
}

function no(because: string): Judgement {
  return { suits: false, because };
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(3)} %`;
}
