import { geometricMean, measuredRows, median, type Table } from "@spmm/runner";
import {
  allBytesPerNonZero,
  backwardGain,
  bothUs,
  breakEven,
  type Group,
  groupsOf,
  pairUs,
  type TransposeRow,
  type TransposeValues,
} from "./transpose_values.ts";

/** Uses of an A in both directions, from one that changes at every step to one that stays. */
export const USES: readonly number[] = [1, 10, 100, 1000];

/** For each device and n what every contender takes, and all matrices one by one. */
export function transposeTables(rows: readonly TransposeRow[]): Table[] {
  return [...groupsOf(rows).map(contenderTable), ...matrixTables(rows), ...unmeasuredTable(rows)];
}

function contenderTable(group: Group): Table {
  const { device, n, matrices, contenders } = group;
  const pairs = USES.map((uses) => ({
    heading: uses === 1 ? "A·B + Aᵀ·B, 1 use, µs" : `${uses} uses`,
  }));
  const encodings = encodingOf(group);
  return {
    title:
      `Both directions (geometric means over ${matrices.length} matrices; so many uses of an A share its preparation): ${device}, n = ${n}`,
    columns: [
      ...["contender", "A·B, µs", "Aᵀ·B, µs", "Aᵀ·B / A·B"],
      ...["Aᵀ·B / csb's Aᵀ·B", "both / csb's both"],
      ...["bytes/non-zero", "at most", "with workspace"],
      ...["prepare, ms", "each Aᵀ·B, ms"],
    ].map((heading): { heading: string } => ({ heading })).concat(
      pairs,
      { heading: "pays against CSB after, uses" },
    ),
    rows: Array.from(contenders, ([contender, values]) => [
      contender,
      mean(values, ({ forwardUs }) => forwardUs),
      mean(values, ({ backwardUs }) => backwardUs),
      mean(values, ({ backwardOverForward }) => backwardOverForward),
      overEncoding(values, encodings, backwardGain),
      overEncoding(values, encodings, (encoding, one) => bothUs(one) / bothUs(encoding)),
      mean(values, ({ bytesPerNonZero }) => bytesPerNonZero),
      mean(values, ({ peakBytes, nonZeros }) => peakBytes / nonZeros),
      mean(values, allBytesPerNonZero),
      mean(values, ({ prepareMs }) => prepareMs),
      mean(values, ({ convertMs }) => convertMs),
      ...USES.map((uses) => mean(values, (one) => pairUs(one, uses))),
      values[0]?.way === "kept copy" ? paysAfter(encodings, values) : undefined,
    ]),
  };
}

/** The values of CSB in a group. */
export function encodingOf({ contenders }: Group): readonly TransposeValues[] {
  return contenders.values().find(([first]) => first?.way === "one encoding") ?? [];
}

/** The geometric mean of a number of all; nothing where one lacks it. */
export function mean(
  values: readonly TransposeValues[],
  number: (values: TransposeValues) => number | undefined,
): number | undefined {
  const numbers = values.flatMap((one) => number(one) ?? []);
  return numbers.length === 0 || numbers.length < values.length
    ? undefined
    : geometricMean(numbers);
}

/** The geometric mean of a ratio to CSB on the same matrix; nothing without CSB. */
export function overEncoding(
  values: readonly TransposeValues[],
  encodings: readonly TransposeValues[],
  ratio: (encoding: TransposeValues, one: TransposeValues) => number,
): number | undefined {
  return encodings.length !== values.length
    ? undefined
    : geometricMean(values.map((one, i) => ratio(encodings[i], one)));
}

/** The median of the break-even, in words where it is no number. */
export function paysAfter(
  encodings: readonly TransposeValues[],
  copies: readonly TransposeValues[],
): number | string | undefined {
  const uses = copies.flatMap((copy, i) => {
    const encoding = encodings[i];
    return encoding === undefined ? [] : [breakEven(encoding, copy)];
  }).filter((count) => !Number.isNaN(count));
  if (uses.length === 0) return undefined;
  // Of an even number of matrices the middle two may be infinite.
  const middle = median(uses.map((count) => Math.min(count, Number.MAX_VALUE / 4)));
  return middle > Number.MAX_VALUE / 16 ? "never" : middle;
}

function matrixTables(rows: readonly TransposeRow[]): Table[] {
  const groups = Map.groupBy(
    measuredRows(rows),
    ({ device, values }) => `${device}, n = ${values.n}`,
  );
  return Array.from(groups, ([name, group]) => ({
    title: `Every matrix: ${name}`,
    columns: [
      ...["matrix", "source", "zeros, %", "contender", "A·B, µs", "±", "Aᵀ·B, µs", "±"],
      ...["prepare, ms", "each Aᵀ·B, ms", "bytes/non-zero"],
    ].map((heading) => ({ heading })),
    rows: group.map(({ contender, values }) => [
      values.matrix,
      values.source,
      100 * values.sparsity,
      contender,
      values.forwardUs,
      values.forwardSpreadUs,
      values.backwardUs,
      values.backwardSpreadUs,
      values.prepareMs,
      values.convertMs,
      values.bytesPerNonZero,
    ]),
  }));
}

function unmeasuredTable(rows: readonly TransposeRow[]): Table[] {
  const unmeasured = rows.filter(({ outcome }) => outcome !== "measured");
  const groups = Map.groupBy(
    unmeasured,
    ({ contender, device, outcome, reason }) =>
      JSON.stringify([contender, device, outcome, reason]),
  );
  if (groups.size === 0) return [];
  return [{
    title: "Not measured",
    columns: ["contender", "device", "outcome", "matrices", "reason"]
      .map((heading) => ({ heading })),
    rows: groups.values().map((group) => {
      const [{ contender, device, outcome, reason }] = group;
      return [contender, device, outcome, group.length, reason];
    }).toArray(),
  }];
}
