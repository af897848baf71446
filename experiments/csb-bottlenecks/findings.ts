import { geometricMean, median } from "@spmm/runner";
import { type Breakdown, breakdowns, type Part, PARTS } from "./breakdown.ts";
import type { BottleneckRow, TimedRow } from "./kept_values.ts";
import { multiplicationsOf, timesAsLong } from "./tables.ts";
import { overRows, type Unpacking, unpackings } from "./unpacking.ts";
import type { Role } from "./variants.ts";

/** The answer in sentences, for each device, and how far it can be trusted. */
export function bottleneckFindings(rows: readonly BottleneckRow[]): string[] {
  const compared = Map.groupBy(unpackings(rows), ({ walk }) => walk.device);
  const walked = Map.groupBy(breakdowns(rows), ({ whole }) => whole.device);
  const answers = [
    ...Array.from(compared).flatMap(([device, all]) => [
      againstRows(device, all),
      unpacking(all),
      inspection(all),
    ]),
    ...Array.from(walked).flatMap(([device, all]) => [
      `Walking on ${device}, over ${counted(all)}: ${parts(all)}`,
      bounds(all),
      balance(all),
    ]),
  ];
  return answers.length === 0 ? [] : [...answers, LIMITS];
}

function counted({ length }: readonly unknown[]): string {
  return `${length} ${length === 1 ? "product" : "products"}`;
}

/** What blocks cost beside rows, either way. */
function againstRows(device: string, all: readonly Unpacking[]): string {
  const times = all.map(overRows);
  return `On ${device}, over ${counted(all)}, against the kernel over rows: walking blocks in ` +
    `place takes ${spreadOf(times.map(({ walk }) => walk))}, unpacking them to rows and ` +
    `multiplying those ${spreadOf(times.map(({ unpacked }) => unpacked))}; without the unpacking ` +
    `${spreadOf(times.map(({ product }) => product))}; unpacking by scratch memory in any case ` +
    `${spreadOf(times.map(({ scratch }) => scratch))} (geometric means; from least to most).`;
}

function unpacking(all: readonly Unpacking[]): string {
  const shares = all.map(({ unpackUs, unpacked }) => unpackUs / unpacked.values.medianUs);
  const us = median(all.map(({ unpackUs }) => unpackUs));
  const gathered = all.filter(({ unpacked }) => unpacked.values.unpackTo === "workgroup");
  return `Unpacking takes ${us.toPrecision(3)} µs, ${percent(median(shares))} of the time of csb ` +
    `(medians). Rows are gathered in workgroup memory for ${gathered.length} of ${counted(all)}, ` +
    `and scattered to scratch for the others. Blocks of 64 take ${
      spreadOf(all.map(({ of64 }) => of64))
    } the time of those that csb chooses.`;
}

function spreadOf(ratios: readonly number[]): string {
  const known = ratios.filter(Number.isFinite);
  if (known.length === 0) return "an unknown multiple of";
  return `${geometricMean(known).toFixed(2)} × (${Math.min(...known).toFixed(2)} to ${
    Math.max(...known).toFixed(2)
  })`;
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
    `Left in whole lines it takes ${ratios(all, "whole lines")} the time, ` +
    `in fine chunks ${ratios(all, "fine chunks")}.`;
}

function ratios(all: readonly Breakdown[], role: Role): string {
  return spreadOf(
    all.flatMap(({ whole, byRole }) => timesAsLong(byRole.get(role), whole) ?? []),
  );
}

function inspection(all: readonly Unpacking[]): string {
  const counts = all.flatMap(({ unpacked }) => multiplicationsOf(unpacked) ?? []);
  if (counts.length === 0) return "What inspecting costs was not measured.";
  return `Encoding and uploading for csb take as long as ${
    Math.round(median(counts))
  } multiplications ` +
    "(median).";
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}
