import { dataRoots } from "./find_data.ts";
import { plainOrGzip } from "./expanded_file.ts";
import { digestOf, faultOf } from "./file_digest.ts";
import type { DataFile, Dataset } from "./manifest.ts";

/**
 * - `there`: with the checksum it should have;
 * - `unchecked`: there, but no checksum is known;
 * - `missing`;
 * - `corrupt`: with another length or checksum, or damaged gzip.
 */
export type FileState = "there" | "unchecked" | "missing" | "corrupt";

/** What is known of a file of a dataset on this machine. */
export interface FileStatus {
  /** Which file. */
  readonly file: DataFile;
  /** How it is. */
  readonly state: FileState;
  /** Where it is, unless it is missing. */
  readonly place?: string;
  /** What is wrong with a corrupt one. */
  readonly fault?: string;
}

/**
 * Looks for the files of a dataset and checks what is in them; O(bytes).
 *
 * @param dataset Which.
 * @param roots Where to look, in turn; where published data may be where absent.
 * @returns A status for each file, in their order.
 *
 * @example What there is of MNIST
 * ```ts
 * import { datasetStatus, readManifest } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const datasets = await readManifest();
 * for (const dataset of datasets.filter(({ name }) => name === "mnist")) {
 *   const states = (await datasetStatus(dataset)).map(({ state }) => state);
 *   assert.deepEqual(states, ["there", "there", "there", "there"]);
 * }
 * ```
 */
export async function datasetStatus(
  dataset: Dataset,
  roots: readonly string[] = dataRoots(),
): Promise<FileStatus[]> {
  const files = dataset.parts.flatMap((part) => part.files);
  return await Array.fromAsync(files, async (file) => await fileStatus(file, dataset, roots));
}

async function fileStatus(
  file: DataFile,
  { installed }: Dataset,
  roots: readonly string[],
): Promise<FileStatus> {
  const places = roots.map((root) => `${root}/${file.path}`);
  if (installed !== undefined) places.push(`${REPOSITORY}${installed}/${lastName(file.path)}`);
  for (const candidate of places) {
    const place = await plainOrGzip(candidate);
    if (place === undefined) continue;
    if (file.sha256 === undefined) return { file, state: "unchecked", place };
    const fault = faultOf(file, await digestOf(place));
    return fault === undefined
      ? { file, state: "there", place }
      : { file, state: "corrupt", place, fault };
  }
  return { file, state: "missing" };
}

const REPOSITORY = decodeURIComponent(new URL("../../", import.meta.url).pathname);

function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
