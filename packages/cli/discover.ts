import type { Experiment } from "@spmm/runner";
import { UsageError } from "./errors.ts";

const FOLDER = new URL("../../experiments/", import.meta.url);

/** Every experiment: the folders of `experiments/` that have an `experiment.ts`, by name. */
export async function discoverExperiments(): Promise<Experiment[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(FOLDER)) {
    if (isDirectory && await exists(new URL(`${name}/experiment.ts`, FOLDER))) names.push(name);
  }
  return await Promise.all(names.sort().map(load));
}

async function exists(file: URL): Promise<boolean> {
  try {
    return (await Deno.stat(file)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function load(name: string): Promise<Experiment> {
  const loaded: unknown = await import(new URL(`${name}/experiment.ts`, FOLDER).href);
  const found = Object.values(loaded ?? {}).find(isExperiment);
  if (found?.name === name) return found;
  throw new UsageError(
    `Cannot load experiment ${name}: its experiment.ts must export an experiment of that name: received ${found?.name}`,
  );
}

function isExperiment(value: unknown): value is Experiment {
  return typeof value === "object" && value !== null && "question" in value && "axes" in value &&
    "run" in value && "name" in value;
}
