import { type RunFiles, runFromFiles, runsFromJson, Store, type StoredRun } from "@spmm/runner";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import type { Terminal } from "../terminal.ts";
import { isFile, STORE } from "./store_file.ts";

/** `experiments import`: results of another store. */
export function importCommand(terminal: Terminal): Command {
  return new Command("import")
    .description("add results that were exported; what is there already stays")
    .argument("<paths...>", "files or folders that export wrote")
    .option("--store <file>", "where results are kept", STORE)
    .action(async (paths: string[], { store: file }: { readonly store: string }) => {
      // All is read before anything is added, so that a fault in one adds nothing of the others.
      const runs = (await Promise.all(paths.map(readRuns))).flat();
      using store = Store.open(file);
      const added = runs.map((run) => store.add(run)).filter((id) => id !== undefined);
      terminal.print(
        `Runs added: ${added.length}, there already: ${runs.length - added.length}`,
      );
    });
}

async function readRuns(path: string): Promise<StoredRun[]> {
  if (await isFile(path)) return runsFromJson(await Deno.readTextFile(path));
  const runs = await readFolder(path);
  if (runs.length > 0) return runs;
  throw new UsageError(
    `Cannot import: a folder must hold run.json, points.csv and rows.csv, or folders that do: received ${path}`,
  );
}

async function readFolder(path: string): Promise<StoredRun[]> {
  if (await isFile(`${path}/run.json`)) {
    const read = (name: keyof RunFiles) => Deno.readTextFile(`${path}/${name}`);
    return [
      runFromFiles({
        "run.json": await read("run.json"),
        "points.csv": await read("points.csv"),
        "rows.csv": await read("rows.csv"),
      }),
    ];
  }
  const runs: StoredRun[] = [];
  for await (const { name, isDirectory } of Deno.readDir(path)) {
    if (isDirectory) runs.push(...await readFolder(`${path}/${name}`));
  }
  return runs;
}
