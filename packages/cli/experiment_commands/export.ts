import { type RunInfo, runsToJson, runToFiles, type Store } from "@spmm/runner";
import { Command } from "commander";
import { countsOf } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { writeWhole } from "../write_whole.ts";
import { openKept, STORE } from "./store_file.ts";

/** `experiments export`: results as files that any program reads. */
export function exportCommand(terminal: Terminal): Command {
  return new Command("export")
    .description("write results as JSON, or as a folder of CSV files and environments")
    .argument("<path>", "a .json file, or a folder: a subfolder for each run")
    .option("--run <numbers>", "runs, with commas between; all where absent", countsOf)
    .option("--store <file>", "where results are kept", STORE)
    .action(async (path: string, { run, store: file }: ExportOptions) => {
      using store = await openKept(file);
      const runs = run === undefined ? store.runs() : run.map((id) => store.run(id));
      const written = path.endsWith(".json")
        ? await writeJson(path, runs, store)
        : await writeFolders(path, runs, store);
      terminal.print(`Runs exported: ${runs.length}, to ${written.join(", ") || "nothing"}`);
    });
}

interface ExportOptions {
  readonly run?: readonly number[];
  readonly store: string;
}

async function writeJson(
  path: string,
  runs: readonly RunInfo[],
  store: Store,
): Promise<string[]> {
  await writeWhole(path, runsToJson(runs.map(({ id }) => store.exported(id))));
  return [path];
}

/** A folder has the experiment's name; where there are several runs of one, their numbers too. */
async function writeFolders(
  path: string,
  runs: readonly RunInfo[],
  store: Store,
): Promise<string[]> {
  const folders: string[] = [];
  for (const { id, experiment } of runs) {
    const alone = runs.filter((run) => run.experiment === experiment).length === 1;
    const folder = `${path}/${experiment}${alone ? "" : `-${id}`}`;
    for (const [name, text] of Object.entries(runToFiles(store.exported(id)))) {
      await writeWhole(`${folder}/${name}`, text);
    }
    folders.push(folder);
  }
  return folders;
}
