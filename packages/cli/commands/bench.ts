import { selectKernels } from "@spmm/registry";
import {
  compareKernels,
  type ComparisonRecord,
  comparisonTables,
  csvOf,
  describeEnvironment,
  FULL_SAMPLING,
  openDevices,
  QUICK_SAMPLING,
  renderTable,
} from "@spmm/runner";
import { Command } from "commander";
import { FailedError, UsageError } from "../errors.ts";
import {
  type ComputeOptions,
  countOf,
  countsOf,
  deviceOption,
  shapeOf,
  storageOption,
  wordsOf,
} from "../options.ts";
import { readSparse, SPARSE_HELP } from "../read_matrix.ts";
import type { Terminal } from "../terminal.ts";
import { writeWhole } from "../write_whole.ts";

/** `spmm bench`: kernels timed on matrices, every result checked. */
export function benchCommand(terminal: Terminal): Command {
  return new Command("bench")
    .description("time kernels on matrices; no time without a result that was checked")
    .argument("<files...>", SPARSE_HELP)
    .option("--n <list>", "columns of B, with commas between", countsOf, [256])
    .option("--kernels <list>", "names with commas between, all, or auto", wordsOf, ["all"])
    .option("--transpose", "multiply by Aᵀ")
    .option("--shape <RxC>", "rows and columns, for .tsv", shapeOf)
    .option("--samples <count>", "samples per kernel", countOf)
    .option("--quick", "few and short samples, for a look")
    .addOption(deviceOption("where to run; auto: on every device there is"))
    .addOption(storageOption())
    .option("--csv <file>", "write the records as CSV as well")
    .option("--json", "print the records and the environment as JSON")
    .action((files: string[], options: BenchOptions) => bench(files, options, terminal));
}

interface BenchOptions extends ComputeOptions {
  readonly n: readonly number[];
  readonly kernels: readonly string[];
  readonly transpose?: true;
  readonly shape?: { readonly rows: number; readonly cols: number };
  readonly samples?: number;
  readonly quick?: true;
  readonly csv?: string;
  readonly json?: true;
}

async function bench(
  files: readonly string[],
  options: BenchOptions,
  terminal: Terminal,
): Promise<void> {
  await using open = await openDevices(options.device);
  const entries = open.devices
    .map((device) => ({ device, kernels: selectKernels(options.kernels, device.kind) }))
    .filter(({ kernels }) => kernels.length > 0);
  if (entries.length === 0) {
    throw new UsageError(
      `Cannot bench: none of the kernels runs on ${options.device}: received ${options.kernels}`,
    );
  }
  const sampling = options.quick ? QUICK_SAMPLING : FULL_SAMPLING;
  const { samples } = options;
  const { stop: _, ...exact } = sampling;
  const competition = {
    entries,
    // So many as are asked for, and no more.
    sampling: samples === undefined ? sampling : { ...exact, samples },
  };
  const records: ComparisonRecord[] = [];
  const total = files.length * options.n.length;
  for (const file of files) {
    const a = await readSparse(file, options);
    for (const n of options.n) {
      terminal.progress(records.length, total, `${file}, N = ${n}`);
      const { storage, transpose = false } = options;
      const problem = { a, n, storage, transpose };
      const source = file.startsWith("random:") ? "generated" : "file";
      records.push(...await compareKernels({ matrix: file, source, problem }, competition));
    }
  }
  terminal.settle();
  await report(records, await describeEnvironment(open.devices), options, terminal);
}

async function report(
  records: readonly ComparisonRecord[],
  environment: Awaited<ReturnType<typeof describeEnvironment>>,
  { csv, json }: BenchOptions,
  terminal: Terminal,
): Promise<void> {
  if (csv !== undefined) await writeWhole(csv, csvOf(records.map((record) => ({ ...record }))));
  terminal.print(
    json
      ? JSON.stringify({ environment, records }, null, 2)
      : comparisonTables(records).map(renderTable).join("\n"),
  );
  const failed = records.filter(({ outcome }) => outcome === "failed");
  for (const { kernel, matrix, n, reason } of failed) {
    terminal.remark(`${kernel} failed on ${matrix}, N = ${n}: ${reason}`);
  }
  if (failed.length > 0) {
    throw new FailedError(`Cannot vouch for ${failed.length} results: see above`);
  }
}
