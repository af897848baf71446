import type { ComparisonRecord } from "./comparison.ts";
import { geometricMean, median } from "./statistics.ts";
import type { Cell, Table } from "./table.ts";

/**
 * Records as tables, two for each device and n: every kernel's time on every matrix, and what each
 * kernel comes to over all of them.
 *
 * @param records What `compareKernels` gave, of any number of cases.
 *
 * @example One record
 * ```ts
 * import { comparisonTables, compareKernels, QUICK_SAMPLING } from "@spmm/runner";
 * import { hostDevice, referenceKernel } from "@spmm/spmm";
 * import { randomCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const a = randomCsr({ rows: 20, cols: 30, density: 0.2, seed: 1 });
 * const records = await compareKernels(
 *   { matrix: "random", source: "generated", problem: { a, n: 8 } },
 *   { entries: [{ device: hostDevice, kernels: [referenceKernel] }], sampling: QUICK_SAMPLING },
 * );
 * assert.deepEqual(comparisonTables(records).map(({ rows }) => rows.length), [1, 1]);
 * ```
 */
export function comparisonTables(records: readonly ComparisonRecord[]): Table[] {
  const groups = Map.groupBy(records, comparisonGroup);
  return Array.from(groups).flatMap((
    [name, group],
  ) => [timeTable(name, group), summary(name, group)]);
}

/**
 * What must be equal for two times to stand in one table: the device, n, storage and transposition.
 *
 * @param record A record of `compareKernels`.
 *
 * @example On the CPU
 * ```ts
 * import { comparisonGroup } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const facts = { device: "a CPU", processor: "cpu", n: 64, storage: "f16", transpose: true } as const;
 * assert.equal(comparisonGroup(facts), "a CPU (cpu), N = 64, f16, transposed");
 * ```
 */
export function comparisonGroup(record: GroupFacts): string {
  const { device, processor, n, storage, transpose } = record;
  return `${device} (${processor}), N = ${n}, ${storage}${transpose ? ", transposed" : ""}`;
}

/** The part of a record that tells its table. */
export type GroupFacts = Pick<
  ComparisonRecord,
  "device" | "processor" | "n" | "storage" | "transpose"
>;

function timeTable(name: string, records: readonly ComparisonRecord[]): Table {
  const kernels = kernelNames(records);
  const rows = Array.from(Map.groupBy(records, ({ matrix }) => matrix), ([matrix, ofMatrix]) => {
    const [{ rows, cols, sparsity }] = ofMatrix;
    const times = kernels.map((kernel): Cell => {
      const record = ofMatrix.find((candidate) => candidate.kernel === kernel);
      return record?.outcome === "measured" ? record.medianUs : record?.outcome;
    });
    return [shortened(matrix), `${rows}x${cols}`, sparsity * 100, ...times];
  });
  return {
    title: `Median time in µs: ${name}`,
    columns: [
      { heading: "matrix" },
      { heading: "shape" },
      { heading: "zeros, %" },
      ...kernels.map((heading) => ({ heading })),
    ],
    rows,
  };
}

function summary(name: string, records: readonly ComparisonRecord[]): Table {
  const rows = kernelNames(records).map((kernel): Cell[] => {
    const all = records.filter((record) => record.kernel === kernel);
    const measured = all.filter(({ outcome }) => outcome === "measured");
    const mean = (key: MeanKey) => geometricMeanOf(measured, key);
    const inspect = measured.flatMap(({ inspectMs }) => inspectMs ?? []);
    return [
      kernel,
      `${measured.length} of ${all.length}`,
      mean("medianUs"),
      mean("gflops"),
      percent(mean("rooflineFraction")),
      mean("speedupOverDense"),
      mean("speedupOverRowSplit"),
      mean("bytesPerNonZero"),
      inspect.length === 0 ? undefined : median(inspect),
    ];
  });
  const headings =
    "kernel|measured|time, µs|GFLOP/s|of roofline, %|× dense|× row-split|bytes/non-zero|inspect, ms";
  return {
    title: `Geometric means over the matrices (inspect: median): ${name}`,
    columns: headings.split("|").map((heading) => ({ heading })),
    rows,
  };
}

type MeanKey =
  | "medianUs"
  | "gflops"
  | "rooflineFraction"
  | "speedupOverDense"
  | "speedupOverRowSplit"
  | "bytesPerNonZero";

function geometricMeanOf(records: readonly ComparisonRecord[], key: MeanKey): number | undefined {
  // A matrix without entries takes no operations, which a product of ratios cannot hold.
  const values = records.flatMap((record) => record[key] ?? []).filter((value) => value > 0);
  return values.length === 0 ? undefined : geometricMean(values);
}

function percent(fraction: number | undefined): number | undefined {
  return fraction === undefined ? undefined : fraction * 100;
}

function kernelNames(records: readonly ComparisonRecord[]): string[] {
  return [...new Set(records.map(({ kernel }) => kernel))];
}

const LONGEST_NAME = 44;

/** The end of a path says more than its beginning. */
function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `…${name.slice(1 - LONGEST_NAME)}`;
}
