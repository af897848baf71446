import type { Cell, Table } from "@spmm/runner";
import { type Breakdown, breakdowns, PARTS } from "./breakdown.ts";
import type { BottleneckRow, TimedRow } from "./kept_values.ts";
import { overRows, type Unpacking, unpackings } from "./unpacking.ts";

const SHAPE = [{ heading: "matrix" }, { heading: "shape" }, { heading: "zeros, %" }, {
  heading: "N",
}];

/** Characters of a matrix's name that a terminal has room for. */
const LONGEST_NAME = 48;

/** The kernels, the walking one's parts, bounds and balance, inspection: a row for every matrix. */
export function bottleneckTables(rows: readonly BottleneckRow[]): Table[] {
  const compared = Map.groupBy(unpackings(rows), ({ walk }) => walk.device);
  const walked = Map.groupBy(breakdowns(rows), ({ whole }) => whole.device);
  return [
    ...Array.from(compared, ([device, all]) => kernelsTable(device, all)),
    ...Array.from(walked).flatMap(([device, all]) => [
      partsTable(device, all),
      boundsTable(device, all),
      balanceTable(device, all),
    ]),
    ...Array.from(compared, ([device, all]) => inspectionTable(device, all)),
  ];
}

function kernelsTable(device: string, all: readonly Unpacking[]): Table {
  return {
    title: `Blocks walked in place, blocks unpacked to rows, and rows: ${device}`,
    columns: [
      ...SHAPE,
      ...["csb-walk, µs", "csb, µs", "unpacking, µs", "unpacking, %", "sliced-k+swizzle, µs"],
      ...["csb-walk / rows", "csb / rows", "csb's product / rows", "csb by scratch / rows"],
      ...["blocks of 64, time ×", "unpacked to", "scratch, MB"],
    ].map((column) => typeof column === "string" ? { heading: column } : column),
    rows: all.map((one) => {
      const { walk, unpacked, scratch, rows, unpackUs, of64 } = one;
      const { walk: walked, unpacked: both, product, scratch: byScratch } = overRows(one);
      return [
        ...shapeOf(unpacked),
        walk.values.medianUs,
        unpacked.values.medianUs,
        unpackUs,
        percent(unpackUs / unpacked.values.medianUs),
        rows.values.medianUs,
        ...[walked, both, product, byScratch, of64],
        unpacked.values.unpackTo,
        mega(scratch?.values.unpackedBytes),
      ];
    }),
  };
}

function partsTable(device: string, all: readonly Breakdown[]): Table {
  return {
    title: `Parts of the time of csb-walk in %: ${device}`,
    columns: [...SHAPE, { heading: "time, µs" }, ...PARTS.map((heading) => ({ heading }))],
    rows: all.map(({ whole, shares }) => [
      ...shapeOf(whole),
      whole.values.medianUs,
      ...PARTS.map((part) => percent(shares.get(part))),
    ]),
  };
}

function boundsTable(device: string, all: readonly Breakdown[]): Table {
  return {
    title: `Bytes that csb-walk moves (computed), and what bounds account for: ${device}`,
    columns: [
      ...SHAPE,
      { heading: "least, MB" },
      { heading: "through cache, MB" },
      { heading: "operands, MB" },
      { heading: "GFLOP/s" },
      { heading: "memory, %" },
      { heading: "operands, %" },
      { heading: "operations, %" },
    ],
    rows: all.map(({ whole }) => {
      const { values } = whole;
      return [
        ...shapeOf(whole),
        mega(values.minimumBytes),
        mega(values.cacheBytes),
        mega(values.operandBytes),
        values.gflops,
        percent(values.memoryShare),
        percent(values.onChipShare),
        percent(values.operationsShare),
      ];
    }),
  };
}

function balanceTable(device: string, all: readonly Breakdown[]): Table {
  return {
    title: `Balance of csb-walk's chunks, and times of other chunks over the time: ${device}`,
    columns: [
      ...SHAPE,
      { heading: "workgroups" },
      { heading: "places filled, %" },
      { heading: "heaviest / mean" },
      { heading: "idle by model, %" },
      { heading: "strands wait, %" },
      { heading: "whole lines, heaviest / mean" },
      { heading: "whole lines, time ×" },
      { heading: "fine chunks, workgroups" },
      { heading: "fine chunks, time ×" },
    ],
    rows: all.map(({ whole, byRole }) => {
      const lines = byRole.get("whole lines");
      const fine = byRole.get("fine chunks");
      return [
        ...shapeOf(whole),
        whole.values.workgroups,
        percent(whole.values.filledShare),
        whole.values.chunkImbalance,
        percent(whole.values.idleShare),
        percent(whole.values.strandIdleShare),
        lines?.values.chunkImbalance,
        timesAsLong(lines, whole),
        fine?.values.workgroups,
        timesAsLong(fine, whole),
      ];
    }),
  };
}

function inspectionTable(device: string, all: readonly Unpacking[]): Table {
  return {
    title: `Paid once by csb: ${device}`,
    columns: [
      ...SHAPE,
      { heading: "encode, ms" },
      { heading: "upload, ms" },
      { heading: "compile, ms" },
      { heading: "in multiplications" },
    ],
    rows: all.map(({ unpacked }) => {
      const { encodeMs, uploadMs, compileMs } = unpacked.values;
      return [...shapeOf(unpacked), encodeMs, uploadMs, compileMs, multiplicationsOf(unpacked)];
    }),
  };
}

/** How many multiplications take as long as encoding and uploading. */
export function multiplicationsOf({ values }: TimedRow): number | undefined {
  const { encodeMs, uploadMs, medianUs } = values;
  return encodeMs === undefined || uploadMs === undefined
    ? undefined
    : (encodeMs + uploadMs) * 1e3 / medianUs;
}

/** The time of a variant over that of blocks walked as they are. */
export function timesAsLong(variant: TimedRow | undefined, whole: TimedRow): number | undefined {
  return variant && variant.values.medianUs / whole.values.medianUs;
}

function shapeOf({ values: { matrix, rows, cols, nonZeros, n } }: TimedRow): Cell[] {
  return [shortened(matrix), `${rows}x${cols}`, 100 * (1 - nonZeros / (rows * cols)), n];
}

function percent(share: number | undefined): number | undefined {
  return share === undefined ? undefined : share * 100;
}

function mega(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1e6;
}

/** The end of a long name: the layer tells more than the collection. */
function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `…${name.slice(1 - LONGEST_NAME)}`;
}
