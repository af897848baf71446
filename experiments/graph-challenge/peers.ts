import { DatasetError } from "@spmm/datasets";
import type { PeerValues } from "./ladder_values.ts";

/** Times of others, and where they were measured. */
export interface NetworkPeers {
  /** The file. */
  readonly path: string;
  /** Their times on a network with so many inputs; none where they have none. */
  valuesOf(network: string, inputs: number): PeerValues;
}

/**
 * Reads times of others: JSON of `gpu` and `spdnn`, an array with a `network`, its `inputs`, the
 * paper's `paper_cuda_ms` (`inference`, `kernels`) and, where they ran, `xy2021_ms`, `snicit_ms` and
 * `bf2019_ms`.
 *
 * @throws {DatasetError} If the file is not so.
 */
export async function readNetworkPeers(path: string): Promise<NetworkPeers> {
  const { gpu, spdnn } = objectOf(await parsedFile(path), path);
  if (!Array.isArray(spdnn)) throw unfit(path, "spdnn must be an array");
  const entries = spdnn.map((entry) => peerEntry(objectOf(entry, path), String(gpu), path));
  return {
    path,
    valuesOf: (network, inputs) =>
      entries.find((entry) => entry.network === network && entry.inputs === inputs)?.values ?? {},
  };
}

async function parsedFile(path: string): Promise<unknown> {
  const text = await Deno.readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unfit(path, `it must be JSON (${cause instanceof Error ? cause.message : cause})`);
  }
}

function peerEntry(fields: Record<string, unknown>, gpu: string, path: string) {
  const time = (value: unknown, name: string): number | undefined => {
    if (value === undefined || (typeof value === "number" && value > 0)) return value;
    throw unfit(path, `${name} must be a time in ms`);
  };
  const paper = objectOf(fields["paper_cuda_ms"] ?? {}, path);
  return {
    network: String(fields["network"]),
    inputs: Number(fields["inputs"]),
    values: {
      peersGpu: gpu,
      paperMs: time(paper["inference"], "inference"),
      paperKernelsMs: time(paper["kernels"], "kernels"),
      xy2021Ms: time(fields["xy2021_ms"], "xy2021_ms"),
      snicitMs: time(fields["snicit_ms"], "snicit_ms"),
      bf2019Ms: time(fields["bf2019_ms"], "bf2019_ms"),
    },
  };
}

function objectOf(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null) return { ...value };
  throw unfit(path, "it must hold objects");
}

function unfit(path: string, rule: string): DatasetError {
  return new DatasetError(`Cannot read peers' times: ${rule}: received ${path}`);
}
