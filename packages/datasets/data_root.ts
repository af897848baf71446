const VARIABLE = "SPMM_DATA";
const BESIDE_REPOSITORY = new URL("../../../shared/data", import.meta.url);

/**
 * The folder of published data: the one that the environment variable `SPMM_DATA` names, else
 * `shared/data` beside the repository.
 *
 * @returns The folder, or undefined if it is not there or may not be read: whoever asks goes on
 * with generated matrices, and says so.
 *
 * @example With data or without
 * ```ts
 * import { dataRoot, generateDlmcLike, listDlmc, loadDlmc } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const root = dataRoot();
 * const [first] = root === undefined ? generateDlmcLike(1) : await listDlmc(root);
 * const a = "matrix" in first ? first : await loadDlmc(first, { seed: 1 });
 * assert.equal(a.origin, root === undefined ? "generated" : "file");
 * ```
 */
export function dataRoot(): string | undefined {
  const folder = mayRead(VARIABLE) ? Deno.env.get(VARIABLE) : undefined;
  const root = folder ?? decodeURIComponent(BESIDE_REPOSITORY.pathname);
  return isReadableFolder(root) ? root : undefined;
}

function mayRead(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}

/** Whether there is such a folder, and reading it is allowed without asking. */
export function isReadableFolder(path: string): boolean {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return false;
  try {
    return Deno.statSync(path).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
