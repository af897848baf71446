import { dataRoot, isReadableFolder } from "./data_root.ts";

const CACHE = new URL("../../data/cache", import.meta.url);

/**
 * The root of published data that has a certain folder: what `SPMM_DATA` names, else `shared/data`
 * beside the repository, else `data/cache`, where `deno task data` puts what it fetches.
 *
 * @param folder A folder below the root, for example `graph-challenge/neuron4096`.
 * @returns The root, or undefined if none has the folder or it may not be read.
 *
 * @example The Graph Challenge's first network
 * ```ts
 * import { findData, openChallenge } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const root = findData("graph-challenge/neuron1024");
 * if (root !== undefined) {
 *   const network = await openChallenge(`${root}/graph-challenge`, 1024);
 *   assert.ok(network.depth >= 120);
 * }
 * ```
 */
export function findData(folder: string): string | undefined {
  return dataRoots().find((root) => isReadableFolder(`${root}/${folder}`));
}

/**
 * Where published data may be, in the order in which it is looked for: the {@linkcode dataRoot}, if
 * there is one, and `data/cache` of the repository, there or not.
 *
 * @example The cache is the last resort
 * ```ts
 * import { dataRoots } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * assert.match(dataRoots().at(-1) ?? "", /data.cache$/);
 * ```
 */
export function dataRoots(): string[] {
  const root = dataRoot();
  const cache = decodeURIComponent(CACHE.pathname);
  return root === undefined ? [cache] : [root, cache];
}
