import { dataRoot } from "./data_root.ts";
import { type DlmcEntry, type DlmcName, dlmcStatistics, listDlmc, loadDlmc } from "./dlmc.ts";
import { DatasetError } from "./errors.ts";
import { generateDlmcLike } from "./generate.ts";
import type { NamedMatrix } from "./named_matrix.ts";
import { standIn } from "./stand_in.ts";

/** A matrix that is loaded when its turn comes. */
export interface ChosenMatrix {
  /** Its name, which tells it from all others. */
  readonly name: string;
  /** Loads it. */
  load(): Promise<NamedMatrix>;
}

/** A sample of the collection: a matrix for each of some groups. */
export interface DlmcSample {
  /** Non-zeros aimed at; none is taken that has none, or twice as many. */
  readonly nonZeros: number;
  /** The group that a matrix stands for, or undefined where it is for none. */
  per(name: DlmcName): string | undefined;
}

/** Values of matrices whose files have none, and everything generated. */
const SEED = 1;

/**
 * Matrices of the Deep Learning Matrix Collection for an experiment. Where the collection is not at
 * hand, generated ones after its fashion; where a matrix is named that is not at hand, a stand-in.
 *
 * @param choice All at hand, a sample of them, or those of some names.
 * @throws {DatasetError} If a name is none of the collection's, or names are given without its
 * statistics.
 *
 * @example One of each sparsity
 * ```ts
 * import { chooseDlmc } from "@spmm/datasets";
 * import assert from "node:assert/strict";
 *
 * const chosen = await chooseDlmc({ nonZeros: 2000, per: ({ sparsity }) => `${sparsity}` });
 * const { name, matrix } = await chosen[0].load();
 * assert.equal(name, chosen[0].name);
 * assert.ok(matrix.values.length > 0);
 * ```
 */
export async function chooseDlmc(
  choice: "all" | DlmcSample | { readonly names: readonly string[] },
): Promise<ChosenMatrix[]> {
  const root = dataRoot();
  if (choice !== "all" && "names" in choice) return await named(choice.names, root);
  if (root === undefined) return generateDlmcLike(SEED).map(ready);
  const all = await listDlmc(root);
  return (choice === "all" ? all : await sampled(all, choice, root)).map(fromFile);
}

/** For each group, the matrix that comes nearest to the size aimed at. */
async function sampled(
  all: readonly DlmcEntry[],
  { nonZeros, per }: DlmcSample,
  root: string,
): Promise<DlmcEntry[]> {
  const sizes = new Map((await dlmcStatistics(root)).map(({ name, nnz }) => [name, nnz]));
  const distance = ({ name }: DlmcEntry) => Math.abs((sizes.get(name) ?? 0) - nonZeros);
  const eligible = all.filter((entry) => per(entry) !== undefined && distance(entry) < nonZeros);
  return Array.from(
    Map.groupBy(eligible, per).values(),
    (group) => group.reduce((best, entry) => distance(entry) < distance(best) ? entry : best),
  );
}

async function named(
  names: readonly string[],
  root: string | undefined,
): Promise<ChosenMatrix[]> {
  if (root === undefined) {
    throw new DatasetError(
      `Cannot choose matrices by name: DLMC's statistics must be at hand: received ${names[0]}`,
    );
  }
  const [files, statistics] = [await listDlmc(root), await dlmcStatistics(root)];
  return names.map((name) => {
    const file = files.find((entry) => entry.name === name);
    if (file !== undefined) return fromFile(file);
    const known = statistics.find((entry) => entry.name === name);
    if (known !== undefined) return ready(standIn(known, SEED));
    throw new DatasetError(`Cannot stand in for a matrix: DLMC must have it: received ${name}`);
  });
}

function fromFile(entry: DlmcEntry): ChosenMatrix {
  return { name: entry.name, load: () => loadDlmc(entry, { seed: SEED }) };
}

function ready(matrix: NamedMatrix): ChosenMatrix {
  return { name: matrix.name, load: () => Promise.resolve(matrix) };
}
