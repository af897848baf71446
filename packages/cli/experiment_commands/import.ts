import { Store } from "@spmm/runner";
import { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { readRuns } from "./read_runs.ts";
import { STORE } from "./store_file.ts";

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
