import {
  bytesOf,
  type Csr,
  csrFromDense,
  type Dense,
  denseFromCsr,
  type FormatName,
  type FormatOptions,
  FORMATS,
  fromCsr,
  writeMatrixFile,
  writeNpz,
} from "@spmm/formats";
import { Command, Option } from "commander";
import { UsageError } from "../errors.ts";
import { countOf, shapeOf } from "../options.ts";
import { readMatrix, SPARSE_HELP } from "../read_matrix.ts";
import type { Terminal } from "../terminal.ts";
import { writeWhole } from "../write_whole.ts";

const OUT_HELP =
  "file to write: .mtx, .smtx (without values), .tsv or .npy, plain or .gz; or .npz, with --format";

/** `spmm convert`: a matrix from one file or format to another. */
export function convertCommand(terminal: Terminal): Command {
  return new Command("convert")
    .description("convert a matrix between files and between sparse formats")
    .argument("<in>", SPARSE_HELP)
    .argument("<out>", OUT_HELP)
    .addOption(
      new Option("--format <format>", "encoding to store in .npz; csr where absent").choices(
        FORMATS,
      ),
    )
    .option("--block-size <count>", "csb: β, a power of two", countOf)
    .option("--block-height <count>", "bsr: rows of a block", countOf)
    .option("--slice-height <count>", "sell: C, rows of a slice", countOf)
    .option("--sort-window <count>", "sell: σ, rows sorted together", countOf)
    .addOption(
      new Option("--as <kind>", "write .mtx as coordinates or as an array")
        .choices(["sparse", "dense"]),
    )
    .option("--shape <RxC>", "rows and columns, for .tsv", shapeOf)
    .option("--json", "print JSON")
    .action((from: string, to: string, options: ConvertOptions) =>
      convert(from, to, options, terminal)
    );
}

interface ConvertOptions extends FormatOptions {
  readonly format?: FormatName;
  readonly as?: "sparse" | "dense";
  readonly shape?: { readonly rows: number; readonly cols: number };
  readonly json?: true;
}

async function convert(
  from: string,
  to: string,
  options: ConvertOptions,
  terminal: Terminal,
): Promise<void> {
  const archive = to.endsWith(".npz");
  if (options.format !== undefined && !archive) {
    throw new UsageError(`Cannot convert: --format is stored in .npz files: received ${to}`);
  }
  const matrix = converted(await readMatrix(from, options), kindFor(to, options));
  const format = options.format ?? "csr";
  const written = archive
    ? await writeEncoding(to, csrOf(matrix), format, options)
    : await writeFile(to, matrix);
  const { rows, cols } = matrix;
  const { size: fileBytes } = await Deno.stat(to);
  const facts = { from, to, rows, cols, ...written, fileBytes };
  terminal.print(
    options.json
      ? JSON.stringify(facts, null, 2)
      : `${to}: ${rows}x${cols}${archive ? ` in ${format}` : ""}, ${fileBytes} bytes`,
  );
}

async function writeEncoding(path: string, a: Csr, format: FormatName, options: FormatOptions) {
  const encoded = fromCsr(a, format, options);
  await writeWhole(path, writeNpz(encoded));
  return { format, encodingBytes: bytesOf(encoded).total };
}

async function writeFile(path: string, matrix: Csr | Dense) {
  await writeMatrixFile(path, matrix);
  return {};
}

/** What a file can hold; undefined for Matrix Market, which holds either. */
function kindFor(path: string, { as }: ConvertOptions): "sparse" | "dense" | undefined {
  if (/\.(smtx|tsv)(\.gz)?$|\.npz$/.test(path)) return "sparse";
  if (/\.npy(\.gz)?$/.test(path)) return "dense";
  return as;
}

function converted(matrix: Csr | Dense, kind: "sparse" | "dense" | undefined): Csr | Dense {
  if ("format" in matrix) return kind === "dense" ? denseFromCsr(matrix) : matrix;
  return kind === "sparse" ? csrFromDense(matrix) : matrix;
}

function csrOf(matrix: Csr | Dense): Csr {
  return "format" in matrix ? matrix : csrFromDense(matrix);
}
