import {
  dataRoot,
  type DlmcEntry,
  dlmcStatistics,
  generateDlmcLike,
  listDlmc,
  loadDlmc,
  type NamedMatrix,
} from "@spmm/datasets";

/** Which matrices: a few that are small, or all that are at hand. */
export type MatrixSet = "sample" | "all";

/** A matrix that is loaded when its turn comes. */
export interface ChosenMatrix {
  /** Its name, which tells it from all others. */
  readonly name: string;
  /** Loads it. */
  load(): Promise<NamedMatrix>;
}

/** Values of matrices whose files have none, and everything generated. */
const SEED = 1;
/** One matrix of the sample for each: dense, usual, sparse, and nearly nothing left. */
const SAMPLE_SPARSITIES = [0.5, 0.8, 0.95, 0.98];
/** Non-zeros aimed at by the sample: enough to time, few enough for an adapter in software. */
const SAMPLE_NON_ZEROS = 30_000;

/** Matrices of DLMC; generated ones after its fashion where it is not at hand. */
export async function chooseMatrices(set: MatrixSet): Promise<ChosenMatrix[]> {
  const root = dataRoot();
  if (root === undefined) {
    return generateDlmcLike(SEED)
      .map((matrix) => ({ name: matrix.name, load: () => Promise.resolve(matrix) }));
  }
  const all = await listDlmc(root);
  const entries = set === "all" ? all : await sample(all, root);
  return entries
    .map((entry) => ({ name: entry.name, load: () => loadDlmc(entry, { seed: SEED }) }));
}

/** For each sparsity the magnitude-pruned matrix that comes nearest to the size aimed at. */
async function sample(all: readonly DlmcEntry[], root: string): Promise<DlmcEntry[]> {
  const statistics = await dlmcStatistics(root);
  const sizes = new Map(statistics.map(({ name, nnz }) => [name, nnz]));
  const distance = ({ name }: DlmcEntry) => Math.abs((sizes.get(name) ?? 0) - SAMPLE_NON_ZEROS);
  return SAMPLE_SPARSITIES.flatMap((sparsity) =>
    all
      .filter((entry) => entry.sparsity === sparsity && entry.method === "magnitude_pruning")
      .toSorted((x, y) => distance(x) - distance(y))
      .slice(0, 1)
  );
}
