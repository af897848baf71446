import type { ComparedRow, ComparedValues } from "./family_times.ts";

/** What a made-up row is of. */
export interface MadeUp {
  readonly kernel: string;
  readonly matrix: string;
  readonly n: number;
  readonly medianUs: number;
  /** The kernel's name where absent. */
  readonly family?: string;
  readonly values?: Partial<ComparedValues>;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** A row of nothing that was measured, for tests. */
export function madeUpRow(
  { kernel, matrix, n, medianUs, family = kernel, values, parameters }: MadeUp,
): ComparedRow {
  return {
    ...{ parameters: { matrix, n, ...parameters }, contender: kernel, device: "a GPU" },
    outcome: "measured",
    values: {
      ...{ matrix, source: "file", rows: 64, cols: 64, nonZeros: 100, n },
      ...{ sparsity: 0.9, transpose: false, storage: "f32" },
      ...{ processor: "gpu", family, ran: kernel, clock: "gpu" },
      ...{ medianUs, spreadUs: 0.1, leastUs: medianUs, samples: 10, repeats: 1 },
      ...{ hostUs: 100, gflops: 0.2 * n / medianUs, rooflineFraction: 0.5, encodingBytes: 800 },
      ...{ bytesPerNonZero: 8, inspectMs: 1, uploadMs: 1, readbackMs: 1 },
      ...{ speedupOverDense: undefined, speedupOverRowSplit: undefined },
      ...values,
    },
  };
}
