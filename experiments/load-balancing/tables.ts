import { type Cell, measuredRows, type Table } from "@spmm/runner";
import type { LoadRow, TimedRow } from "./kept_values.ts";

/** Characters of a matrix's name that a terminal has room for. */
const LONGEST_NAME = 48;

const SHAPE = [
  { heading: "matrix" },
  { heading: "shape" },
  { heading: "non-zeros" },
  { heading: "longest / mean row" },
];

/** Times, imbalance and idle places: for each device and n a row for every matrix. */
export function loadTables(rows: readonly LoadRow[]): Table[] {
  const groups = Map.groupBy(
    measuredRows(rows),
    ({ device, values: { n } }) => `${device}, N = ${n}`,
  );
  return Array.from(groups).flatMap(([name, group]) => [
    table(`Median time in µs: ${name}`, group, ({ values }) => values.medianUs),
    table(
      `Heaviest workgroup over the mean, work in non-zeros and row ends: ${name}`,
      group,
      ({ values }) => values.workImbalance,
    ),
    table(
      `Idle strands on an H200, by model, in %: ${name}`,
      group,
      ({ values }) => 100 * values.idleShare,
    ),
  ]);
}

function table(title: string, rows: readonly TimedRow[], cell: (row: TimedRow) => number): Table {
  const contenders = [...new Set(rows.map(({ contender }) => contender))];
  const matrices = Map.groupBy(rows, ({ values: { matrix } }) => matrix);
  return {
    title,
    columns: [...SHAPE, ...contenders.map((heading) => ({ heading }))],
    rows: Array.from(matrices.values(), (ofMatrix) => [
      ...shapeOf(ofMatrix[0]),
      ...contenders.map((contender): Cell => {
        const row = ofMatrix.find((candidate) => candidate.contender === contender);
        return row && cell(row);
      }),
    ]),
  };
}

function shapeOf({ values }: TimedRow): Cell[] {
  const { matrix, rows, cols, nonZeros, rowImbalance } = values;
  return [shortened(matrix), `${rows}x${cols}`, nonZeros, rowImbalance];
}

/** The end of a long name: the layer tells more than the collection. */
function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `…${name.slice(1 - LONGEST_NAME)}`;
}
