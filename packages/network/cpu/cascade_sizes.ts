import { NetworkError } from "../errors.ts";
import type { Network } from "../network.ts";
import { batchBytes, COLUMNS } from "./batch_layout.ts";
import { BOUNDARY_WORDS, LAYER_WORDS, SHARED_WORDS, State } from "./memory_map.ts";
import { repackBoundaries } from "./repack_boundaries.ts";

/** Inputs staged at once where there is room: threads wait for each other only between stages. */
const MOST_STAGED = 16_384;
/** Non-zeros of inputs staged at once: 32 MiB of columns and values. */
const MOST_ENTRIES = 2 ** 22;
/** Bytes beside the weights that a plan takes without need: more makes nothing faster. */
const COMFORT = 512 * 2 ** 20;
/** Boundaries at which batches are packed anew, from generous to none but the first. */
const REPACKS: readonly number[] = [48, 16, 4, 0];

/** What is known before sizes are chosen. */
export interface CascadeWishes {
  readonly network: Network;
  readonly threads: number;
  /** Layers after which dead inputs may be dropped; undefined for no pruning. */
  readonly dropFrom: number | undefined;
  /** Whether a batch falls through many layers before the next. */
  readonly fused: boolean;
  /** The most inputs at once. */
  readonly chunk: number | undefined;
  readonly weightBytes: number;
  /** Bytes to stay under. */
  readonly budget: number;
}

/** How much of everything there is. */
export interface CascadeSizes {
  /** Inputs that are staged at once. */
  readonly staged: number;
  /** Non-zeros of inputs that are staged at once. */
  readonly entries: number;
  /** Layers after which batches are packed anew. */
  readonly repacks: readonly number[];
  /** Batches of each thread: two to work on, those that wait, and those that are listed. */
  readonly batches: number;
  /** Of them, those that are listed. */
  readonly listed: number;
  /** Results that one stage can bring at most. */
  readonly results: number;
  /** Bytes of all of it, the weights and the results' outputs too. */
  readonly bytes: number;
}

/**
 * Chooses the largest sizes that stay under half a gigabyte beside the weights, or where there are
 * none, under the budget: first fewer inputs at once, down to a thousand, then fewer boundaries, then
 * fewer inputs still.
 *
 * @throws {NetworkError} If even the smallest do not.
 */
export function fitCascade(wishes: CascadeWishes): CascadeSizes {
  const { network, threads, budget, weightBytes } = wishes;
  const sizes = [Math.min(budget, weightBytes + COMFORT), budget]
    .map((limit) => largest(wishes, limit))
    .find((found) => found !== undefined);
  if (sizes !== undefined) return sizes;
  const least = cascadeSizes(wishes, 1, []).bytes;
  throw new NetworkError(
    `Cannot plan ${network.name}: its weights and one input at a time on ${threads} threads ` +
      `need ${least} bytes: received a budget of ${budget}`,
  );
}

function largest(wishes: CascadeWishes, limit: number): CascadeSizes | undefined {
  const { network, chunk } = wishes;
  const asked = Math.min(chunk ?? MOST_STAGED, MOST_STAGED);
  const from = wishes.dropFrom ?? network.layers.length;
  for (const floor of [1024, 1]) {
    for (const most of wishes.fused ? REPACKS : [0]) {
      const repacks = repackBoundaries(from, network.layers.length, most);
      for (let staged = asked; staged >= Math.min(asked, floor); staged = Math.floor(staged / 2)) {
        const sizes = cascadeSizes(wishes, staged, repacks);
        if (sizes.bytes <= limit) return sizes;
      }
    }
  }
  return undefined;
}

function cascadeSizes(
  { network, threads, fused, chunk, weightBytes }: CascadeWishes,
  staged: number,
  repacks: readonly number[],
): CascadeSizes {
  const { layers } = network;
  const inputs = layers[0].weights.cols;
  const outputs = layers[layers.length - 1].weights.rows;
  const entries = Math.max(inputs, Math.min(staged * inputs, MOST_ENTRIES));
  const listed = fused ? 0 : Math.ceil(staged / COLUMNS) + 1;
  // One waits before the first layer; without fusion, one more at the layer that is reached.
  const batches = 2 + 1 + (fused ? repacks.length : 1) + listed;
  const waiting = fused && chunk === undefined ? threads * COLUMNS * (1 + repacks.length) : 0;
  const results = staged + waiting;
  const words = SHARED_WORDS + layers.length * LAYER_WORDS + threads * stateWords(network, listed) +
    (staged + 1) + 2 * entries + results;
  const bytes = weightBytes + 4 * words + threads * batches * batchBytes(network) +
    4 * results * outputs;
  return { staged, entries, repacks, batches, listed, results, bytes };
}

/** Words of a thread's state, its list and its pool behind its boundaries. */
export function stateWords({ layers }: Network, listed: number): number {
  const boundaries = State.boundaries + BOUNDARY_WORDS * (layers.length + 1);
  return Math.ceil((boundaries + 3 * listed) / 16) * 16;
}
