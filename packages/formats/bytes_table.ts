/**
 * Prints, as the table of this package's README, how many bytes a non-zero takes in each format on
 * the matrices of the Deep Learning Matrix Collection. Run it from the root of the repository:
 *
 * ```text
 * deno run --allow-read packages/formats/bytes_table.ts ../shared/data/dlmc
 * ```
 *
 * @module
 */
import { bytesOf } from "./bytes.ts";
import type { FormatName, FormatOptions } from "./codecs.ts";
import { fromCsr } from "./convert.ts";
import type { Csr } from "./csr.ts";
import { readSmtx } from "./smtx.ts";

/** A column of the table. */
interface Encoding {
  readonly title: string;
  readonly format: FormatName;
  readonly options?: FormatOptions;
}

const ENCODINGS: readonly Encoding[] = [
  { title: "CSR", format: "csr" },
  { title: "CSC", format: "csc" },
  { title: "COO", format: "coo" },
  { title: "CSB, β by rule", format: "csb" },
  { title: "CSB, β = 16", format: "csb", options: { blockSize: 16 } },
  { title: "CSB, β = 64", format: "csb", options: { blockSize: 64 } },
  { title: "CSB, β = 256", format: "csb", options: { blockSize: 256 } },
  { title: "SELL-32-256", format: "sell" },
  { title: "BSR 4×4", format: "bsr" },
];

const SPARSITIES = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98];

/**
 * The table in Markdown: a row per sparsity, matrices counted under the nearest one. A matrix
 * without entries has no bytes per non-zero and is left out.
 */
export function bytesTable(matrices: Iterable<Csr>): string {
  const groups = new Map<number, number[][]>(SPARSITIES.map((sparsity) => [sparsity, []]));
  const all: number[][] = [];
  for (const a of matrices) {
    if (a.values.length === 0) continue;
    const bytes = bytesPerNonZero(a);
    groups.get(nearestSparsity(a))?.push(bytes);
    all.push(bytes);
  }
  const titles = ["sparsity", "matrices", ...ENCODINGS.map(({ title }) => title)];
  return [
    tableRow(titles),
    tableRow(titles.map(() => "--:")),
    ...[...groups].filter(([, group]) => group.length > 0).map(([sparsity, group]) =>
      groupRow(`${sparsity}`, group)
    ),
    groupRow("all", all),
  ].join("\n");
}

function bytesPerNonZero(a: Csr): number[] {
  return ENCODINGS.map(({ format, options }) =>
    bytesOf(fromCsr(a, format, options)).total / a.values.length
  );
}

function nearestSparsity(a: Csr): number {
  const sparsity = 1 - a.values.length / a.rows / a.cols;
  const distance = (candidate: number) => Math.abs(candidate - sparsity);
  return SPARSITIES.reduce((best, next) => distance(next) < distance(best) ? next : best);
}

function groupRow(name: string, group: readonly number[][]): string {
  const means = ENCODINGS.map((_, i) => geometricMean(group.map((bytes) => bytes[i])).toFixed(2));
  return tableRow([name, `${group.length}`, ...means]);
}

function geometricMean(numbers: readonly number[]): number {
  return Math.exp(numbers.reduce((sum, x) => sum + Math.log(x), 0) / numbers.length);
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

async function readFolder(folder: string): Promise<Csr[]> {
  const matrices: Csr[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) matrices.push(...await readFolder(path));
    else if (/\.smtx(\.gz)?$/.test(name)) {
      const file = await Deno.open(path);
      matrices.push(await readSmtx(file.readable, { name: path }));
    }
  }
  return matrices;
}

if (import.meta.main) {
  const [folder = "../shared/data/dlmc"] = Deno.args;
  console.log(bytesTable(await readFolder(folder)));
}
