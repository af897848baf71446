import { geometricMean, type Table } from "@spmm/runner";
import { type ComparedRow, type ContestGroup, contestGroups, overOthers } from "./family_times.ts";

/** A group in f16 beside the same in f32. */
export interface Halved {
  readonly half: ContestGroup;
  readonly single: ContestGroup;
}

/** Groups that were measured in both storages: the same device, n and transposition. */
export function halvedGroups(groups: readonly ContestGroup[]): Halved[] {
  return groups.filter((group) => storageOf(group) === "f16").flatMap((half) => {
    const single = groups.find((group) =>
      storageOf(group) === "f32" && settingOf(group) === settingOf(half)
    );
    return single === undefined ? [] : [{ half, single }];
  });
}

/** For each kernel the time in f32 over that in f16. */
export function halvesTables(rows: readonly ComparedRow[]): Table[] {
  return halvedGroups(contestGroups(rows)).map(({ half, single }) => ({
    title: `Speed-up of f16 storage over f32 of the same kernel: ${half.title}`,
    columns: ["kernel", "matrices", "geometric mean", "least", "most"]
      .map((heading) => ({ heading })),
    rows: Array.from(Map.groupBy(half.records, ({ kernel }) => kernel)).flatMap(
      ([kernel, own]) => {
        const before = single.records.filter((record) => record.kernel === kernel);
        const ratios = overOthers(before, own);
        return ratios.length === 0 ? [] : [[
          kernel,
          ratios.length,
          geometricMean(ratios),
          Math.min(...ratios),
          Math.max(...ratios),
        ]];
      },
    ),
  })).filter(({ rows }) => rows.length > 0);
}

/** What a group's times are stored as. */
function storageOf({ records: [{ storage }] }: ContestGroup): string {
  return storage;
}

function settingOf({ records: [{ device, processor, n, transpose }] }: ContestGroup): string {
  return JSON.stringify([device, processor, n, transpose]);
}
