import {
  type ChosenMatrix,
  dataRoot,
  DatasetError,
  dlmcStatistics,
  listDlmc,
  loadDlmc,
} from "@spmm/datasets";
import { readMatrixFile } from "@spmm/formats";

/** Values of matrices whose files have none. */
const SEED = 1;
/** Fewer non-zeros than this are over before their balance shows. */
const LEAST_NON_ZEROS = 10_000;
/** Matrices of equations and of an optimisation, from regular to uneven. */
const MATRIX_MARKET = ["bcsstk13", "cryg2500", "jagmesh7", "zenios"];

/**
 * Real matrices, none where no data is at hand: those of DLMC whose rows vary most, by the published
 * statistics, and some of the SuiteSparse collection.
 *
 * @param count How many of each.
 */
export async function realMatrices(count: number): Promise<ChosenMatrix[]> {
  const root = dataRoot();
  if (root === undefined) return [];
  return [...await mostUneven(root, count), ...equations(root).slice(0, count)];
}

async function mostUneven(root: string, count: number): Promise<ChosenMatrix[]> {
  const statistics = await dlmcStatistics(root);
  const variation = new Map(
    statistics
      .filter(({ nnz }) => nnz >= LEAST_NON_ZEROS)
      .map(({ name, rows, nnz, rowDeviation }) => [name, rowDeviation * rows / nnz]),
  );
  const variationOf = ({ name }: { readonly name: string }) => variation.get(name) ?? 0;
  return (await listDlmc(root))
    .filter((entry) => variationOf(entry) > 0)
    .toSorted((x, y) => variationOf(y) - variationOf(x))
    .slice(0, count)
    .map((entry) => ({ name: entry.name, load: () => loadDlmc(entry, { seed: SEED }) }));
}

function equations(root: string): ChosenMatrix[] {
  return MATRIX_MARKET.map((name) => ({
    name,
    async load() {
      const matrix = await readMatrixFile(`${root}/matrix-market/${name}.mtx.gz`);
      if ("format" in matrix) return { name, origin: "file", matrix };
      throw new DatasetError(`Cannot load ${name}: it must be sparse: received a dense matrix`);
    },
  }));
}
