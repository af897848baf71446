import {
  comparisonGroup,
  type ComparisonRecord,
  comparisonRecord,
  type ComparisonValues,
  type KeptRow,
  measuredRows,
} from "@spmm/runner";
import type { PeerValues } from "./peers.ts";

/** What a row of this experiment records. */
export type ComparedValues = ComparisonValues & PeerValues;

/** A kept row of this experiment. */
export type ComparedRow = KeptRow<ComparedValues>;

/** A row as a record, the peers' times beside it. */
export type ComparedRecord = ComparisonRecord & PeerValues;

/** A record that has a time. */
export type TimedRecord = ComparedRecord & { readonly medianUs: number };

/** A family at its best on a matrix. */
export interface FamilyTime {
  readonly family: string;
  /** The record of its fastest kernel there. */
  readonly record: TimedRecord;
}

/** A matrix and how each family fared on it. */
export interface Contest {
  /** The matrix's name. */
  readonly matrix: string;
  /** The level of DLMC that its share of zeros is nearest to. */
  readonly level: number;
  /** Families from the fastest on; without `auto`, which is none. */
  readonly families: readonly FamilyTime[];
  /** What `auto` took, where it ran. */
  readonly auto: TimedRecord | undefined;
}

/** Times that can be compared: of one device, n, storage and transposition. */
export interface ContestGroup {
  /** What they have in common, in words. */
  readonly title: string;
  /** All its records. */
  readonly records: readonly TimedRecord[];
  /** Matrix by matrix. */
  readonly contests: readonly Contest[];
}

/** All families in the order of their colours. */
const FAMILIES = [
  "row-split",
  "row-swizzle",
  "tiling-1d",
  "merge",
  "sliced-ell",
  "sliced-k",
  "csb",
  "dense",
  "auto",
];

/** The shares of zeros that DLMC was pruned to; those of a layer lie around them. */
const LEVELS = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];

/** The record of a row, the peers' times beside it. */
export function recordOf(row: ComparedRow): ComparedRecord {
  const { peersGpu, sputnikUs, cusparseUs, cublasDenseUs } = row.values;
  return { ...comparisonRecord(row), peersGpu, sputnikUs, cusparseUs, cublasDenseUs };
}

/** What a point is measured for: to compare all kernels, or some of them over widths of B. */
export type Study = "families" | "widths";

/** The rows of a study. */
export function rowsOf(study: Study, rows: readonly ComparedRow[]): ComparedRow[] {
  return rows.filter(({ parameters }) => (parameters["study"] ?? "families") === study);
}

/** The records of rows that have a time. */
export function timedRecords(rows: readonly ComparedRow[]): TimedRecord[] {
  return measuredRows(rows).map(recordOf).filter((record): record is TimedRecord =>
    record.medianUs !== undefined
  );
}

/** Measured rows as contests, group by group; those over widths of B are none. */
export function contestGroups(rows: readonly ComparedRow[]): ContestGroup[] {
  const records = timedRecords(rowsOf("families", rows));
  return Array.from(Map.groupBy(records, comparisonGroup), ([title, group]) => ({
    title,
    records: group,
    contests: Array.from(Map.groupBy(group, ({ matrix }) => matrix), contestOf),
  }));
}

function contestOf([matrix, records]: [string, TimedRecord[]]): Contest {
  const byFamily = Map.groupBy(records, ({ family }) => family);
  const auto = byFamily.get("auto")?.at(0);
  byFamily.delete("auto");
  const families = Array.from(byFamily, ([family, own]) => ({
    family,
    record: own.reduce((a, b) => b.medianUs < a.medianUs ? b : a),
  })).sort((a, b) => a.record.medianUs - b.record.medianUs);
  return { matrix, level: levelOf(records[0].sparsity), families, auto };
}

/** The fastest kernel on each matrix; none is of `auto`. */
export function bestOf(group: ContestGroup | undefined): TimedRecord[] {
  return (group?.contests ?? []).flatMap(({ families: [best] }) => best?.record ?? []);
}

/** The times of some over those of others, of the matrices that both have. */
export function overOthers(
  some: readonly TimedRecord[],
  others: readonly TimedRecord[],
): number[] {
  const times = new Map(others.map(({ matrix, medianUs }) => [matrix, medianUs]));
  return some.flatMap(({ matrix, medianUs }) => {
    const other = times.get(matrix);
    return other === undefined ? [] : [medianUs / other];
  });
}

/** Every family present, in the order of all: one looks the same in every figure. */
export function familyOrder(present: Iterable<string>): string[] {
  return [...new Set([...FAMILIES, ...present])];
}

/** Nearest by the share of entries, of which 98 % zeros leave a fifth of what 90 % do. */
function levelOf(sparsity: number): number {
  const distance = (level: number) => Math.abs(Math.log((1 - sparsity) / (1 - level)));
  return LEVELS.reduce((a, b) => distance(b) < distance(a) ? b : a);
}
