import { geometricMean, type Table } from "@spmm/runner";
import {
  bestOf,
  type ComparedRow,
  type ContestGroup,
  contestGroups,
  overOthers,
  type TimedRecord,
} from "./family_times.ts";
import { type PeerKey, ratioOf } from "./peers.ts";

/** The groups of a device and n that a target can be about. */
interface Measured {
  readonly device: string;
  readonly n: number;
  /** A·B and Aᵀ·B in f32, A·B in f16; absent where they were not measured. */
  readonly forward?: ContestGroup | undefined;
  readonly transposed?: ContestGroup | undefined;
  readonly half?: ContestGroup | undefined;
}

/** What is to be reached, and by what it is measured: a number for each matrix. */
interface Target {
  readonly what: string;
  /** Where it comes from. */
  readonly because: string;
  /** The number to reach, by the columns of B. */
  readonly wanted: Readonly<Record<number, number>>;
  /** Whether numbers are to be at least or at most so large. */
  readonly sense: "at least" | "at most";
  /** Whether the geometric mean counts, or the worst matrix. */
  readonly over: "geometric mean" | "worst matrix";
  numbers(measured: Measured): number[];
}

const CSB = "csb";

const TARGETS: readonly Target[] = [
  {
    what: "best of the families over Sputnik",
    because: "it takes 8 × (N = 256) and 4 × (1024) what on-chip loads allow: room for a third",
    wanted: { 256: 1.3, 1024: 1.3 },
    ...{ sense: "at least", over: "geometric mean" },
    numbers: ({ forward }) => overPeer(bestOf(forward), "sputnikUs"),
  },
  {
    what: "best of the families over cuSPARSE",
    because: "Sputnik is 1.44 × as fast as cuSPARSE, and is to be beaten by 1.3",
    wanted: { 256: 1.9, 1024: 1.9 },
    ...{ sense: "at least", over: "geometric mean" },
    numbers: ({ forward }) => overPeer(bestOf(forward), "cusparseUs"),
  },
  {
    what: "best of the families over Sputnik",
    because: "a mean must not hide a matrix that is left behind",
    wanted: { 256: 0.9, 1024: 0.9 },
    ...{ sense: "at least", over: "worst matrix" },
    numbers: ({ forward }) => overPeer(bestOf(forward), "sputnikUs"),
  },
  {
    what: "auto against the best of the families",
    because: "who names no kernel should lose no more than noise",
    wanted: { 256: 0.95, 1024: 0.95 },
    ...{ sense: "at least", over: "geometric mean" },
    numbers: ({ forward }) =>
      (forward?.contests ?? []).flatMap(({ families: [best], auto }) =>
        best === undefined || auto === undefined ? [] : [best.record.medianUs / auto.medianUs]
      ),
  },
  {
    what: "Aᵀ·B over A·B, from the same CSB",
    because: "Buluç et al. (SPAA 2009): blocks serve both alike",
    wanted: { 256: 1.15, 1024: 1.15 },
    ...{ sense: "at most", over: "geometric mean" },
    numbers: ({ forward, transposed }) =>
      overOthers(recordsOf(CSB, transposed), recordsOf(CSB, forward)),
  },
  {
    what: "CSB's Aᵀ·B over cuSPARSE's transposed flag",
    because: "the flag costs it 7 × its own A·B at N = 256, 12 × at N = 1024",
    wanted: { 256: 8, 1024: 14 },
    ...{ sense: "at least", over: "geometric mean" },
    numbers: ({ transposed }) => overPeer(recordsOf(CSB, transposed), "cusparseUs"),
  },
  {
    what: "CSB's Aᵀ·B over Sputnik on a kept transpose",
    because: "half the memory should cost no time",
    wanted: { 256: 1, 1024: 1 },
    ...{ sense: "at least", over: "geometric mean" },
    numbers: ({ transposed }) => overPeer(recordsOf(CSB, transposed), "sputnikUs"),
  },
  {
    what: "f16 storage over our own f32, best of the families each",
    because: "half the bytes are twice the speed at most; indices and sums stay as they are",
    wanted: { 256: 1.3, 1024: 1.4 },
    ...{ sense: "at least", over: "geometric mean" },
    numbers: ({ forward, half }) => overOthers(bestOf(forward), bestOf(half)),
  },
  {
    what: "inspection by auto, in multiplications",
    because: "of weights that stay for a thousand products, 5 % of the time",
    wanted: { 1024: 50 },
    ...{ sense: "at most", over: "geometric mean" },
    numbers: ({ forward }) => inspections(forward),
  },
  {
    what: "inspection by auto, in multiplications",
    because: "no matrix should be an exception",
    wanted: { 1024: 50 },
    ...{ sense: "at most", over: "worst matrix" },
    numbers: ({ forward }) => inspections(forward),
  },
];

/** What a target came to. */
export interface Reached {
  readonly target: Target;
  readonly n: number;
  readonly wanted: number;
  readonly found: number;
  readonly matrices: number;
  readonly met: boolean;
}

/** Every target that the rows have numbers for, on each GPU. */
export function reachedTargets(rows: readonly ComparedRow[]): ReadonlyMap<string, Reached[]> {
  const measured = measuredAt(contestGroups(rows));
  const byDevice = Map.groupBy(measured, ({ device }) => device);
  return new Map(
    Array.from(byDevice, ([device, own]) =>
      [
        device,
        TARGETS.flatMap((target) => own.flatMap((groups) => reached(target, groups))),
      ] as const).filter(([, all]) => all.length > 0),
  );
}

/** One table for each GPU: what was to be reached, and what was. */
export function targetTables(rows: readonly ComparedRow[]): Table[] {
  return Array.from(reachedTargets(rows), ([device, all]) => ({
    title: `Targets, in f32 unless said: ${device}`,
    columns: ["target", "N", "over", "matrices", "wanted", "found", "met", "because"]
      .map((heading) => ({ heading })),
    rows: all.map(({ target: { what, over, sense, because }, n, wanted, found, matrices, met }) => [
      what,
      n,
      over,
      matrices,
      `${sense} ${wanted}`,
      found,
      met ? "yes" : "no",
      because,
    ]),
  }));
}

function reached(target: Target, groups: Measured): Reached[] {
  const wanted = target.wanted[groups.n];
  const numbers = target.numbers(groups);
  if (wanted === undefined || numbers.length === 0) return [];
  const found = target.over === "geometric mean"
    ? geometricMean(numbers)
    : target.sense === "at least"
    ? Math.min(...numbers)
    : Math.max(...numbers);
  const met = target.sense === "at least" ? found >= wanted : found <= wanted;
  return [{ target, n: groups.n, wanted, found, matrices: numbers.length, met }];
}

/** Targets are for GPUs: a CPU has its own. */
function measuredAt(groups: readonly ContestGroup[]): Measured[] {
  const onGpu = groups.filter(({ records: [{ processor }] }) => processor !== "cpu");
  const places = Map.groupBy(
    onGpu,
    ({ records: [{ device, n }] }) => JSON.stringify([device, n]),
  );
  return Array.from(places.values(), (own) => {
    const [{ device, n }] = own[0].records;
    const of = (storage: string, transpose: boolean) =>
      own.find(({ records: [record] }) =>
        record.storage === storage && record.transpose === transpose
      );
    return {
      ...{ device, n, forward: of("f32", false) },
      ...{ transposed: of("f32", true), half: of("f16", false) },
    };
  }).toSorted((a, b) => a.n - b.n);
}

function recordsOf(kernel: string, group: ContestGroup | undefined): TimedRecord[] {
  return (group?.records ?? []).filter((record) => record.kernel === kernel);
}

function overPeer(records: readonly TimedRecord[], peer: PeerKey): number[] {
  return records.flatMap((record) => ratioOf(record, peer) ?? []);
}

function inspections(group: ContestGroup | undefined): number[] {
  return (group?.contests ?? []).flatMap(({ auto }) =>
    auto?.inspectMs === undefined ? [] : [1000 * auto.inspectMs / auto.medianUs]
  );
}
