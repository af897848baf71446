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

/** Matrices that are loaded when their turn comes. */
export interface ChosenMatrices {
  /** How many there are. */
  readonly count: number;
  /** Loads them in turn. */
  load(): AsyncGenerator<NamedMatrix, void, undefined>;
  /** What to tell of where they come from. */
  readonly note: string;
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
export async function chooseMatrices(set: MatrixSet, peers?: Peers): Promise<ChosenMatrices> {
  const root = dataRoot();
  if (set === "peers") return await peerMatrices(root, peers);
  if (root === undefined) {
    const note = "DLMC is not at hand (SPMM_DATA names the folder): the matrices are generated.";
    return ready(generateDlmcLike(SEED), note);
  }
  const all = await listDlmc(root);
  const entries = set === "all" ? all : await sample(all, root);
  return {
    count: entries.length,
    note:
      `${entries.length} of ${all.length} matrices of DLMC at hand; values are drawn (seed ${SEED}).`,
    async *load() {
      for (const entry of entries) yield await loadDlmc(entry, { seed: SEED });
    },
  };
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
): Promise<ChosenMatrices> {
  if (root === undefined || peers === undefined) {
    throw new DatasetError(
      `Cannot choose the peers' matrices: their times (--peers FILE) and DLMC's statistics must be at hand: received ${
        peers === undefined ? "no times" : "no statistics"
      }`,
    );
  }
  const [files, statistics] = [await listDlmc(root), await dlmcStatistics(root)];
  const loaded: NamedMatrix[] = [];
  for (const { name } of peers.matrices) {
    const file = files.find((entry) => entry.name === name);
    const known = statistics.find((entry) => entry.name === name);
    if (file !== undefined) loaded.push(await loadDlmc(file, { seed: SEED }));
    else if (known !== undefined) loaded.push(standIn(known, SEED));
    else {throw new DatasetError(
        `Cannot stand in for a matrix: DLMC must have it: received ${name}`,
      );}
  }
  const standIns = loaded.filter(({ origin }) => origin === "stand-in").length;
  const note =
    `${loaded.length} matrices that other libraries were measured on; ${standIns} of them are ` +
    `stand-ins: the same shape, non-zeros and spread of row and column lengths, other positions.`;
  return ready(loaded, note);
}

function ready(matrices: readonly NamedMatrix[], note: string): ChosenMatrices {
  return {
    count: matrices.length,
    note,
    async *load() {
      yield* matrices;
    },
  };
}
