import { Store } from "@spmm/runner";
import { UsageError } from "../errors.ts";

/** Where results are kept where nothing else is said. */
export const STORE = "results/store.sqlite";

/**
 * Opens a store that must be there, for commands that only read.
 *
 * @throws {UsageError} If there is none.
 */
export async function openKept(path: string): Promise<Store> {
  if (await isFile(path)) return Store.open(path);
  throw new UsageError(
    `Cannot open a store: an experiment must have been run first, or --store name another file: received ${path}`,
  );
}

/** Whether there is a file of that name. */
export async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
