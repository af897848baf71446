import { geometricMean } from "@spmm/runner";
import {
  bestOf,
  type ComparedRow,
  type ContestGroup,
  contestGroups,
  familyOrder,
  overOthers,
} from "./family_times.ts";
import { densePoints } from "./figures.ts";
import { halvedGroups } from "./halves.ts";
import { beside } from "./peers.ts";
import { type Reached, reachedTargets } from "./targets.ts";
import { widthFindings } from "./widths.ts";

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
    ...widthFindings(rows),
    ...halves(rows),
    ...targets(rows),
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
function againstPeers(group: ContestGroup): string[] {
  const { title, records } = group;
  const best = bestOf(group);
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

/** What f16 is worth where each storage has its best family. */
function halves(rows: readonly ComparedRow[]): string[] {
  return halvedGroups(contestGroups(rows)).flatMap(({ half, single }) => {
    const ratios = overOthers(bestOf(single), bestOf(half));
    return ratios.length === 0 ? [] : [
      `f16 storage is ${geometricMean(ratios).toFixed(2)} × as fast as f32, the best of the ` +
      `families each (geometric mean over ${ratios.length} matrices; ${half.title}).`,
    ];
  });
}

function targets(rows: readonly ComparedRow[]): string[] {
  return Array.from(reachedTargets(rows), ([device, all]) => {
    const missed = all.filter(({ met }) => !met).map(told);
    const list = missed.length === 0 ? "" : `; missed: ${missed.join("; ")}`;
    return `${all.length - missed.length} of ${all.length} targets are met on ${device}${list}.`;
  });
}

function told({ target: { what, over, sense }, n, wanted, found }: Reached): string {
  return `${what}, ${over} at N = ${n}: ${found.toPrecision(3)}, wanted ${sense} ${wanted}`;
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
