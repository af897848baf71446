import type {
  AxisSet,
  DiscoveredExperiment,
  KeptRow,
  NamedFigure,
  Store,
  StoredRun,
  Table,
} from "@spmm/runner";

/** How results stand to the sources of their experiment. */
export type Standing = "never run" | "stale" | "complete" | "unfinished";

/** What a report says of one experiment, as data. */
export interface Chapter {
  /** Its name. */
  readonly name: string;
  /** The question that it answers. */
  readonly question: string;
  /** What can be set. */
  readonly axes: AxisSet;
  /** Whether there are results, and of which sources. */
  readonly standing: Standing;
  /** The run that is shown, with its points; none where there is none. */
  readonly run?: StoredRun;
  /** Sentences computed from the rows. */
  readonly findings: readonly string[];
  /** What is drawn. */
  readonly figures: readonly NamedFigure[];
  /** What is listed. */
  readonly tables: readonly Table[];
  /** What could not be computed from the rows, and why. */
  readonly faults: readonly string[];
}

/**
 * What there is to say of an experiment. Stale results are named, and neither drawn nor listed: the
 * rows are not those that the experiment's functions were written for.
 *
 * @param store Where results are kept.
 * @param discovered The experiment, and the hash of its sources as they are.
 *
 * @example An experiment that was never run
 * ```ts
 * import { chapterOf } from "@spmm/report";
 * import { experiment, Store } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const squares = experiment({
 *   ...{ name: "squares", question: "What are the squares?", axes: {} },
 *   points: () => [],
 *   tables: () => [],
 * });
 * using store = Store.open(":memory:");
 * assert.equal(chapterOf(store, { experiment: squares, sourceHash: "aa" }).standing, "never run");
 * ```
 */
export function chapterOf(
  store: Store,
  { experiment, sourceHash }: DiscoveredExperiment,
): Chapter {
  const { name, question, axes } = experiment;
  const own = { name, question, axes };
  const none = { findings: [], figures: [], tables: [], faults: [] };
  const current = store.runToShow(name, sourceHash);
  if (current === undefined) {
    const stale = store.runToShow(name);
    if (stale === undefined) return { ...own, ...none, standing: "never run" };
    return { ...own, ...none, standing: "stale", run: store.exported(stale.id) };
  }
  const run = store.exported(current.id);
  const rows: KeptRow[] = run.points.flatMap(({ parameters, rows }) =>
    rows.map((row) => ({ ...row, parameters }))
  );
  const faults: string[] = [];
  const computed = <Value>(what: string, compute: () => readonly Value[]) => {
    try {
      return compute();
    } catch (error) {
      faults.push(`Its ${what} cannot be computed from these rows: ${error}`);
      return [];
    }
  };
  return {
    ...own,
    standing: current.state === "complete" ? "complete" : "unfinished",
    run,
    findings: computed("findings", () => experiment.findings(rows)),
    figures: computed("figures", () => experiment.figures(rows)),
    tables: computed("tables", () => experiment.tables(rows)),
    faults,
  };
}
