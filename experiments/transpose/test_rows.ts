import type { TimedRow, TransposeRow, TransposeValues } from "./transpose_values.ts";

/** Values of nothing that was measured, for tests. */
export function madeUpValues(values: Partial<TransposeValues>): TransposeValues {
  return {
    ...{ matrix: "a", source: "generated", rows: 8, cols: 4, nonZeros: 16, sparsity: 0.5, n: 8 },
    ...{ processor: "gpu", way: "kept copy", kernel: "row-split", published: false, clock: "gpu" },
    ...{ forwardUs: 10, backwardUs: 12, backwardOverForward: 1.2, prepareMs: 1 },
    ...{ keptBytes: 256, peakBytes: 256, bytesPerNonZero: 16, workspaceBytes: 0 },
    ...values,
  };
}

/** A row of such values. */
export function madeUpRow(contender: string, values: Partial<TransposeValues>): TimedRow {
  return {
    ...{ contender, device: "a GPU", outcome: "measured", values: madeUpValues(values) },
    parameters: { matrix: values.matrix ?? "a", n: values.n ?? 8 },
  };
}

/** Three contenders on two matrices: an encoding with partial sums, a copy that is faster and costs more. */
export function madeUpRows(): TransposeRow[] {
  return ["a", "b"].flatMap((matrix) => [
    madeUpRow("csb, one encoding", {
      ...{ matrix, way: "one encoding", kernel: "csb", forwardUs: 20, backwardUs: 20 },
      ...{ backwardOverForward: 1, keptBytes: 80, bytesPerNonZero: 5, workspaceBytes: 80 },
    }),
    madeUpRow("row-split, kept copy", { matrix, prepareMs: 1.085 }),
    madeUpRow("row-split, converted", {
      ...{ matrix, way: "converted", prepareMs: 0.5, convertMs: 0.59, keptBytes: 128 },
      bytesPerNonZero: 8,
    }),
    {
      ...{ contender: "scatter", device: "a GPU", outcome: "skipped", reason: "there is none" },
      ...{ values: { matrix }, parameters: { matrix, n: 8 } },
    },
  ]);
}
