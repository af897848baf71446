import {
  dataRoot,
  DatasetError,
  type DlmcEntry,
  dlmcStatistics,
  generateDlmcLike,
  listDlmc,
  loadDlmc,
  type NamedMatrix,
  standIn,
} from "@spmm/datasets";
import type { Peers } from "./peers.ts";

/** Which matrices: a few, all that are at hand, or those that other libraries were measured on. */
export type MatrixSet = "sample" | "all" | "peers";

/** A matrix that is loaded when its turn comes. */
export interface ChosenMatrix {
  /** Its name, which tells it from all others. */
  readonly name: string;
  /** Loads it. */
  load(): Promise<NamedMatrix>;
}

/** Values of matrices whose files have none, and everything generated. */
const SEED = 1;
/** Non-zeros aimed at by the sample: enough to time, few enough for an adapter in software. */
const SAMPLE_NON_ZEROS = 30_000;

/**
 * Chooses matrices of the Deep Learning Matrix Collection; generated ones where it is not at hand.
 *
 * @throws {DatasetError} If the peers' matrices are asked for and cannot be made.
 */
export async function chooseMatrices(set: MatrixSet, peers?: Peers): Promise<ChosenMatrix[]> {
  const root = dataRoot();
  if (set === "peers") return await peerMatrices(root, peers);
  if (root === undefined) return generateDlmcLike(SEED).map(ready);
  const all = await listDlmc(root);
  const entries = set === "all" ? all : await sample(all, root);
  return entries.map(fromFile);
}

/** For each sparsity and network, the matrix that comes nearest to the size aimed at. */
async function sample(all: readonly DlmcEntry[], root: string): Promise<DlmcEntry[]> {
  const statistics = await dlmcStatistics(root);
  const sizes = new Map(statistics.map(({ name, nnz }) => [name, nnz]));
  const distance = ({ name }: DlmcEntry) => Math.abs((sizes.get(name) ?? 0) - SAMPLE_NON_ZEROS);
  const strata = Map.groupBy(all, ({ model, sparsity }) => `${model} ${sparsity}`);
  return Array.from(
    strata.values(),
    (stratum) => stratum.reduce((best, entry) => distance(entry) < distance(best) ? entry : best),
  )
    .filter((entry) => distance(entry) < SAMPLE_NON_ZEROS);
}

async function peerMatrices(
  root: string | undefined,
  peers: Peers | undefined,
): Promise<ChosenMatrix[]> {
  if (root === undefined || peers === undefined) {
    throw new DatasetError(
      `Cannot choose the peers' matrices: their times (--peers FILE) and DLMC's statistics must be at hand: received ${
        peers === undefined ? "no times" : "no statistics"
      }`,
    );
  }
  const [files, statistics] = [await listDlmc(root), await dlmcStatistics(root)];
  return peers.matrices.map(({ name }) => {
    const file = files.find((entry) => entry.name === name);
    if (file !== undefined) return fromFile(file);
    const known = statistics.find((entry) => entry.name === name);
    if (known !== undefined) return ready(standIn(known, SEED));
    throw new DatasetError(
      `Cannot stand in for a matrix: DLMC must have it: received ${name}`,
    );
  });
}

function fromFile(entry: DlmcEntry): ChosenMatrix {
  return { name: entry.name, load: () => loadDlmc(entry, { seed: SEED }) };
}

function ready(matrix: NamedMatrix): ChosenMatrix {
  return { name: matrix.name, load: () => Promise.resolve(matrix) };
}
