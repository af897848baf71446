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
  const root = dataRoot();
  const roots = [...(root === undefined ? [] : [root]), decodeURIComponent(CACHE.pathname)];
  return roots.find((candidate) => isReadableFolder(`${candidate}/${folder}`));
}
