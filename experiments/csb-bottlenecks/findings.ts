import { geometricMean, median } from "@spmm/runner";
import { type Breakdown, breakdowns, type Part, PARTS } from "./breakdown.ts";
import type { BottleneckRow, TimedRow } from "./kept_values.ts";
import { multiplicationsOf, timesAsLong } from "./tables.ts";
import type { Role } from "./variants.ts";

/** The answer in sentences, for each device, and how far it can be trusted. */
export function bottleneckFindings(rows: readonly BottleneckRow[]): string[] {
  const devices = Map.groupBy(breakdowns(rows), ({ whole }) => whole.device);
  const answers = Array.from(devices).flatMap(([device, all]) => [
    `On ${device}, over ${all.length} ${all.length === 1 ? "product" : "products"}: ${parts(all)}`,
    bounds(all),
    balance(all),
    inspection(all),
  ]);
  return answers.length === 0 ? [] : [...answers, LIMITS];
}

const LIMITS =
  "A part's cost is what doing it twice adds. The second time finds its data in the nearest cache " +
  '("B far" excepted), and parts that run side by side hide behind each other, so shares are of what ' +
  "is exposed; bytes are computed, since WebGPU has no counters.";

function parts(all: readonly Breakdown[]): string {
  const shares = PARTS.map((part): [Part, number] => [
    part,
    median(all.map(({ shares }) => shares.get(part) ?? 0)),
  ]).toSorted(([, a], [, b]) => b - a);
  const [[first, most], ...others] = shares;
  const rest = others.filter(([, share]) => share >= 0.005)
    .map(([part, share]) => `${part} ${percent(share)}`);
  const also = rest.length === 0 ? "" : `; then ${rest.join(", ")}`;
  return `the largest part of the time is ${first}, ${percent(most)} (median)${also}.`;
}

function bounds(all: readonly Breakdown[]): string {
  const { memoryShare, onChipShare, operationsShare } = all.length === 0 ? NO_SHARES : medians(all);
  const onChip = onChipShare === undefined
    ? ""
    : `, an operand from on-chip memory for every multiply-add ${percent(onChipShare)}`;
  return `Of the time, the least traffic with memory accounts for ${
    percent(memoryShare)
  }${onChip}, ` +
    `the operations for ${percent(operationsShare)} (medians).`;
}

interface Shares {
  readonly memoryShare: number;
  readonly onChipShare: number | undefined;
  readonly operationsShare: number;
}

const NO_SHARES: Shares = { memoryShare: 0, onChipShare: undefined, operationsShare: 0 };

function medians(all: readonly Breakdown[]): Shares {
  const of = (share: (row: TimedRow) => number | undefined) =>
    all.flatMap(({ whole }) => share(whole) ?? []);
  const onChip = of(({ values }) => values.onChipShare);
  return {
    memoryShare: median(of(({ values }) => values.memoryShare)),
    operationsShare: median(of(({ values }) => values.operationsShare)),
    onChipShare: onChip.length === 0 ? undefined : median(onChip),
  };
}

function balance(all: readonly Breakdown[]): string {
  const filled = median(all.map(({ whole }) => whole.values.filledShare ?? 0));
  const waits = median(all.map(({ whole }) => whole.values.strandIdleShare ?? 0));
  return `Its workgroups would fill ${
    percent(filled)
  } of an H200's places, and within them strands ` +
    `wait for the longest ${percent(waits)} of their steps (medians, computed). ` +
    `Left in whole lines it takes ${ratios(all, "whole lines")}, ` +
    `in fine chunks ${ratios(all, "fine chunks")}.`;
}

function ratios(all: readonly Breakdown[], role: Role): string {
  const times = all.flatMap(({ whole, byRole }) => timesAsLong(byRole.get(role), whole) ?? []);
  if (times.length === 0) return "an unknown time";
  const mean = geometricMean(times);
  return `${mean.toFixed(2)} × the time (geometric mean; ${Math.min(...times).toFixed(2)} to ${
    Math.max(...times).toFixed(2)
  })`;
}

function inspection(all: readonly Breakdown[]): string {
  const counts = all.flatMap(({ whole }) => multiplicationsOf(whole) ?? []);
  if (counts.length === 0) return "What inspecting costs was not measured.";
  return `Encoding and uploading take as long as ${Math.round(median(counts))} multiplications ` +
    "(median).";
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
