import {
  compareRuns,
  type KeptRow,
  renderTable,
  type RowComparison,
  type RunInfo,
} from "@spmm/runner";
import { Command } from "commander";
import { countOf } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { openKept, STORE } from "./store_file.ts";

/** `experiments compare`: what is faster in the second run than in the first. */
export function compareCommand(terminal: Terminal): Command {
  return new Command("compare")
    .description("say row by row whether the second run is same, faster, slower, or unclear")
    .argument("<first>", "number of a run, as the list shows it", countOf)
    .argument("<second>", "number of another", countOf)
    .option("--store <file>", "where results are kept", STORE)
    .option("--json", "print JSON")
    .action(async (first: number, second: number, { store: path, json }: CompareOptions) => {
      using store = await openKept(path);
      const runs = [store.run(first), store.run(second)] as const;
      const compared = compareRuns(store.rows(first), store.rows(second));
      terminal.print(
        json
          ? JSON.stringify({ runs, remarks: remarksOn(...runs), rows: compared }, null, 2)
          : textOf(runs, compared),
      );
    });
}

interface CompareOptions {
  readonly store: string;
  readonly json?: true;
}

function textOf(runs: readonly [RunInfo, RunInfo], compared: readonly RowComparison[]): string {
  const [first, second] = runs;
  const varied = variedParameters(compared.map(({ row }) => row));
  const table = {
    title: `Run ${second.id} against run ${first.id}`,
    columns: ["point", "contender", "verdict", "time, ×", "because"]
      .map((heading) => ({ heading })),
    rows: compared.map(({ row, verdict, ratio, reason }) => [
      varied.map((name) => row.parameters[name]).join(", "),
      row.contender,
      verdict,
      ratio,
      reason,
    ]),
  };
  const verdicts = ["same", "faster", "slower", "unclear"] as const;
  const counts = verdicts.map((verdict) =>
    `${compared.filter((one) => one.verdict === verdict).length} ${verdict}`
  );
  return [renderTable(table), ...remarksOn(first, second), `${counts.join(", ")}.`].join("\n");
}

/** What tells the points from each other. */
function variedParameters(rows: readonly KeptRow[]): string[] {
  const names = new Set(rows.flatMap(({ parameters }) => Object.keys(parameters)));
  return [...names].filter((name) =>
    new Set(rows.map(({ parameters }) => parameters[name])).size > 1
  );
}

/** What makes the runs hard to compare. */
function remarksOn(first: RunInfo, second: RunInfo): string[] {
  const differ = (what: string, one: unknown, other: unknown) =>
    JSON.stringify(one) === JSON.stringify(other) ? [] : [`The runs differ in their ${what}.`];
  return [
    ...differ("experiment", first.experiment, second.experiment),
    ...differ("sources", first.sourceHash, second.sourceHash),
    ...differ("scale", first.scale, second.scale),
    ...differ("environment", first.environment, second.environment),
  ];
}
