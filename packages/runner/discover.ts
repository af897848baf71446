import { ExperimentError } from "./errors.ts";
import type { Experiment } from "./experiment.ts";
import { sourceHash } from "./source_hash.ts";

const FOLDER = new URL("../../experiments/", import.meta.url);

/** An experiment of the folder `experiments`. */
export interface DiscoveredExperiment {
  /** The experiment. */
  readonly experiment: Experiment;
  /** Of its sources as they are. */
  readonly sourceHash: string;
}

/**
 * Every experiment: the folders of `experiments/` that have an `experiment.ts`, by name. Nothing else
 * registers them.
 *
 * @throws {ExperimentError} If one of them exports no experiment of its folder's name.
 *
 * @example By name
 * ```ts
 * import { discoverExperiments } from "@spmm/runner";
 * import assert from "node:assert/strict";
 *
 * const names = (await discoverExperiments()).map(({ experiment }) => experiment.name);
 * assert.ok(names.includes("kernel-comparison"));
 * ```
 */
export async function discoverExperiments(): Promise<DiscoveredExperiment[]> {
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

async function load(name: string): Promise<DiscoveredExperiment> {
  const folder = new URL(`${name}/`, FOLDER);
  const loaded: unknown = await import(new URL("experiment.ts", folder).href);
  const found = Object.values(loaded ?? {}).find(isExperiment);
  if (found?.name === name) {
    return { experiment: found, sourceHash: await sourceHash(folder) };
  }
  throw new ExperimentError(
    `Cannot load experiment ${name}: its experiment.ts must export an experiment of that name: received ${found?.name}`,
  );
}

function isExperiment(value: unknown): value is Experiment {
  return typeof value === "object" && value !== null && "question" in value && "axes" in value &&
    "points" in value && "name" in value;
}
