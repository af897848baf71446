import {
  blockStatistics,
  bytesOf,
  csbBlockSizes,
  type Csr,
  type Dense,
  FORMATS,
  fromCsr,
  rowLengths,
  rowStatistics,
  transposeCsr,
} from "@spmm/formats";
import { median } from "@spmm/runner";
import { Command } from "commander";
import { shapeOf } from "../options.ts";
import { readMatrix, SPARSE_HELP } from "../read_matrix.ts";
import type { Terminal } from "../terminal.ts";

/** `spmm info`: what a matrix is like. */
export function infoCommand(terminal: Terminal): Command {
  return new Command("info")
    .description("print a matrix's shape, row lengths, blocks, and bytes in every format")
    .argument("<file>", SPARSE_HELP)
    .option("--shape <RxC>", "rows and columns, for .tsv", shapeOf)
    .option("--json", "print JSON")
    .action(async (file: string, { json, ...options }: InfoOptions) => {
      const matrix = await readMatrix(file, options);
      const info = "format" in matrix ? sparseInfo(matrix) : denseInfo(matrix);
      terminal.print(json ? JSON.stringify({ file, ...info }, null, 2) : textOf(file, info));
    });
}

interface InfoOptions {
  readonly shape?: { readonly rows: number; readonly cols: number };
  readonly json?: true;
}

/** Facts by group and name, as they are printed. */
type Info = Readonly<Record<string, Facts | string | number>>;
type Facts = Readonly<Record<string, string | number>>;

function denseInfo({ rows, cols, data }: Dense): Info {
  let zeros = 0;
  for (const element of data) if (element === 0) zeros++;
  const storage = data instanceof Float32Array ? "f32" : "f16";
  return { kind: "dense", rows, cols, storage, zeros, bytes: data.byteLength };
}

function sparseInfo(a: Csr): Info {
  const { nnz: nonZeros, density } = rowStatistics(a);
  const { least: blockSize } = csbBlockSizes(a.rows, a.cols);
  return {
    kind: "sparse",
    rows: a.rows,
    cols: a.cols,
    nonZeros,
    sparsity: 1 - density,
    rowLengths: lengths(a),
    columnLengths: lengths(transposeCsr(a)),
    blocks: { blockSize, ...blockStatistics(a, blockSize) },
    bytes: Object.fromEntries(FORMATS.map((name) => [name, bytesOf(fromCsr(a, name)).total])),
  };
}

function lengths(a: Csr): Facts {
  const { nnz: _, density: __, ...facts } = rowStatistics(a);
  return { median: a.rows === 0 ? 0 : median(rowLengths(a)), ...facts };
}

function textOf(file: string, info: Info): string {
  const nonZeros = info["nonZeros"];
  const lines = Object.entries(info).flatMap(([name, fact]) => {
    if (typeof fact !== "object") return [`${spaced(name)}: ${written(fact)}`];
    const perNonZero = (value: string | number) =>
      name === "bytes" && typeof value === "number" && typeof nonZeros === "number" && nonZeros > 0
        ? ` (${(value / nonZeros).toFixed(2)} per non-zero)`
        : "";
    return [
      `${spaced(name)}:`,
      ...Object.entries(fact).map(([key, value]) =>
        `  ${spaced(key)}: ${written(value)}${perNonZero(value)}`
      ),
    ];
  });
  return [file, ...lines].join("\n");
}

function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function written(value: string | number): string {
  return typeof value === "string" || Number.isInteger(value) ? `${value}` : value.toPrecision(4);
}
