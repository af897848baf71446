import { type RunFiles, runFromFiles, runsFromJson, type StoredRun } from "@spmm/runner";
import { UsageError } from "../errors.ts";
import { isFile } from "./store_file.ts";

/**
 * The runs that were exported to a file, a folder, or folders in it.
 *
 * @throws {UsageError} If a folder holds none.
 */
export async function readRuns(path: string): Promise<StoredRun[]> {
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
