import type { Csr } from "@spmm/formats";
import type { Network, OpenInputs } from "@spmm/network";
import type { NamedArray, SharedArrays, SharedSource } from "./shared_arrays.ts";
import { networkFrom, shareNetwork } from "./shared_network.ts";

interface InferenceFacts {
  /** What `shareNetwork` says of the network. */
  readonly network: unknown;
  /** What it says of the inputs; absent where they are not shared. */
  readonly inputs?: unknown;
}

const INPUTS = "inputs ";

/**
 * A network and, where they are given, all of its inputs, as arrays that a machine's workers share.
 */
export async function shareInference(
  network: Network,
  inputs: OpenInputs | undefined,
): Promise<SharedArrays> {
  const { about, arrays } = shareNetwork(network);
  const facts: InferenceFacts = { network: about };
  if (inputs === undefined) return { about: facts, arrays };
  const { cols } = network.layers[0].weights;
  const all = asNetwork(joinRows(await Array.fromAsync(inputs.chunks()), cols));
  const shared = shareNetwork(all);
  return { about: { ...facts, inputs: shared.about }, arrays: both(arrays, shared.arrays) };
}

/** The network among what {@linkcode shareInference} has shared. */
export async function networkIn(shared: SharedSource): Promise<Network> {
  const { network: about } = shared.about as InferenceFacts;
  return await networkFrom({ about, names: shared.names, read: (name) => shared.read(name) });
}

/** The inputs among what {@linkcode shareInference} has shared, if they are. */
export async function inputsIn(shared: SharedSource): Promise<Csr | undefined> {
  const { inputs: about } = shared.about as InferenceFacts;
  if (about === undefined) return undefined;
  const read = (name: string) => shared.read(INPUTS + name);
  return (await networkFrom({ about, names: shared.names, read })).layers[0].weights;
}

/** Inputs are one sparse matrix, as a layer is: they travel as one. */
function asNetwork(inputs: Csr): Network {
  return { name: "inputs", layers: [{ weights: inputs, bias: new Float32Array(0) }] };
}

async function* both(
  network: SharedArrays["arrays"],
  inputs: SharedArrays["arrays"],
): AsyncGenerator<NamedArray, void, void> {
  yield* network;
  for await (const { name, array } of inputs) yield { name: INPUTS + name, array };
}

function joinRows(blocks: readonly Csr[], cols: number): Csr {
  const rows = blocks.reduce((sum, block) => sum + block.rows, 0);
  const entries = blocks.reduce((sum, block) => sum + block.values.length, 0);
  const rowOffsets = new Uint32Array(rows + 1);
  const colIndices = new Uint32Array(entries);
  const values = new Float32Array(entries);
  let [row, entry] = [0, 0];
  for (const block of blocks) {
    colIndices.set(block.colIndices, entry);
    values.set(block.values, entry);
    for (let r = 1; r <= block.rows; r++) rowOffsets[row + r] = entry + block.rowOffsets[r];
    row += block.rows;
    entry += block.values.length;
  }
  return { format: "csr", rows, cols, rowOffsets, colIndices, values };
}
