import { Store, type StoredRun } from "@spmm/runner";
import { readRuns } from "./read_runs.ts";
import { openKept } from "./store_file.ts";

/** The results that come with the repository, as `experiments export` wrote them. */
export const COMMITTED = "data/results";

/** Opens the store of a file or, where none is named, the committed results in memory. */
export async function openShown(path: string | undefined): Promise<Store> {
  if (path !== undefined) return await openKept(path);
  const runs = await committedRuns();
  const store = Store.open(":memory:");
  for (const run of runs) store.add(run);
  return store;
}

/** None where the repository comes without any. */
async function committedRuns(): Promise<StoredRun[]> {
  try {
    return await readRuns(COMMITTED);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
