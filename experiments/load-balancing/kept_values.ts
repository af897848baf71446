import type { KeptRow, MeasuredRow } from "@spmm/runner";
import type { Load } from "./load.ts";

/** What is known of a matrix before anything is measured. */
export interface MatrixFacts {
  /** Its name. */
  readonly matrix: string;
  /** `file` or `generated`. */
  readonly origin: string;
  /** How it was generated, `power law`, `banded`, `random` or `rmat`; absent where it is real. */
  readonly structure?: string | undefined;
  /** The exponent of its row lengths, where they follow a power law. */
  readonly exponent?: number | undefined;
  /** Rows of A. */
  readonly rows: number;
  /** Columns of A. */
  readonly cols: number;
  /** Entries of A. */
  readonly nonZeros: number;
  /** Longest row over mean. */
  readonly rowImbalance: number;
  /** Deviation over mean of the row lengths. */
  readonly rowVariation: number;
  /** Columns of B. */
  readonly n: number;
}

/** What a row of this experiment records. */
export type LoadValues = MatrixFacts & Load & {
  /** The kernel's family. */
  readonly family: string;
  /** Which clock took the times: `gpu` or `host`. */
  readonly clock: string;
  /** Median of the samples, µs. */
  readonly medianUs: number;
  /** Median absolute deviation of the samples, µs; absent for few. */
  readonly spreadUs?: number | undefined;
  /** 2·nnz·n over the median, in 10⁹ a second. */
  readonly gflops: number;
};

/** A row as it is kept. */
export type LoadRow = KeptRow<LoadValues>;

/** A row with times. */
export type TimedRow = MeasuredRow<LoadValues>;
