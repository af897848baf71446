import { kernels } from "@spmm/registry";
import { type DiscoveredExperiment, discoverExperiments, type RunInfo, Store } from "@spmm/runner";
import { durationText } from "../duration_text.ts";
import type { Terminal } from "../terminal.ts";
import { isFile } from "./store_file.ts";

/** `experiments` without names: question, axes, and what is kept of each. */
export async function listExperiments(
  { json, store: path }: { readonly json?: true; readonly store: string },
  terminal: Terminal,
): Promise<void> {
  const known = await discoverExperiments();
  using store = await isFile(path) ? Store.open(path) : Store.open(":memory:");
  const listed = known.map((one) => ({
    ...describe(one),
    results: stateOf(one, store),
  }));
  const text = listed.map(({ name, question, axes, results }) =>
    [
      name,
      `  ${question}`,
      `  results: ${resultsText(results)}`,
      ...axes.map(({ axis, help, takes }) => `  ${axis}: ${help} (${takes})`),
    ].join("\n")
  );
  terminal.print(
    json
      ? JSON.stringify(listed, null, 2)
      : `${text.join("\n\n")}\n\nkernels: ${kernels.names.join(", ")}`,
  );
}

function describe({ experiment: { name, question, axes } }: DiscoveredExperiment) {
  return {
    name,
    question,
    axes: Object.entries(axes).map(([axis, { help, takes }]) => ({ axis, help, takes })),
  };
}

/** What is kept of an experiment: nothing, a part, all, or what its sources have left behind. */
interface Results {
  readonly state: "never run" | "in part" | "complete" | "stale";
  readonly run?: Pick<RunInfo, "id" | "scale" | "kept" | "planned" | "started" | "ended">;
}

function stateOf({ experiment, sourceHash }: DiscoveredExperiment, store: Store): Results {
  const current = store.runToShow(experiment.name, sourceHash);
  const run = current ?? store.runToShow(experiment.name);
  if (run === undefined) return { state: "never run" };
  const { id, scale, kept, planned, started, ended } = run;
  const facts = { id, scale, kept, planned, started, ...(ended !== undefined && { ended }) };
  if (current === undefined) return { state: "stale", run: facts };
  return { state: run.state === "complete" ? "complete" : "in part", run: facts };
}

function resultsText({ state, run }: Results): string {
  if (run === undefined) return state;
  const { id, scale, kept, planned, started, ended } = run;
  const age = (Date.now() - Date.parse(ended ?? started)) / 1000;
  const done = kept.measured + kept.skipped + kept.failed;
  const points = state === "in part" ? `${done} of ${planned} points` : `${done} points`;
  const failed = kept.failed === 0 ? "" : `, ${kept.failed} failed`;
  const said = {
    "never run": "",
    "in part": "",
    complete: "complete: ",
    stale: "stale, of sources that have changed: ",
  };
  return `${said[state]}${points}${failed}, ${scale}, ${durationText(age)} ago (run ${id})`;
}
