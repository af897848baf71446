import { geometricMean, measuredRows } from "@spmm/runner";
import type { LoadRow, TimedRow } from "./kept_values.ts";

const UNPACKED = "csb";
const BALANCED = "csb-walk";
const WHOLE_LINES = "csb-walk-whole-lines";
const BY_ROWS = "sliced-k+swizzle";

/** The answer in sentences, for each device and n, and what the imbalance is computed from. */
export function loadFindings(rows: readonly LoadRow[]): string[] {
  const groups = Map.groupBy(
    measuredRows(rows),
    ({ device, values: { n } }) => `On ${device} at N = ${n}`,
  );
  const answers = Array.from(groups).flatMap(([where, group]) => [
    ...growth(where, group),
    ...gain(group, WHOLE_LINES, BALANCED, `${where}, cutting block rows makes walking CSB`),
    ...gain(group, BALANCED, UNPACKED, `${where}, unpacking blocks to rows makes CSB`),
    ...gain(group, BY_ROWS, UNPACKED, `${where}, against ${BY_ROWS}, CSB that unpacks is`),
    ...winners(where, group),
  ]);
  return answers.length === 0 ? [] : [...answers, LIMITS];
}

const LIMITS =
  "Work per workgroup is computed by each kernel's own rule from the matrix, in non-zeros and row " +
  "ends, for csb that of its product without the unpacking; idle strands are those of an H200 if " +
  "time went by steps. Neither is a counter of the device.";

/** How much longer the same number of non-zeros takes where rows are uneven. */
function growth(where: string, rows: readonly TimedRow[]): string[] {
  const skewed = rows.filter(({ values }) => values.exponent !== undefined);
  const exponents = skewed.map(({ values }) => values.exponent ?? 0);
  const [least, most] = [Math.min(...exponents), Math.max(...exponents)];
  if (!(least < most)) return [];
  const factors = Array.from(
    Map.groupBy(skewed, ({ contender }) => contender),
    ([contender, own]) => {
      const at = (exponent: number) =>
        geometricMean(
          own
            .filter(({ values }) => values.exponent === exponent)
            .map(({ values }) => values.medianUs),
        );
      return { contender, factor: at(most) / at(least) };
    },
  )
    .filter(({ factor }) => Number.isFinite(factor))
    .map(({ contender, factor }) => `${contender} ${factor.toFixed(2)} ×`);
  return [
    `${where}, with as many non-zeros, rows of a power law of exponent ${most} take against ` +
    `${least === 0 ? "even ones" : `those of ${least}`}: ${factors.join(", ")}.`,
  ];
}

/** How much faster one way is than another on the same matrices: whether CSB needs its balancing. */
function gain(rows: readonly TimedRow[], before: string, after: string, claim: string): string[] {
  const pairs = Map.groupBy(rows, ({ values }) => values.matrix).values().toArray()
    .flatMap((ofMatrix) => {
      const time = (name: string) =>
        ofMatrix.find(({ contender }) => contender === name)?.values.medianUs;
      const [slow, fast] = [time(before), time(after)];
      if (slow === undefined || fast === undefined) return [];
      return [{ matrix: ofMatrix[0].values.matrix, gain: slow / fast }];
    });
  if (pairs.length === 0) return [];
  const best = pairs.reduce((a, b) => b.gain > a.gain ? b : a);
  const worst = pairs.reduce((a, b) => b.gain < a.gain ? b : a);
  const mean = geometricMean(pairs.map(({ gain }) => gain));
  return [
    `${claim} ${mean.toFixed(2)} × as fast over ${pairs.length} matrices (geometric mean): from ` +
    `${worst.gain.toFixed(2)} × on ${worst.matrix} to ${best.gain.toFixed(2)} × on ${best.matrix}.`,
  ];
}

function winners(where: string, rows: readonly TimedRow[]): string[] {
  const matrices = Map.groupBy(rows, ({ values }) => values.matrix);
  const first = matrices.values().toArray()
    .map((ofMatrix) => ofMatrix.reduce((a, b) => b.values.medianUs < a.values.medianUs ? b : a));
  const counts = Array.from(
    Map.groupBy(first, ({ contender }) => contender),
    ([contender, won]) => ({ contender, count: won.length }),
  ).toSorted((x, y) => y.count - x.count);
  const list = counts.map(({ contender, count }) => `${contender} on ${count}`).join(", ");
  return [`${where}, the fastest of ${matrices.size} matrices is ${list}.`];
}
