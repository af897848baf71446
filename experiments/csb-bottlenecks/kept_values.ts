import type { KeptRow, MeasuredRow } from "@spmm/runner";
import type { Balance } from "./balance.ts";
import type { Inspection } from "./inspection.ts";
import type { Traffic } from "./traffic.ts";
import type { Role } from "./variants.ts";

/** What is known of a matrix before anything is measured. */
export interface MatrixFacts {
  /** Its name in the collection. */
  readonly matrix: string;
  /** `file`, `stand-in` or `generated`. */
  readonly origin: string;
  /** The network and how dense it was left: what bars are drawn for. */
  readonly group: string;
  /** Rows of A. */
  readonly rows: number;
  /** Columns of A. */
  readonly cols: number;
  /** Entries of A. */
  readonly nonZeros: number;
  /** Columns of B. */
  readonly n: number;
}

/** Times of a variant. */
export interface TimeFacts {
  /** Which clock took them: `gpu` or `host`. */
  readonly clock: string;
  /** Median of the samples, µs. */
  readonly medianUs: number;
  /** Median absolute deviation of the samples, µs; absent for few. */
  readonly spreadUs?: number | undefined;
  /** Its median less that of what it is a variant of, µs: what the part costs that it does twice. */
  readonly extraUs?: number | undefined;
}

/** What is recorded of every kernel as it is. */
export interface KernelFacts {
  /** Bytes of the encoding. */
  readonly encodingBytes: number;
  /** To and from memory at least: the encoding, the rows of B in use and C, each once. */
  readonly minimumBytes: number;
  /** 2·nnz·n over the median, in 10⁹ a second. */
  readonly gflops: number;
}

/** What is recorded of blocks that are unpacked, as the kernel chooses and by scratch memory. */
export interface UnpackedFacts {
  /** Where their rows are gathered or scattered to: `workgroup` or `scratch`. */
  readonly unpackTo: string;
  /** Bytes of scratch memory that they are scattered to, which all plans share; 0 where gathered. */
  readonly unpackedBytes: number;
}

/** What is recorded of blocks that are walked in place. */
export interface WholeFacts extends KernelFacts, Traffic {
  /** The device's peaks: memory, 10⁹ bytes a second. */
  readonly peakGigabytes: number;
  /** Operations, 10⁹ a second. */
  readonly peakGflops: number;
  /** The memory on the chip, 10⁹ bytes a second, where known. */
  readonly peakOnChipGigabytes?: number | undefined;
  /** What the least bytes take at the memory's bandwidth, over the median. */
  readonly memoryShare: number;
  /** What the operations take at the peak, over the median. */
  readonly operationsShare: number;
  /** What an operand for every multiply-add takes at the on-chip bandwidth, over the median. */
  readonly onChipShare?: number | undefined;
}

/** What a row of this experiment records. */
export type BottleneckValues =
  & MatrixFacts
  & TimeFacts
  & Partial<WholeFacts & UnpackedFacts & Balance & Inspection>
  & {
    /** What the row is about: a kernel as it is, a part done twice, other chunks, no kernel. */
    readonly role: Role;
  };

/** A row as it is kept. */
export type BottleneckRow = KeptRow<BottleneckValues>;

/** A row with times. */
export type TimedRow = MeasuredRow<BottleneckValues>;
