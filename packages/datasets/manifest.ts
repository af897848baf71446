import { DatasetError } from "./errors.ts";

/** A file of a dataset. */
export interface DataFile {
  /** Below the root of published data; at hand it may have `.gz` behind. */
  readonly path: string;
  /** How long it is, expanded. */
  readonly bytes?: number;
  /** SHA-256 of what is in it, expanded; absent where nobody here has seen the file. */
  readonly sha256?: string;
}

/** Files that come together: one file, or an archive of several. */
export interface DataPart {
  /** Where the publisher has it; absent where it can only be put by hand. */
  readonly url?: string;
  /** For a tar archive: the folder it is unpacked into, and how many leading folders are dropped. */
  readonly unpack?: { readonly into: string; readonly strip: number };
  /** What it brings; the first only where it is no archive. */
  readonly files: readonly DataFile[];
}

/** A published dataset that the tests and experiments use. */
export interface Dataset {
  /** What `deno task data` calls it. */
  readonly name: string;
  /** What it is. */
  readonly what: string;
  /** What it proves here. */
  readonly proves: string;
  /** The publisher's page. */
  readonly source: string;
  /** Under which terms. */
  readonly licence: string;
  /** A folder of the repository where an installed package has the files, by their last names. */
  readonly installed?: string;
  /** What it consists of. */
  readonly parts: readonly DataPart[];
}

const MANIFEST = new URL("../../data/manifest.json", import.meta.url);

/**
 * Reads the list of all datasets that are used here, with where they are published.
 *
 * @param path The list; `data/manifest.json` of the repository where absent.
 * @throws {DatasetError} If it is not such a list.
 *
 * @example Where MNIST comes from
 * ```ts
 * import { readManifest } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const mnist = (await readManifest()).find(({ name }) => name === "mnist");
 * assert.equal(mnist?.parts.length, 4);
 * ```
 */
export async function readManifest(path: string | URL = MANIFEST): Promise<readonly Dataset[]> {
  const parsed: unknown = parseJson(await Deno.readTextFile(path), path);
  const datasets = isRecord(parsed) ? parsed["datasets"] : undefined;
  if (!Array.isArray(datasets)) refuse(path, "it must have a list of datasets", typeof datasets);
  for (const dataset of datasets) {
    if (!isDataset(dataset)) {
      const rule = "a dataset must have name, what, proves, source, licence and parts with files";
      refuse(path, rule, JSON.stringify(dataset).slice(0, 80));
    }
  }
  return datasets;
}

function parseJson(text: string, path: string | URL): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `Cannot read ${path}: it must be JSON: received ${text.slice(0, 40)}`;
    throw new DatasetError(message, { cause });
  }
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isDataset(value: unknown): value is Dataset {
  if (!isRecord(value)) return false;
  const texts = ["name", "what", "proves", "source", "licence"];
  const { installed, parts } = value as Partial<Dataset>;
  return texts.every((key) => typeof value[key] === "string") &&
    (installed === undefined || typeof installed === "string") &&
    Array.isArray(parts) && parts.every(isPart);
}

function isPart(value: unknown): value is DataPart {
  if (!isRecord(value)) return false;
  const { url, unpack, files } = value as Partial<Record<keyof DataPart, unknown>>;
  if (url !== undefined && (typeof url !== "string" || !URL.canParse(url))) return false;
  if (unpack !== undefined && !isUnpacking(unpack)) return false;
  return Array.isArray(files) && files.length > 0 && files.every(isDataFile);
}

function isUnpacking(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return isSafePath(value["into"]) && Number.isInteger(value["strip"]);
}

function isDataFile(value: unknown): value is DataFile {
  if (!isRecord(value)) return false;
  const { path, bytes, sha256 } = value as Partial<Record<keyof DataFile, unknown>>;
  return isSafePath(path) && (bytes === undefined || Number.isInteger(bytes)) &&
    (sha256 === undefined || (typeof sha256 === "string" && /^[0-9a-f]{64}$/.test(sha256)));
}

/** Whether a path stays below the folder that it starts from. */
export function isSafePath(path: unknown): path is string {
  return typeof path === "string" && path !== "" && !/^[/\\]|\\|\0|^[A-Za-z]:/.test(path) &&
    !path.split("/").includes("..");
}

function refuse(path: string | URL, rule: string, received: string): never {
  throw new DatasetError(`Cannot read ${path}: ${rule}: received ${received}`);
}
