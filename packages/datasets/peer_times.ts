import { DatasetError } from "./errors.ts";

/** Times of other libraries on one matrix. */
export interface PeerMatrix {
  /** The matrix's name in the collection. */
  readonly name: string;
  /** By the columns of B, and then by what was timed: µs. */
  readonly times: ReadonlyMap<number, ReadonlyMap<string, number>>;
}

/** Times of other libraries, and where they were measured. */
export interface PeerTimes {
  /** The GPU. */
  readonly gpu: string;
  /** By matrix. */
  readonly matrices: readonly PeerMatrix[];
}

/**
 * Reads times of other libraries: JSON of `gpu` and `spmm`, an array with a `matrix` of the Deep
 * Learning Matrix Collection and, as `us_n<columns of B>`, times in µs by what was timed.
 *
 * @param path The file.
 * @throws {DatasetError} If the file is not so.
 *
 * @example One time
 * ```ts
 * import { readPeerTimes } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const path = await Deno.makeTempFile();
 * const spmm = [{ matrix: "rn50/a/0.5/b.smtx", us_n256: { library: 12.5 } }];
 * await Deno.writeTextFile(path, JSON.stringify({ gpu: "a GPU", spmm }));
 * const { gpu, matrices: [{ name, times }] } = await readPeerTimes(path);
 * assert.deepEqual([gpu, name, times.get(256)?.get("library")], ["a GPU", "rn50/a/0.5/b", 12.5]);
 * await Deno.remove(path);
 * ```
 */
export async function readPeerTimes(path: string): Promise<PeerTimes> {
  const { gpu, spmm } = objectOf(await parsedFile(path), path);
  if (!Array.isArray(spmm)) throw unfit(path, "spmm must be an array");
  return { gpu: String(gpu), matrices: spmm.map((entry) => peerMatrix(entry, path)) };
}

async function parsedFile(path: string): Promise<unknown> {
  const text = await Deno.readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unfit(path, `it must be JSON (${cause instanceof Error ? cause.message : cause})`);
  }
}

function peerMatrix(entry: unknown, path: string): PeerMatrix {
  const { matrix, ...fields } = objectOf(entry, path);
  const times = Object.entries(fields).flatMap(([key, value]) => {
    const n = /^us_n(\d+)$/.exec(key)?.[1];
    return n === undefined ? [] : [[Number(n), timesOf(value, path)] as const];
  });
  return { name: String(matrix).replace(/\.smtx$/, ""), times: new Map(times) };
}

function timesOf(value: unknown, path: string): Map<string, number> {
  return new Map(
    Object.entries(objectOf(value, path)).map(([what, time]) => {
      if (typeof time === "number" && time > 0) return [what, time];
      throw unfit(path, `${what} must be a time in µs`);
    }),
  );
}

function objectOf(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return { ...value };
  throw unfit(path, "it must hold objects");
}

function unfit(path: string, rule: string): DatasetError {
  return new DatasetError(`Cannot read peers' times: ${rule}: received ${path}`);
}
