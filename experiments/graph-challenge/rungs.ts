import type { NetworkPlan, Strategies } from "@spmm/network";

/** A rung of the ladder: strategies that are on, one more than on the rung before. */
export interface Rung {
  /** What it is called: "baseline", then what it adds. */
  readonly name: string;
  /** Every strategy, on or off. */
  readonly strategies: Required<Strategies>;
  /** What of special networks it exploits; absent where any network gains. */
  readonly exploits?: string;
}

const NONE: Required<Strategies> = {
  pruning: false,
  fusion: false,
  staging: false,
  reordering: false,
  codebook: false,
  deduplication: false,
  fixedPoints: false,
};

const STEPS: readonly {
  readonly adds: keyof Strategies;
  readonly name: string;
  readonly exploits?: string;
}[] = [
  { adds: "pruning", name: "+ pruning" },
  { adds: "staging", name: "+ staging" },
  { adds: "fusion", name: "+ fusion" },
  { adds: "reordering", name: "+ reordering" },
  { adds: "codebook", name: "+ codebook", exploits: "equal weights" },
  { adds: "deduplication", name: "+ deduplication", exploits: "equal neurons" },
  { adds: "fixedPoints", name: "+ fixed points", exploits: "saturated activations" },
];

/** From no strategy to all of them, each rung upon those below it. */
export const LADDER: readonly Rung[] = STEPS.reduce<Rung[]>(
  (rungs, { adds, ...named }) => [
    ...rungs,
    { ...named, strategies: { ...(rungs.at(-1)?.strategies ?? NONE), [adds]: true } },
  ],
  [{ name: "baseline", strategies: NONE }],
);

/** The highest rung from which any network gains: what an engine does where nothing is said. */
export const DEFAULT_RUNG = "+ reordering";

/** How much of the ladder is climbed. */
export type Climb = "all" | "labelled" | "ends";

/**
 * The rungs of a climb: all; the default and all that exploit something; or the default and the top.
 */
export function rungsOf(climb: Climb): Rung[] {
  if (climb === "all") return [...LADDER];
  const from = LADDER.findIndex(({ name }) => name === DEFAULT_RUNG);
  return LADDER.filter((_, i) => i === from || (climb === "labelled" && i > from))
    .concat(climb === "ends" ? LADDER.slice(-1) : []);
}

/**
 * The strategies that a rung has more than another, and that a plan makes no use of.
 *
 * @returns Nothing where it makes use of one of them, or there are none.
 */
export function unused(
  rung: Rung,
  before: Rung | undefined,
  { labels }: Pick<NetworkPlan, "labels">,
): string[] {
  if (before === undefined) return [];
  const added = STEPS.filter(({ adds }) => rung.strategies[adds] && !before.strategies[adds]);
  const used = new Set(labels.map(plain));
  const idle = added.filter(({ adds }) => !used.has(plain(adds)));
  return idle.length < added.length ? [] : idle.map(({ name }) => name.slice(2));
}

/** Plans write labels in words. */
function plain(label: string): string {
  return label.toLowerCase().replace(/[^a-z]/g, "");
}
