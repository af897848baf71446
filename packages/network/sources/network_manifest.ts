import { readNumbers } from "@spmm/formats";
import type { Activation } from "@spmm/spmm";
import type { Network, NetworkLayer } from "../network.ts";
import { SourceError } from "./errors.ts";
import { readSparseFile } from "./read_sparse_file.ts";

/** Told after every layer that is there. */
export type LayerProgress = (layers: number, of: number) => void;

/**
 * Reads the network of a folder with a file `network.json`:
 *
 * ```json
 * {
 *   "name": "two layers",
 *   "layers": [
 *     { "weights": "l1.npz", "bias": "b1.txt", "activation": { "kind": "clipped-relu", "ceiling": 32 } },
 *     { "weights": "l2.mtx.gz", "bias": -0.3 }
 *   ]
 * }
 * ```
 *
 * Weights are outputs × inputs, in any matrix file (a `.tsv` with a `shape` beside it); a bias is
 * one number for all outputs, or a text file with one a line.
 */
export async function readNetworkFolder(
  folder: string,
  onProgress?: LayerProgress,
): Promise<Network> {
  const path = `${folder}/network.json`;
  const root = objectIn(await readJson(path), path, "the file");
  const entries = root["layers"];
  if (!Array.isArray(entries) || entries.length === 0) {
    throw unfit(path, "layers must be a list with an entry or more", entries);
  }
  const layers: NetworkLayer[] = [];
  for (const [l, entry] of entries.entries()) {
    layers.push(await readLayer(folder, path, objectIn(entry, path, `layer ${l}`), l));
    onProgress?.(layers.length, entries.length);
  }
  const name = root["name"] ?? folder.slice(folder.lastIndexOf("/") + 1);
  if (typeof name !== "string") throw unfit(path, "name must be a text", name);
  return { name, layers };
}

type Entry = Readonly<Record<string, unknown>>;

async function readLayer(
  folder: string,
  path: string,
  entry: Entry,
  l: number,
): Promise<NetworkLayer> {
  const { weights: file, shape } = entry;
  if (typeof file !== "string" || file === "") {
    throw unfit(path, `weights of layer ${l} must name a file`, file);
  }
  const weights = await readSparseFile(`${folder}/${file}`, shapeOf(shape, path, l));
  const bias = await readBias(folder, path, entry["bias"], weights.rows, l);
  const activation = activationOf(entry["activation"], path, l);
  return activation === undefined ? { weights, bias } : { weights, bias, activation };
}

function shapeOf(
  shape: unknown,
  path: string,
  l: number,
): { readonly rows: number; readonly cols: number } | undefined {
  if (shape === undefined) return undefined;
  if (Array.isArray(shape) && shape.length === 2) {
    const [rows, cols]: unknown[] = shape;
    if (isCount(rows) && isCount(cols)) return { rows, cols };
  }
  throw unfit(path, `shape of layer ${l} must be two numbers, outputs and inputs`, shape);
}

async function readBias(
  folder: string,
  path: string,
  bias: unknown,
  outputs: number,
  l: number,
): Promise<Float32Array<ArrayBuffer>> {
  if (typeof bias === "number") return new Float32Array(outputs).fill(bias);
  if (typeof bias !== "string" || bias === "") {
    throw unfit(path, `bias of layer ${l} must be a number or name a file`, bias);
  }
  const file = await Deno.open(`${folder}/${bias}`);
  return await readNumbers(file.readable, { name: `${folder}/${bias}` });
}

function activationOf(activation: unknown, path: string, l: number): Activation | undefined {
  if (activation === undefined) return undefined;
  const { kind, ceiling } = objectIn(activation, path, `activation of layer ${l}`);
  if (kind === "relu") return { kind };
  if (kind === "clipped-relu" && typeof ceiling === "number") return { kind, ceiling };
  const rule = "must be a relu, or a clipped-relu with a ceiling";
  throw unfit(path, `activation of layer ${l} ${rule}`, activation);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

async function readJson(path: string): Promise<unknown> {
  const text = await Deno.readTextFile(path);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const rule = "it must be JSON";
    throw new SourceError(`Cannot read ${path}: ${rule}: received ${text.slice(0, 40)}`, { cause });
  }
}

function objectIn(value: unknown, path: string, what: string): Entry {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw unfit(path, `${what} must be an object`, value);
}

function unfit(path: string, rule: string, received: unknown): SourceError {
  return new SourceError(
    `Cannot read ${path}: ${rule}: received ${JSON.stringify(received) ?? "none"}`,
  );
}
