import { type KeptRow, type MeasuredRow, measuredRows } from "@spmm/runner";

/** How a contender serves both directions. */
export type Way = "one encoding" | "kept copy" | "converted" | "transposed flag" | "scatter";

/** What is recorded of a contender on a matrix. */
export interface TransposeValues {
  /** The matrix's name. */
  readonly matrix: string;
  /** `file`, `stand-in` or `generated`. */
  readonly source: string;
  readonly rows: number;
  readonly cols: number;
  readonly nonZeros: number;
  /** Zeros over elements. */
  readonly sparsity: number;
  /** Columns of B. */
  readonly n: number;
  /** What computes: `gpu`, `software gpu` or `cpu`. */
  readonly processor: string;
  /** How both directions are served. */
  readonly way: Way;
  /** The kernel. */
  readonly kernel: string;
  /** Whether the times are another's, read from a file. */
  readonly published: boolean;
  /** Which clock took the times: `gpu` or `host`; `events` where published. */
  readonly clock: string;
  /** Median of A·B and of Aᵀ·B, µs, with the median absolute deviation. */
  readonly forwardUs: number;
  readonly forwardSpreadUs?: number;
  readonly backwardUs: number;
  readonly backwardSpreadUs?: number;
  /** Aᵀ·B over A·B. */
  readonly backwardOverForward: number;
  /** Encode, convert and upload, once for every A that is new; absent where it was not measured. */
  readonly prepareMs?: number;
  /** Transpose and upload, once for every Aᵀ·B. */
  readonly convertMs?: number;
  /** Bytes of A on the device while neither direction runs, and at most. */
  readonly keptBytes: number;
  readonly peakBytes: number;
  /** Kept bytes over entries. */
  readonly bytesPerNonZero: number;
  /** Bytes on the device beside A, which plans may share; absent where it is not known. */
  readonly workspaceBytes?: number;
}

/** A row of this experiment. */
export type TransposeRow = KeptRow<TransposeValues>;

/** A row with times. */
export type TimedRow = MeasuredRow<TransposeValues>;

/**
 * Microseconds of an A·B and an Aᵀ·B where A changes after every `uses` of both: what is prepared is
 * shared among them, what is converted each time is not. Absent where preparing was not measured.
 */
export function pairUs(values: TransposeValues, uses: number): number | undefined {
  return values.prepareMs === undefined
    ? undefined
    : bothUs(values) + 1000 * values.prepareMs / uses;
}

/** The same with nothing to prepare. */
export function bothUs({ forwardUs, backwardUs, convertMs = 0 }: TransposeValues): number {
  return forwardUs + backwardUs + 1000 * convertMs;
}

/**
 * How many uses in both directions a kept copy needs before the time it saves has paid for making it,
 * beside one encoding: 0 where it never costs more, Infinity where it never pays.
 */
export function breakEven(encoding: TransposeValues, copy: TransposeValues): number {
  const saved = bothUs(encoding) - bothUs(copy);
  const cost = 1000 * ((copy.prepareMs ?? NaN) - (encoding.prepareMs ?? NaN));
  if (cost <= 0) return saved >= 0 ? 0 : Infinity;
  return saved <= 0 ? Infinity : cost / saved;
}

/** How many times as fast one encoding multiplies by Aᵀ; 0.5 is half as fast. */
export function backwardGain(encoding: TransposeValues, other: TransposeValues): number {
  const { backwardUs, convertMs = 0 } = other;
  return (backwardUs + 1000 * convertMs) / encoding.backwardUs;
}

/** Bytes over entries of all that is on the device, A and what is beside it. */
export function allBytesPerNonZero(values: TransposeValues): number | undefined {
  const { keptBytes, workspaceBytes, nonZeros } = values;
  return workspaceBytes === undefined ? undefined : (keptBytes + workspaceBytes) / nonZeros;
}

/** Rows that stand in one table: a device and n, over the matrices that all contenders have times of. */
export interface Group {
  readonly device: string;
  readonly processor: string;
  readonly n: number;
  /** Matrices in common. */
  readonly matrices: readonly string[];
  /** Their rows by contender, in the order of the matrices. */
  readonly contenders: ReadonlyMap<string, readonly TransposeValues[]>;
}

/** The groups of rows. */
export function groupsOf(rows: readonly TransposeRow[]): Group[] {
  const groups = Map.groupBy(
    measuredRows(rows),
    ({ device, values }) => JSON.stringify([device, values.n]),
  );
  return groups.values().map(groupOf).toArray();
}

function groupOf(rows: readonly TimedRow[]): Group {
  const [{ device, values: { n, processor } }] = rows;
  const byContender = Map.groupBy(rows, ({ contender }) => contender);
  const matrices = [...new Set(rows.map(({ values }) => values.matrix))].filter((matrix) =>
    byContender.values().every((own) => own.some(({ values }) => values.matrix === matrix))
  );
  const contenders = Array.from(byContender, ([contender, own]) => {
    const values = new Map(own.map((row) => [row.values.matrix, row.values]));
    return [contender, matrices.flatMap((matrix) => values.get(matrix) ?? [])] as const;
  });
  return { device, processor, n, matrices, contenders: new Map(contenders) };
}
