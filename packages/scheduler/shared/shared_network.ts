import type { Csr } from "@spmm/formats";
import type { Network, NetworkLayer } from "@spmm/network";
import type { Activation } from "@spmm/spmm";
import { SharedFileError } from "../errors.ts";
import type { NamedArray, SharedArray, SharedArrays, SharedSource } from "./shared_arrays.ts";

interface LayerFacts {
  readonly rows: number;
  readonly cols: number;
  readonly activation?: Activation;
}

interface NetworkFacts {
  readonly name: string;
  readonly layers: readonly LayerFacts[];
}

/**
 * A network as arrays that a machine's workers share: four for each layer, 8 bytes a connection.
 *
 * @param network The network; its arrays are not copied.
 *
 * @example There and back
 * ```ts
 * import { networkFrom, openSharedFile, shareNetwork, writeSharedFile } from "@spmm/scheduler";
 * import { randomCsr } from "@spmm/formats";
 * import assert from "node:assert/strict";
 *
 * const weights = randomCsr({ rows: 4, cols: 3, density: 0.5, seed: 1 });
 * const network = { name: "small", layers: [{ weights, bias: new Float32Array(4) }] };
 * const path = await Deno.makeTempFile();
 * await writeSharedFile(path, shareNetwork(network));
 * using file = await openSharedFile(path);
 * assert.deepEqual(await networkFrom(file), network);
 * await Deno.remove(path);
 * ```
 */
export function shareNetwork({ name, layers }: Network): SharedArrays {
  const facts: NetworkFacts = {
    name,
    layers: layers.map(({ weights: { rows, cols }, activation }) => ({
      rows,
      cols,
      ...activation && { activation },
    })),
  };
  return { about: facts, arrays: layers.flatMap(layerArrays) };
}

/**
 * Reads a network that {@linkcode shareNetwork} has shared.
 *
 * @param shared What was shared.
 * @throws {SharedFileError} If an array is absent, damaged or of another type.
 *
 * @example See `shareNetwork`
 * ```ts
 * import { networkFrom } from "@spmm/scheduler";
 * import assert from "node:assert/strict";
 *
 * const shared = {
 *   about: { name: "no layer", layers: [] },
 *   names: [],
 *   read: () => Promise.resolve(new Float32Array(0)),
 * };
 * assert.deepEqual(await networkFrom(shared), { name: "no layer", layers: [] });
 * ```
 */
export async function networkFrom(shared: SharedSource): Promise<Network> {
  const { name, layers } = shared.about as NetworkFacts;
  const read: NetworkLayer[] = [];
  for (const [l, { rows, cols, activation }] of layers.entries()) {
    const weights: Csr = {
      format: "csr",
      rows,
      cols,
      rowOffsets: await indices(shared, `${l} rowOffsets`),
      colIndices: await indices(shared, `${l} colIndices`),
      values: await numbers(shared, `${l} values`),
    };
    const bias = await numbers(shared, `${l} bias`);
    read.push({ weights, bias, ...activation && { activation } });
  }
  return { name, layers: read };
}

function layerArrays({ weights, bias }: NetworkLayer, l: number): NamedArray[] {
  return [
    { name: `${l} rowOffsets`, array: weights.rowOffsets },
    { name: `${l} colIndices`, array: weights.colIndices },
    { name: `${l} values`, array: weights.values },
    { name: `${l} bias`, array: bias },
  ];
}

async function indices(shared: SharedSource, name: string): Promise<Uint32Array> {
  const array = await shared.read(name);
  if (array instanceof Uint32Array) return array;
  throw wrongType(name, "u32", array);
}

async function numbers(shared: SharedSource, name: string): Promise<Float32Array> {
  const array = await shared.read(name);
  if (array instanceof Float32Array) return array;
  throw wrongType(name, "f32", array);
}

function wrongType(name: string, type: string, array: SharedArray): SharedFileError {
  return new SharedFileError(
    `Cannot read a shared network: ${name} must be of type ${type}: ` +
      `received ${array.constructor.name}`,
  );
}
