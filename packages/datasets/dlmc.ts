import { readMatrixFile } from "@spmm/formats";
import { parse } from "csv-parse/sync";
import { DatasetError } from "./errors.ts";
import { expandedFile } from "./expanded_file.ts";
import type { NamedMatrix } from "./named_matrix.ts";
import type { MatrixStatistics } from "./stand_in.ts";

/** What the path of a matrix in the Deep Learning Matrix Collection says. */
export interface DlmcName {
  /** `<model>/<method>/<sparsity>/<layer>`. */
  readonly name: string;
  /** The network, `transformer` or `rn50`. */
  readonly model: string;
  /** How it was pruned, for example `magnitude_pruning`. */
  readonly method: string;
  /** The sparsity aimed at over the whole network, 0 to 1. */
  readonly sparsity: number;
  /** The layer. */
  readonly layer: string;
}

/** A matrix of the collection whose file is at hand. */
export interface DlmcEntry extends DlmcName {
  /** Path of the file. */
  readonly file: string;
}

/** What is published of a matrix of the collection, at hand or not. */
export interface DlmcStatistics extends DlmcName, MatrixStatistics {
  /** Quality of the network: BLEU of the transformer, top-1 accuracy in percent of ResNet-50. */
  readonly quality: number;
}

const ENDING = /\.smtx(?:\.gz)?$/;

/**
 * The matrices of the Deep Learning Matrix Collection (Gale, Zaharia, Young, Elsen, SC 2020) whose
 * files are at hand, in the order of their names.
 *
 * @param root The folder of published data, with a folder `dlmc` in it.
 * @throws {DatasetError} If there is no such folder.
 *
 * @example By sparsity
 * ```ts
 * import { dataRoot, listDlmc } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const root = dataRoot();
 * const all = root === undefined ? [] : await listDlmc(root);
 * for (const { model, sparsity } of all) {
 *   assert.ok(["rn50", "transformer"].includes(model) && sparsity >= 0.5 && sparsity < 1);
 * }
 * ```
 */
export async function listDlmc(root: string): Promise<DlmcEntry[]> {
  const folder = `${root}/dlmc`;
  const names: string[] = [];
  try {
    await collectNames(folder, "", names);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new DatasetError(`Cannot list DLMC: the folder must exist: received ${folder}`, {
      cause: error,
    });
  }
  const entries = names.map((path) => ({
    ...parseName(path.replace(ENDING, "")),
    file: `${folder}/${path}`,
  }));
  return entries.sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

async function collectNames(folder: string, prefix: string, names: string[]): Promise<void> {
  for await (const entry of Deno.readDir(folder)) {
    const name = `${prefix}${entry.name}`;
    if (entry.isDirectory) await collectNames(`${folder}/${entry.name}`, `${name}/`, names);
    else if (ENDING.test(name)) names.push(name);
  }
}

function parseName(name: string): DlmcName {
  const [model, method, sparsity, layer, ...rest] = name.split("/");
  if (layer === undefined || rest.length > 0 || !(Number(sparsity) >= 0 && Number(sparsity) <= 1)) {
    const rule = "the name must read <model>/<method>/<sparsity>/<layer>";
    throw new DatasetError(`Cannot name a matrix of DLMC: ${rule}: received ${name}`);
  }
  return { name, model, method, sparsity: Number(sparsity), layer };
}

/**
 * Loads a matrix of the collection. Its files have no values: they are drawn from ±[1/4, 5/4).
 *
 * @param entry Which matrix.
 * @param options The seed of the values.
 * @throws {ParseError} If the file is malformed.
 *
 * @example The first at hand
 * ```ts
 * import { dataRoot, listDlmc, loadDlmc } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const root = dataRoot();
 * for (const entry of root === undefined ? [] : (await listDlmc(root)).slice(0, 1)) {
 *   const { name, origin, matrix } = await loadDlmc(entry, { seed: 1 });
 *   assert.deepEqual([name, origin], [entry.name, "file"]);
 *   assert.ok(matrix.rows > 0);
 * }
 * ```
 */
export async function loadDlmc(
  entry: DlmcEntry,
  options: { readonly seed: number },
): Promise<NamedMatrix> {
  const matrix = await readMatrixFile(entry.file, { values: { seed: options.seed } });
  if ("format" in matrix) return { name: entry.name, origin: "file", matrix };
  throw new DatasetError(`Cannot load ${entry.name}: it must be sparse: received a dense matrix`);
}

/**
 * The published statistics of all matrices of the collection.
 *
 * @param root The folder of published data, with `dlmc/dlmc.csv` in it, plain or `.gz`.
 * @throws {DatasetError} If a column is missing or no number.
 *
 * @example The largest
 * ```ts
 * import { dataRoot, dlmcStatistics } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const root = dataRoot();
 * const all = root === undefined ? [] : await dlmcStatistics(root);
 * assert.ok(all.every(({ rows, cols, nnz }) => nnz <= rows * cols));
 * ```
 */
export async function dlmcStatistics(root: string): Promise<DlmcStatistics[]> {
  const text = await textOf(`${root}/dlmc/dlmc.csv`);
  const records: Record<string, string>[] = parse(text, { columns: true, skip_empty_lines: true });
  return records.map((record) => ({
    ...parseName(record["name"] ?? ""),
    quality: field(record, "quality"),
    rows: field(record, "nrows"),
    cols: field(record, "ncols"),
    nnz: field(record, "nnz"),
    rowDeviation: field(record, "std_nnz_per_row"),
    colDeviation: field(record, "std_nnz_per_col"),
  }));
}

/**
 * How many columns the dense matrix has that each layer of ResNet-50 is multiplied with, one image
 * at a time: the pixels of its feature map.
 *
 * @param root The folder of published data, with `dlmc/rn50_batchsizes.txt` in it, plain or `.gz`.
 * @returns Columns by layer.
 * @throws {DatasetError} If a line is not `<layer>,<columns>`.
 *
 * @example An early layer has large feature maps
 * ```ts
 * import { dataRoot, rn50Columns } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const root = dataRoot();
 * if (root !== undefined) {
 *   assert.equal((await rn50Columns(root)).get("bottleneck_1_block_group1_1_1"), 56 * 56);
 * }
 * ```
 */
export async function rn50Columns(root: string): Promise<Map<string, number>> {
  const text = await textOf(`${root}/dlmc/rn50_batchsizes.txt`);
  const records: string[][] = parse(text, { skip_empty_lines: true });
  return new Map(records.map(([layer, columns]) => [layer, field({ columns }, "columns")]));
}

async function textOf(path: string): Promise<string> {
  return new TextDecoder().decode(await expandedFile(path, "the statistics of DLMC"));
}

function field(record: Record<string, string | undefined>, name: string): number {
  const value = record[name];
  if (value !== undefined && value !== "" && Number.isFinite(Number(value))) return Number(value);
  const rule = `the column ${name} must hold numbers`;
  throw new DatasetError(`Cannot read the statistics of DLMC: ${rule}: received ${value}`);
}
