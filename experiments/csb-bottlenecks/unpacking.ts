import { measuredRows } from "@spmm/runner";
import type { BottleneckRow, TimedRow } from "./kept_values.ts";

/** One product by blocks that are walked, by blocks that are unpacked, and by rows. */
export interface Unpacking {
  /** Blocks walked in place. */
  readonly walk: TimedRow;
  /** Blocks unpacked to rows, which are multiplied: in one pass or in two, as the kernel chooses. */
  readonly unpacked: TimedRow;
  /** The same in two passes, by scratch memory; absent where it got no time. */
  readonly scratch: TimedRow | undefined;
  /** Rows that were packed when they were inspected. */
  readonly rows: TimedRow;
  /** What unpacking a second time adds, µs; at least 0, which noise may fall below. */
  readonly unpackUs: number;
  /** Time with blocks of 64 over that with those that the kernel chooses; NaN where it is missing. */
  readonly of64: number;
}

/** One for every matrix, n and device that has all it takes. */
export function unpackings(rows: readonly BottleneckRow[]): Unpacking[] {
  const points = Map.groupBy(
    measuredRows(rows),
    ({ device, values: { matrix, n } }) => JSON.stringify([device, matrix, n]),
  );
  return points.values().toArray().flatMap(unpackingOf);
}

function unpackingOf(own: readonly TimedRow[]): Unpacking[] {
  const byRole = new Map(own.map((row) => [row.values.role, row]));
  const walk = byRole.get("whole");
  const unpacked = byRole.get("unpacked");
  const rows = byRole.get("rows");
  const extra = byRole.get("unpack")?.values.extraUs;
  if (walk === undefined || unpacked === undefined || rows === undefined || extra === undefined) {
    return [];
  }
  const scratch = byRole.get("scratch");
  const of64 = (byRole.get("blocks of 64")?.values.medianUs ?? NaN) / unpacked.values.medianUs;
  return [{ walk, unpacked, scratch, rows, unpackUs: Math.max(0, extra), of64 }];
}

/** Times of a product over that of the kernel over rows. */
export interface OverRows {
  readonly walk: number;
  readonly unpacked: number;
  /** Unpacked by scratch memory; NaN where that got no time. */
  readonly scratch: number;
  /** What unpacking adds. */
  readonly unpack: number;
  /** What is left of the kernel that unpacks: its product of rows, 1 where that is as fast. */
  readonly product: number;
}

/** Everything over the time of the kernel over rows. */
export function overRows({ walk, unpacked, scratch, rows, unpackUs }: Unpacking): OverRows {
  const { medianUs } = rows.values;
  return {
    walk: walk.values.medianUs / medianUs,
    unpacked: unpacked.values.medianUs / medianUs,
    scratch: (scratch?.values.medianUs ?? NaN) / medianUs,
    unpack: unpackUs / medianUs,
    product: Math.max(0, unpacked.values.medianUs - unpackUs) / medianUs,
  };
}
