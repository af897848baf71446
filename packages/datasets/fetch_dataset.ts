import { datasetStatus, type FileStatus } from "./dataset_status.ts";
import { DatasetError } from "./errors.ts";
import { digestOf, expandedStream, faultOf } from "./file_digest.ts";
import type { DataPart, Dataset } from "./manifest.ts";
import { plainOrGzip } from "./expanded_file.ts";
import { untar } from "./untar.ts";

/** How far a download is. */
export interface FetchProgress {
  /** What is fetched. */
  readonly url: string;
  /** Bytes that have come. */
  readonly received: number;
  /** Bytes in all, where the site says. */
  readonly total: number | undefined;
}

/** What {@linkcode fetchDataset} takes. */
export interface FetchDatasetOptions {
  /** The root to put files below. */
  readonly root: string;
  /** Other roots where files may be already; only `root` where absent. */
  readonly roots?: readonly string[];
  /** Told as bytes come. */
  readonly onProgress?: (progress: FetchProgress) => void;
  /** Stops the download; nothing is left of the part that was under way. */
  readonly signal?: AbortSignal;
}

/** How long a site may take to answer at all. */
const PATIENCE = 30_000;

/**
 * Fetches what is missing or corrupt of a dataset from where it is published. Each part is written
 * beside under another name, checked against its checksums and only then renamed: a file is there
 * whole or not at all.
 *
 * @param dataset Which.
 * @param options Where to, who else may have it, whom to tell.
 * @returns The files that were put in place, below the root.
 * @throws {DatasetError} If a site cannot be reached or answers with an error, or what came is cut
 * short or has another checksum. The message says where to put the file by hand.
 *
 * @example Nothing to do
 * ```ts
 * import { dataRoots, fetchDataset, readManifest } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const mnist = (await readManifest()).find(({ name }) => name === "mnist");
 * assert.ok(mnist);
 * const root = await Deno.makeTempDir();
 * assert.deepEqual(await fetchDataset(mnist, { root, roots: dataRoots() }), []);
 * ```
 */
export async function fetchDataset(
  dataset: Dataset,
  options: FetchDatasetOptions,
): Promise<string[]> {
  const { root, roots = [] } = options;
  const status = await datasetStatus(dataset, [root, ...roots]);
  const fetched: string[] = [];
  for (const part of dataset.parts) {
    const isWanted = status.some((of) => part.files.includes(of.file) && isLacking(of));
    if (isWanted) fetched.push(...await fetchPart(part, dataset, options));
  }
  return fetched;
}

function isLacking({ state }: FileStatus): boolean {
  return state === "missing" || state === "corrupt";
}

async function fetchPart(
  part: DataPart,
  { source }: Dataset,
  options: FetchDatasetOptions,
): Promise<string[]> {
  const { root } = options;
  const { url, files: [first] } = part;
  if (url === undefined) {
    const rule = `it is not published as a file of its own (see ${source}): put it by hand`;
    throw new DatasetError(
      `Cannot fetch ${first.path}: ${rule}: received no ${root}/${first.path}`,
    );
  }
  await Deno.mkdir(root, { recursive: true });
  const scratch = await Deno.makeTempDir({ dir: root, prefix: ".partial-" });
  try {
    const file = `${scratch}/download`;
    await download(url, file, byHand(part, root), options);
    return part.unpack === undefined
      ? [await keepFile(part, file, root)]
      : await keepArchive(part, part.unpack, file, scratch, root);
  } finally {
    await Deno.remove(scratch, { recursive: true });
  }
}

/** What someone does who has the file from elsewhere. */
function byHand({ url = "", unpack, files: [first] }: DataPart, root: string): string {
  if (unpack === undefined) return `put the file by hand at ${root}/${gzipped(first.path, url)}`;
  return `unpack the archive by hand so that there is ${root}/${first.path}`;
}

function gzipped(path: string, url: string): string {
  return new URL(url).pathname.endsWith(".gz") ? `${path}.gz` : path;
}

async function download(
  url: string,
  file: string,
  otherwise: string,
  { onProgress, signal }: FetchDatasetOptions,
): Promise<void> {
  const failed = (rule: string, received: unknown, cause?: unknown): DatasetError => {
    const told = received instanceof Error ? innermost(received) : String(received);
    const message = `Cannot fetch ${url}: ${rule}; else ${otherwise}: received ${told}`;
    return new DatasetError(message, { cause });
  };
  const response = await answerOf(url, signal).catch((error: unknown) => {
    throw failed("the site must be reachable", error, error);
  });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw failed("the site must have the file", `${response.status} ${response.statusText}`);
  }
  const length = response.headers.get("content-length");
  const isEncoded = response.headers.has("content-encoding");
  const total = length === null || isEncoded ? undefined : Number(length);
  let received = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(piece, controller) {
      received += piece.length;
      onProgress?.({ url, received, total });
      controller.enqueue(piece);
    },
  });
  try {
    await Deno.writeFile(file, response.body.pipeThrough(counted));
  } catch (error) {
    throw failed("the download must come to its end", error, error);
  }
  if (total !== undefined && received !== total) {
    throw failed(`the download must have ${total} bytes`, received);
  }
}

/** A failed request says little of why; what caused it says more. */
function innermost(error: Error): string {
  return error.cause instanceof Error ? innermost(error.cause) : error.message;
}

/** The site's answer, if it begins in time. */
async function answerOf(url: string, signal?: AbortSignal): Promise<Response> {
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DatasetError("Cannot wait longer: no answer: received none in 30 s")),
    PATIENCE,
  );
  try {
    return await fetch(url, {
      signal: AbortSignal.any([late.signal, ...(signal ? [signal] : [])]),
    });
  } finally {
    clearTimeout(timer);
  }
}

async function keepFile({ url = "", files: [file] }: DataPart, from: string, root: string) {
  const fault = faultOf(file, await digestOf(from));
  if (fault !== undefined) throw new DatasetError(`Cannot keep what ${url} has: ${fault}`);
  const path = gzipped(file.path, url);
  await moveInto(root, path, from);
  return path;
}

async function keepArchive(
  { url, files }: DataPart,
  { into, strip }: NonNullable<DataPart["unpack"]>,
  archive: string,
  scratch: string,
  root: string,
): Promise<string[]> {
  const unpacked = `${scratch}/files`;
  await Deno.mkdir(`${unpacked}/${into}`, { recursive: true });
  await untar(await expandedStream(archive), `${unpacked}/${into}`, strip).catch((cause) => {
    if (!(cause instanceof TypeError)) throw cause;
    const message =
      `Cannot keep what ${url} has: it must be a whole archive: received damaged gzip`;
    throw new DatasetError(message, { cause });
  });
  for (const file of files) {
    const place = await plainOrGzip(`${unpacked}/${file.path}`);
    const fault = place === undefined
      ? "it must be in the archive: received none"
      : faultOf(file, await digestOf(place));
    if (fault !== undefined) {
      throw new DatasetError(`Cannot keep ${file.path} of ${url}: ${fault}`);
    }
  }
  const paths = await Array.fromAsync(filesBelow(unpacked, ""));
  for (const path of paths) await moveInto(root, path, `${unpacked}/${path}`);
  return paths;
}

async function* filesBelow(folder: string, prefix: string): AsyncGenerator<string, void, void> {
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${prefix}`)) {
    if (isDirectory) yield* filesBelow(folder, `${prefix}${name}/`);
    else yield `${prefix}${name}`;
  }
}

async function moveInto(root: string, path: string, from: string): Promise<void> {
  const target = `${root}/${path}`;
  await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
  await Deno.rename(from, target);
}
