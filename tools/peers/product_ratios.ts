import { geometricMean, median } from "@spmm/runner";

/** Who is timed. What is ours has its B and C in the device's memory, unless copies are named. */
export const CONTENDERS = [
  "row-split",
  "row-split with copies",
  "row-split, 2 threads",
  "SciPy",
  "Eigen",
  "csb",
  "csb transposed",
  "kept transpose",
  "SciPy transposed",
  "Eigen transposed",
] as const;

/** One of those who are timed. */
export type Contender = typeof CONTENDERS[number];

/**
 * How the rounds of a case are made one number. Rates are those of the median or the least seconds;
 * a ratio is the median of the rounds' own ratios, since what disturbs a round disturbs both, or the
 * ratio of the least seconds.
 */
export type Statistic = "median" | "least";

/** What was measured of one matrix and N. */
export interface CaseTimes {
  readonly matrix: string;
  readonly sparsity: number;
  readonly n: number;
  readonly flops: number;
  /** Seconds of one product in each round by contender; those who are missing have none. */
  readonly seconds: ReadonlyMap<Contender, readonly number[]>;
}

/** How many times as fast one is to be as another. */
export interface Target {
  readonly of: Contender;
  readonly over: Contender;
  /** Wanted of the geometric mean. */
  readonly mean: number;
  /** Wanted of every case, where something is. */
  readonly worst?: number;
}

/** What the CPU kernels are to reach. */
export const TARGETS: readonly Target[] = [
  { of: "row-split", over: "SciPy", mean: 2, worst: 1.5 },
  { of: "row-split", over: "Eigen", mean: 1 },
  { of: "row-split, 2 threads", over: "row-split", mean: 1.9 },
  { of: "csb transposed", over: "SciPy transposed", mean: 1.2 },
  { of: "kept transpose", over: "SciPy transposed", mean: 1.8 },
];

/** What became of a target. */
export interface Outcome {
  readonly cases: number;
  readonly mean: number;
  readonly worst: number;
  /** The case that is worst. */
  readonly worstCase: CaseTimes;
  readonly met: boolean;
}

/**
 * Compares two contenders over all cases that have both.
 *
 * @returns The outcome, or undefined where no case has both.
 */
export function outcomeOf(
  { of, over, mean: wanted, worst: least = 0 }: Target,
  cases: readonly CaseTimes[],
  statistic: Statistic,
): Outcome | undefined {
  const ratios = cases.flatMap((times) => {
    const value = ratio(times, of, over, statistic);
    return value === undefined ? [] : [{ times, value }];
  });
  if (ratios.length === 0) return undefined;
  const worst = ratios.reduce((low, next) => next.value < low.value ? next : low);
  const mean = geometricMean(ratios.map(({ value }) => value));
  return {
    cases: ratios.length,
    mean,
    worst: worst.value,
    worstCase: worst.times,
    met: mean >= wanted && worst.value >= least,
  };
}

/** How many times as fast one is as another, where both were timed. */
function ratio(
  { seconds }: CaseTimes,
  of: Contender,
  over: Contender,
  statistic: Statistic,
): number | undefined {
  const [own, other] = [seconds.get(of), seconds.get(over)];
  if (own === undefined || other === undefined) return undefined;
  if (statistic === "least") return Math.min(...other) / Math.min(...own);
  return median(own.map((value, round) => other[round] / value));
}

/** GFLOP/s of a contender, where it was timed. */
export function rateOf(
  { seconds, flops }: CaseTimes,
  one: Contender,
  statistic: Statistic,
): number | undefined {
  const own = seconds.get(one);
  if (own === undefined) return undefined;
  return flops / (statistic === "least" ? Math.min(...own) : median(own)) / 1e9;
}

/** A line for each target: what was wanted, what was reached, and where least. */
export function targetLines(cases: readonly CaseTimes[], statistic: Statistic): string[] {
  return TARGETS.map((target) => {
    const outcome = outcomeOf(target, cases, statistic);
    const name = `${target.of} over ${target.over}`.padEnd(40);
    if (outcome === undefined) return `${name} not measured`;
    const { mean, worst, worstCase, met } = outcome;
    const floor = target.worst === undefined ? "" : `, each ≥ ${target.worst.toFixed(1)}`;
    return `${name} ${mean.toFixed(2)}, worst ${worst.toFixed(2)} ` +
      `(N = ${worstCase.n}, ${worstCase.matrix}); wanted ≥ ${target.mean.toFixed(1)}${floor}: ` +
      (met ? "met" : "NOT MET");
  });
}

/** GFLOP/s of everyone and the ratios of the targets, by N and sparsity: geometric means. */
export function productTable(cases: readonly CaseTimes[], statistic: Statistic): string[] {
  const timed = CONTENDERS.filter((one) => cases.some(({ seconds }) => seconds.has(one)));
  const ratios = TARGETS.filter((target) => outcomeOf(target, cases, statistic) !== undefined);
  const heads = [
    "N",
    "sparsity",
    "cases",
    ...timed,
    ...ratios.map(({ of, over }) => `${of} / ${over}`),
  ];
  const groups = Map.groupBy(cases, ({ n, sparsity }) => `${n} ${sparsity}`);
  const byN = (a: CaseTimes, b: CaseTimes) => a.n - b.n || a.sparsity - b.sparsity;
  const rows = [...groups.values()].toSorted(([a], [b]) => byN(a, b)).map((group) => [
    `${group[0].n}`,
    `${group[0].sparsity}`,
    `${group.length}`,
    ...timed.map((one) => rate(group, one, statistic).toFixed(1)),
    ...ratios.map((target) => outcomeOf(target, group, statistic)?.mean.toFixed(2) ?? ""),
  ]);
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)];
}

function rate(group: readonly CaseTimes[], one: Contender, statistic: Statistic): number {
  return geometricMean(group.flatMap((times) => rateOf(times, one, statistic) ?? []));
}
