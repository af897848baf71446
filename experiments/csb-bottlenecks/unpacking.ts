import { measuredRows } from "@spmm/runner";
import type { BottleneckRow, TimedRow } from "./kept_values.ts";
import type { Role } from "./variants.ts";

/** One product by blocks that are walked, by blocks that are unpacked, and by rows. */
export interface Unpacking {
  /** Blocks walked in place. */
  readonly walk: TimedRow;
  /** Blocks unpacked to rows, which are multiplied. */
  readonly unpacked: TimedRow;
  /** Rows that were packed when they were inspected. */
  readonly rows: TimedRow;
  /** What unpacking a second time adds, µs; at least 0, which noise may fall below. */
  readonly unpackUs: number;
  /** Time with blocks of 64, and of 256, over that with those of 128. */
  readonly small: number;
  readonly large: number;
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
  const over = (role: Role) =>
    (byRole.get(role)?.values.medianUs ?? NaN) / unpacked.values.medianUs;
  const [small, large] = [over("blocks of 64"), over("blocks of 256")];
  return [{ walk, unpacked, rows, unpackUs: Math.max(0, extra), small, large }];
}

/** Times of a product over that of the kernel over rows. */
export interface OverRows {
  readonly walk: number;
  readonly unpacked: number;
  /** What unpacking adds. */
  readonly unpack: number;
  /** What is left of the kernel that unpacks: its product of rows, 1 where that is as fast. */
  readonly product: number;
}

/** Everything over the time of the kernel over rows. */
export function overRows({ walk, unpacked, rows, unpackUs }: Unpacking): OverRows {
  const { medianUs } = rows.values;
  return {
    walk: walk.values.medianUs / medianUs,
    unpacked: unpacked.values.medianUs / medianUs,
    unpack: unpackUs / medianUs,
    product: Math.max(0, unpacked.values.medianUs - unpackUs) / medianUs,
  };
}
