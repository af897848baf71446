import { measuredRows } from "@spmm/runner";
import type { BottleneckRow, TimedRow } from "./kept_values.ts";
import type { Role } from "./variants.ts";

/** The parts of a multiplication's time by blocks walked in place, in the order in which they come, as readers know them. */
export const PARTS = [
  "launch",
  "clear masks",
  "decode indices",
  "spread values",
  "walk masks",
  "B near",
  "B far",
  "unexplained",
] as const;

/** One of {@linkcode PARTS}. */
export type Part = typeof PARTS[number];

/** The time of one multiplication, taken apart. */
export interface Breakdown {
  /** CSB as it is. */
  readonly whole: TimedRow;
  /** Its rows by role. */
  readonly byRole: ReadonlyMap<Role, TimedRow>;
  /**
   * Each part's share of the time; together they may pass 1 where parts run side by side, and then
   * nothing is unexplained. Where doing a part twice took less, which is noise, it counts as free.
   */
  readonly shares: ReadonlyMap<Part, number>;
  /** Sum of the parts that were measured, over the time. */
  readonly explained: number;
}

/** One breakdown for every matrix, n and device that has all it takes. */
export function breakdowns(rows: readonly BottleneckRow[]): Breakdown[] {
  const points = Map.groupBy(
    measuredRows(rows),
    ({ device, values: { matrix, n } }) => JSON.stringify([device, matrix, n]),
  );
  return points.values().toArray().flatMap(breakdownOf);
}

function breakdownOf(rows: readonly TimedRow[]): Breakdown[] {
  const byRole = new Map(rows.map((row) => [row.values.role, row]));
  const whole = byRole.get("whole");
  const parts = partsUs(byRole);
  if (whole === undefined || parts === undefined) return [];
  const shares = new Map<Part, number>(
    parts.map(([part, us]) => [part, Math.max(0, us) / whole.values.medianUs]),
  );
  const explained = shares.values().reduce((sum, share) => sum + share, 0);
  shares.set("unexplained", Math.max(0, 1 - explained));
  return [{ whole, byRole, shares, explained }];
}

/** µs of each part, or nothing where one is missing. */
function partsUs(byRole: ReadonlyMap<Role, TimedRow>): [Part, number][] | undefined {
  const extra = (role: Role) => byRole.get(role)?.values.extraUs;
  const near = extra("b");
  const far = extra("b-elsewhere");
  const parts: [Part, number | undefined][] = [
    ["launch", byRole.get("workgroups")?.values.medianUs],
    ["clear masks", extra("stage")],
    ["decode indices", extra("decode")],
    ["spread values", extra("spread")],
    ["walk masks", extra("walk")],
    ["B near", near],
    ["B far", difference(far, near)],
  ];
  const known = parts.flatMap(([part, us]): [Part, number][] =>
    us === undefined ? [] : [[part, us]]
  );
  return known.length === parts.length ? known : undefined;
}

function difference(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}
