import { geometricMean } from "@spmm/runner";
import { type ComparedRow, type ContestGroup, contestGroups, familyOrder } from "./family_times.ts";
import { densePoints } from "./figures.ts";
import { beside } from "./peers.ts";

/** The answer, group by group, and where the matrices come from. */
export function comparisonFindings(rows: readonly ComparedRow[]): string[] {
  if (rows.length === 0) return [];
  return [
    ...contestGroups(rows).flatMap((group) => [
      ...fastest(group),
      ...autoAgainstBest(group),
      ...crossover(group),
      ...againstPeers(group),
    ]),
    origins(rows),
  ];
}

/** The kernel that is fastest on geometric average over what most have measured. */
function fastest({ title, records }: ContestGroup): string[] {
  const byKernel = Map.groupBy(
    records.filter(({ family }) => family !== "auto"),
    ({ kernel }) => kernel,
  );
  const most = Math.max(...Array.from(byKernel.values(), ({ length }) => length));
  const means = Array.from(byKernel)
    .filter(([, own]) => own.length === most)
    .map(([kernel, own]) => ({ kernel, us: geometricMean(own.map(({ medianUs }) => medianUs)) }))
    .sort((a, b) => a.us - b.us);
  const [first, second] = means;
  if (first === undefined) return [];
  const ahead = second === undefined
    ? ""
    : `, ${(second.us / first.us).toFixed(2)} × as fast as ${second.kernel}`;
  return [`Fastest over ${most} matrices by geometric mean: ${first.kernel}${ahead} (${title}).`];
}

function autoAgainstBest({ title, contests }: ContestGroup): string[] {
  const ratios = contests.flatMap(({ matrix, families: [best], auto }) =>
    best === undefined || auto === undefined
      ? []
      : [{ matrix, ratio: auto.medianUs / best.record.medianUs }]
  );
  if (ratios.length === 0) return [];
  const worst = ratios.reduce((a, b) => b.ratio > a.ratio ? b : a);
  const mean = geometricMean(ratios.map(({ ratio }) => ratio));
  return [
    `auto takes ${mean.toFixed(2)} × the time of the best of the families on geometric average ` +
    `over ${ratios.length} matrices, ${worst.ratio.toFixed(2)} × at worst, on ${worst.matrix} ` +
    `(${title}).`,
  ];
}

/** For each family the level from which on its median never falls behind dense again. */
function crossover({ title, contests }: ContestGroup): string[] {
  const byFamily = Map.groupBy(densePoints(contests), ({ series }) => series);
  const parts = familyOrder(byFamily.keys()).flatMap((family) => {
    const points = byFamily.get(family);
    if (points === undefined) return [];
    const sorted = points.toSorted((a, b) => a.x - b.x);
    const from = sorted[sorted.findLastIndex(({ y }) => y < 1) + 1];
    return from === undefined ? `${family} at none` : `${family} from ${Math.round(from.x)} %`;
  });
  return parts.length === 0
    ? []
    : [`Median at least as fast as dense, by zeros: ${parts.join(", ")} (${title}).`];
}

/** Who picks the best per matrix knows the times, which no user does: the single kernel is told too. */
function againstPeers({ title, records, contests }: ContestGroup): string[] {
  const best = contests.flatMap(({ families: [first] }) => first?.record ?? []);
  return beside(best).map(({ peer, key, ratio, matrices, gpu }) => {
    const alone = Array.from(
      Map.groupBy(records, ({ kernel }) => kernel),
      ([kernel, own]) => ({
        name: kernel,
        auto: own[0].family === "auto",
        found: beside(own).find((other) => other.key === key),
      }),
    )
      .filter(({ found }) => found?.matrices === matrices)
      .sort((a, b) => (b.found?.ratio ?? 0) - (a.found?.ratio ?? 0));
    const told = [alone.find(({ auto }) => !auto), alone.find(({ auto }) => auto)]
      .flatMap((one) =>
        one?.found === undefined ? [] : `; ${one.name} alone ${one.found.ratio.toFixed(2)} ×`
      )
      .join("");
    return `The best of the families, picked for each matrix, is ${ratio.toFixed(2)} × as fast ` +
      `as ${peer} in f32 on ${gpu}${told} (geometric means over ${matrices} matrices; ${title}).`;
  });
}

function origins(rows: readonly ComparedRow[]): string {
  const byMatrix = new Map(rows.map(({ values }) => [values.matrix, values.source]));
  const sources = Map.groupBy(byMatrix.values(), (source) => source);
  const parts = ORIGINS.flatMap(([source, what]) => {
    const count = sources.get(source)?.length ?? 0;
    return count === 0 ? [] : [`${count} ${what}`];
  });
  return `Matrices: ${parts.join("; ") || "none"}.`;
}

const ORIGINS = [
  ["file", "of DLMC, with drawn values"],
  ["stand-in", "stand-ins: the shape, non-zeros and spread of lengths of DLMC's, other positions"],
  ["generated", "generated, since nothing of DLMC is at hand"],
] as const;
