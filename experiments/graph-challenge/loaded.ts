import { type Csr, sliceRows } from "@spmm/formats";
import {
  type Network,
  type OpenInputs,
  openInputs,
  type OpenNetwork,
  openNetwork,
  parseInputSource,
} from "@spmm/network";
import { withArbitraryWeights } from "./arbitrary_weights.ts";
import type { FoundNetwork } from "./networks.ts";

/** The truth is the same from layer 30 on to the last of 120, as the data's authors found. */
const JUDGED_LAYERS = 120;

/** What of a network is measured. */
export interface Subject {
  /** Neurons × layers. */
  readonly network: string;
  readonly found: FoundNetwork;
  readonly weights: "equal" | "arbitrary";
  /** `official`, `mnist` or `mnist:COUNT`. */
  readonly inputs: string;
  /** Only the last of them, where not all are taken. */
  readonly last?: number;
}

/** A network with its inputs. */
export interface Loaded {
  readonly network: Network;
  readonly open: OpenInputs;
  /** The first input that is taken. */
  readonly first: number;
  /** All inputs, in as few parts as chunks of a plan take. */
  parts(chunk: number): Promise<readonly Csr[]>;
}

/** Loads subjects, and keeps the latest network and the latest inputs only: they are large. */
export function subjectLoader(): (subject: Subject) => Promise<Loaded> {
  const networks = latest<OpenNetwork>();
  // Rungs differ in what fits at once; inputs are made once for all of them.
  const pieces = latest<readonly Csr[]>();
  const inputs = latest<readonly Csr[]>();
  return async (subject) => {
    const { found, weights } = subject;
    const network = await networks(subject.network, () => openNetwork(found.source));
    const source = found.source.kind === "official"
      ? { ...found.source, layers: Math.max(JUDGED_LAYERS, found.source.layers) }
      : found.source;
    const judged = { source, inputNeurons: network.inputNeurons };
    const open = await openInputs(parseInputSource(subject.inputs, judged), judged);
    const first = Math.max(0, open.count - (subject.last ?? open.count));
    return {
      network: weights === "equal" ? network : withArbitraryWeights(network),
      open,
      first,
      parts: async (chunk) => {
        const key = JSON.stringify([network.inputNeurons, subject.inputs, first]);
        const made = await pieces(key, () => Array.fromAsync(open.chunks(first)));
        const rows = evenly(open.count - first, chunk);
        return await inputs(`${key} ${rows}`, () => Promise.resolve(partsOf(made, rows)));
      },
    };
  };
}

/** Holds the value of the latest key, and lets go of it before the next is loaded. */
function latest<Value>(): (key: string, load: () => Promise<Value>) => Promise<Value> {
  let held: { readonly key: string; readonly value: Promise<Value> } | undefined;
  return (key, load) => {
    if (held?.key === key) return held.value;
    held = undefined;
    held = { key, value: load() };
    return held.value;
  };
}

/** The size of parts that are as large as one another, none above a chunk. */
function evenly(count: number, chunk: number): number {
  const parts = Math.max(1, Math.ceil(count / chunk));
  return Math.max(1, Math.ceil(count / parts));
}

/** The rows of all pieces, in parts of so many. */
function partsOf(pieces: readonly Csr[], rows: number): Csr[] {
  const parts: Csr[] = [];
  let [part, held]: [Csr[], number] = [[], 0];
  for (const piece of pieces) {
    for (let begin = 0; begin < piece.rows;) {
      const end = Math.min(piece.rows, begin + rows - held);
      part.push(end - begin === piece.rows ? piece : sliceRows(piece, begin, end));
      [held, begin] = [held + end - begin, end];
      if (held < rows) continue;
      parts.push(joined(part));
      [part, held] = [[], 0];
    }
  }
  return held === 0 ? parts : [...parts, joined(part)];
}

/** Matrices of equal width as one, the rows of each below those of the one before. */
function joined(parts: readonly Csr[]): Csr {
  if (parts.length === 1) return parts[0];
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const entries = parts.reduce((sum, { values }) => sum + values.length, 0);
  const rowOffsets = new Uint32Array(rows + 1);
  const colIndices = new Uint32Array(entries);
  const values = new Float32Array(entries);
  let [row, entry] = [0, 0];
  for (const part of parts) {
    colIndices.set(part.colIndices, entry);
    values.set(part.values, entry);
    part.rowOffsets.forEach((offset, i) => rowOffsets[row + i] = entry + offset);
    row += part.rows;
    entry += part.values.length;
  }
  return { format: "csr", rows, cols: parts[0].cols, rowOffsets, colIndices, values };
}
