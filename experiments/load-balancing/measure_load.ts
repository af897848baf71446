import type { NamedMatrix } from "@spmm/datasets";
import { randomDense, rowStatistics } from "@spmm/formats";
import {
  measure,
  type Measurement,
  rowOf,
  type RowOutcome,
  type SamplingOptions,
} from "@spmm/runner";
import type { GpuDevice } from "@spmm/webgpu";
import { type Balanced, CONTENDERS } from "./contenders.ts";
import type { LoadValues, MatrixFacts } from "./kept_values.ts";
import { loadOf } from "./load.ts";

/** Draws B; the same for every matrix, so that runs can be compared. */
const SEED_OF_B = 1;

/** What is measured, where. */
export interface Subject {
  /** The matrix. */
  readonly named: NamedMatrix;
  /** How it is generated, where it is. */
  readonly structure?: string;
  /** The exponent of its row lengths, where they follow a power law. */
  readonly exponent?: number;
  /** Columns of B. */
  readonly n: number;
  /** Where. */
  readonly device: GpuDevice;
  /** How to sample. */
  readonly sampling: SamplingOptions;
}

/** Measures every contender on a matrix in turn, each checked, and tells how its work was shared. */
export async function measureLoad(subject: Subject): Promise<RowOutcome<LoadValues>[]> {
  const { named, n, device, sampling } = subject;
  const { matrix: a } = named;
  const b = randomDense(a.cols, n, SEED_OF_B);
  const kernels = CONTENDERS.map(({ kernel }) => kernel);
  const outcomes = await measure({ problem: { a, n }, b, device, kernels, sampling });
  const facts = matrixFacts(subject, named);
  return CONTENDERS.map((contender, i) => {
    const known = { ...facts, family: contender.kernel.family };
    return rowOf<LoadValues>(outcomes[i], known, (measurement) => ({
      ...known,
      ...measuredFacts(contender, measurement, named, subject),
    }));
  });
}

function matrixFacts(
  { structure, exponent, n }: Subject,
  { name, origin, matrix }: NamedMatrix,
): MatrixFacts {
  const { imbalance, variation, nnz } = rowStatistics(matrix);
  const { rows, cols } = matrix;
  return {
    ...{ matrix: name, origin, structure, exponent, rows, cols, nonZeros: nnz },
    ...{ rowImbalance: imbalance, rowVariation: variation, n },
  };
}

function measuredFacts(
  { schedule }: Balanced,
  { time, sampled, flopsPerSecond, description: { facts } }: Measurement,
  { matrix: a }: NamedMatrix,
  { n, device: { limits } }: Subject,
): Omit<LoadValues, keyof MatrixFacts | "family"> {
  return {
    clock: sampled.clock,
    medianUs: time.median * 1e6,
    spreadUs: time.spread === undefined ? undefined : time.spread * 1e6,
    gflops: flopsPerSecond / 1e9,
    ...loadOf(schedule({ a, n, facts, limits }), Number(facts["columnTiles"])),
  };
}
