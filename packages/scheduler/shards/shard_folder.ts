import { ShardError } from "../errors.ts";
import type { Job } from "../job.ts";
import type { RangeAnswer } from "../job_result.ts";
import { countInputs, missingRanges } from "../ranges.ts";
import { jobHash } from "./job_hash.ts";
import { writeAtomically } from "./write_atomically.ts";

const MANIFEST = "job.json";

interface Manifest {
  readonly hash: string;
  readonly name: string;
  readonly inputs: number;
  readonly description: unknown;
}

interface Shard {
  readonly hash: string;
  readonly answers: readonly RangeAnswer[];
}

/** A folder that is ready to take a job's shards. */
export interface ShardFolder {
  /** Its path. */
  readonly path: string;
  /** Hash of the job. */
  readonly hash: string;
  /** What earlier runs have finished; no input stands in it twice. */
  readonly answers: readonly RangeAnswer[];
}

/**
 * Opens a folder for a job's results.
 *
 * ```text
 *   job.json              the manifest: hash, name, inputs, description
 *   shard-RUN-0-0.json    what worker 0 finished in a run: hash, and answers with their ranges
 *   shard-RUN-1-0.json    …; each is written beside and renamed, so it is complete or absent
 * ```
 *
 * @param path The folder; made where it is absent.
 * @param job The job.
 * @param resume Whether finished ranges of the same job count; else the folder must hold none.
 * @throws {ShardError} If the folder is of another job, or holds results and `resume` is false.
 */
export async function openShardFolder(
  path: string,
  job: Job,
  resume: boolean,
): Promise<ShardFolder> {
  const hash = await jobHash(job);
  const manifest = await readManifest(path);
  if (manifest !== undefined && manifest.hash !== hash) {
    throw new ShardError(
      `Cannot keep results in ${path}: the folder must be of this job, ${job.name} with ` +
        `${job.inputs} inputs: received one of ${manifest.name} with ${manifest.inputs} inputs`,
    );
  }
  const answers = manifest === undefined ? [] : await readShards(path, hash);
  if (answers.length > 0 && !resume) {
    throw new ShardError(
      `Cannot keep results in ${path}: it must be empty, or the run must resume: received ` +
        `${countInputs(answers)} finished inputs`,
    );
  }
  if (manifest === undefined) {
    await Deno.mkdir(path, { recursive: true });
    const { name, inputs, description } = job;
    const written: Manifest = { hash, name, inputs, description };
    await writeAtomically(`${path}/${MANIFEST}`, `${JSON.stringify(written, null, 2)}\n`);
  }
  return { path, hash, answers };
}

/** What {@linkcode readShardFolder} finds. */
export interface GatheredShards {
  /** The job's name. */
  readonly name: string;
  /** Inputs of the whole job. */
  readonly inputs: number;
  /** What is finished. */
  readonly answers: readonly RangeAnswer[];
  /** Inputs that no shard holds; none when the job is complete. */
  readonly missing: readonly { readonly first: number; readonly end: number }[];
}

/**
 * Reads what runs, pods or tasks have left in a folder, be they done or not.
 *
 * @param path The folder.
 * @throws {ShardError} If it is no folder of a job, or a shard is damaged.
 *
 * @example A folder that is none
 * ```ts
 * import { readShardFolder, ShardError } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * await assert.rejects(readShardFolder("packages"), ShardError);
 * ```
 */
export async function readShardFolder(path: string): Promise<GatheredShards> {
  const manifest = await readManifest(path);
  if (manifest === undefined) {
    throw new ShardError(`Cannot gather shards: ${path} must hold a ${MANIFEST}: received none`);
  }
  const { name, inputs, hash } = manifest;
  const answers = await readShards(path, hash);
  return { name, inputs, answers, missing: missingRanges(inputs, answers) };
}

async function readManifest(path: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(`${path}/${MANIFEST}`)) as Manifest;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new ShardError(`Cannot read ${path}/${MANIFEST}: received ${String(error)}`, {
      cause: error,
    });
  }
}

/** A range that two runs have finished counts once: they agree to the bit. */
async function readShards(path: string, hash: string): Promise<RangeAnswer[]> {
  const found: RangeAnswer[] = [];
  for await (const { name } of Deno.readDir(path)) {
    if (!/^shard-.*\.json$/.test(name)) continue;
    const shard = await readShard(`${path}/${name}`);
    if (shard.hash !== hash) {
      throw new ShardError(
        `Cannot use ${path}/${name}: it must be of job ${hash}: received ${shard.hash}`,
      );
    }
    found.push(...shard.answers);
  }
  found.sort((a, b) => a.first - b.first || b.end - a.end);
  let at = 0;
  return found.filter(({ first, end }) => {
    if (first < at) return false;
    at = end;
    return true;
  });
}

async function readShard(path: string): Promise<Shard> {
  try {
    return JSON.parse(await Deno.readTextFile(path)) as Shard;
  } catch (error) {
    throw new ShardError(`Cannot read the shard ${path}: received ${String(error)}`, {
      cause: error,
    });
  }
}
