import { type Csr, csrFromDense, readMatrixFile, readNpz, sliceRows, toCsr } from "@spmm/formats";

/** What a `.tsv` does not say of itself. */
export interface TsvShape {
  /** Rows, or undefined for as many as the last that has an entry. */
  readonly rows: number | undefined;
  readonly cols: number;
}

/** More rows than a file of inputs is expected to have, and few enough to count them all. */
const MOST_ROWS = 2 ** 24;

/**
 * Reads a matrix as CSR, of a dense one the elements that are not 0: `.tsv`, `.mtx`, `.smtx` or
 * `.npy`, each plain or `.gz`, or `.npz`.
 */
export async function readSparseFile(path: string, shape?: TsvShape): Promise<Csr> {
  if (path.endsWith(".npz")) {
    const file = await Deno.open(path);
    return toCsr(await readNpz(file.readable, { name: path }));
  }
  const open = shape !== undefined && shape.rows === undefined && /\.tsv(\.gz)?$/.test(path);
  const matrix = await readMatrixFile(
    path,
    shape === undefined ? {} : { shape: { rows: shape.rows ?? MOST_ROWS, cols: shape.cols } },
  );
  if (!("format" in matrix)) return csrFromDense(matrix);
  return open ? withoutEmptyEnd(matrix) : matrix;
}

function withoutEmptyEnd(matrix: Csr): Csr {
  const all = matrix.values.length;
  const rows = all === 0 ? 0 : matrix.rowOffsets.indexOf(all);
  return sliceRows(matrix, 0, rows);
}
