import { type Csr, type Dense, writeMatrixFile } from "@spmm/formats";
import { chooseKernel, kernels } from "@spmm/registry";
import { CheckedResult, expectation, processorOf } from "@spmm/runner";
import {
  type Activation,
  type Device,
  extents,
  roundToStorage,
  type SpmmProblem,
} from "@spmm/spmm";
import { openCpu } from "@spmm/wasm";
import { openGpu, tryOpenGpu } from "@spmm/webgpu";
import { Command } from "commander";
import { UsageError } from "../errors.ts";
import {
  ceilingOf,
  type ComputeOptions,
  deviceOption,
  shapeOf,
  storageOption,
} from "../options.ts";
import { readDense, readSparse, readVector, SPARSE_HELP } from "../read_matrix.ts";
import type { Terminal } from "../terminal.ts";

/** `spmm multiply`: C = epilogue(op(A)·B), from files to a file. */
export function multiplyCommand(terminal: Terminal): Command {
  return new Command("multiply")
    .description("multiply a sparse matrix by a dense one")
    .argument("<a>", SPARSE_HELP)
    .argument("<b>", "dense matrix: .npy or .mtx, plain or .gz; or random:COLUMNS[:SEED]")
    .option("-o, --output <file>", "write C to a .npy or .mtx file, whole or not at all")
    .option("--transpose", "multiply by Aᵀ")
    .option("--bias <file>", "add a number to each row of C: .npy, or text, one a line")
    .option("--relu", "then take max(0, x)")
    .option("--clip <x>", "then take min(x, max(0, y))", ceilingOf)
    .option("--kernel <name>", "kernel to use, or auto", "auto")
    .option("--check", "check C against the f64 reference before it is written")
    .option("--shape <RxC>", "rows and columns of A, for .tsv", shapeOf)
    .addOption(deviceOption("where to run; auto: a GPU where there is one, else the CPU"))
    .addOption(storageOption())
    .option("--json", "print JSON")
    .action((a: string, b: string, options: MultiplyOptions) => multiply(a, b, options, terminal));
}

interface MultiplyOptions extends ComputeOptions {
  readonly output?: string;
  readonly transpose?: true;
  readonly bias?: string;
  readonly relu?: true;
  readonly clip?: number;
  readonly kernel: string;
  readonly check?: true;
  readonly shape?: { readonly rows: number; readonly cols: number };
  readonly json?: true;
}

async function multiply(
  nameOfA: string,
  nameOfB: string,
  options: MultiplyOptions,
  terminal: Terminal,
): Promise<void> {
  const activation = activationOf(options);
  const a = await readSparse(nameOfA, options);
  const read = await readDense(nameOfB, options.transpose ? a.rows : a.cols);
  const b = { ...read, data: roundToStorage(read.data, options.storage) };
  const bias = options.bias === undefined ? undefined : await readVector(options.bias);
  const problem: SpmmProblem = {
    a,
    n: b.cols,
    storage: options.storage,
    ...(options.transpose && { transpose: true }),
    ...((bias || activation) && {
      epilogue: { ...(bias && { bias }), ...(activation && { activation }) },
    }),
  };
  await using device = await deviceFor(options);
  const { c, facts } = await run(problem, b, device, options);
  if (options.output !== undefined) await writeMatrixFile(options.output, c);
  terminal.print(
    options.json ? JSON.stringify({ ...facts, output: options.output }, null, 2) : [
      `${problemText(a, problem)} with ${facts.kernel} on ${facts.device}: ${facts.because}`,
      `inspect ${facts.inspectMs.toFixed(2)} ms, multiply ${
        facts.multiplyMs.toFixed(2)
      } ms with copies to and fro${
        facts.checkedRows === undefined ? "" : `, ${facts.checkedRows} rows checked`
      }`,
      ...(options.output === undefined ? [] : [`C is in ${options.output}`]),
    ].join("\n"),
  );
}

function activationOf({ relu, clip }: MultiplyOptions): Activation | undefined {
  if (relu && clip !== undefined) {
    throw new UsageError("Cannot multiply: --relu and --clip exclude each other: received both");
  }
  if (clip !== undefined) return { kind: "clipped-relu", ceiling: clip };
  return relu && { kind: "relu" };
}

/** The device asked for; else the one the kernel needs; else a GPU in hardware, or the CPU. */
async function deviceFor({ device, kernel }: MultiplyOptions): Promise<Device> {
  const kind = kernel === "auto" ? undefined : kernels.get(kernel).device;
  if (device === "cpu") return await openCpu();
  if (device === "gpu" || kind === "webgpu") return await openGpu();
  const gpu = kind === "cpu" ? undefined : await tryOpenGpu();
  if (gpu !== undefined && processorOf(gpu) === "gpu") return gpu;
  await gpu?.[Symbol.asyncDispose]();
  return await openCpu();
}

async function run(problem: SpmmProblem, b: Dense, device: Device, options: MultiplyOptions) {
  const override = options.kernel === "auto" ? {} : { override: options.kernel };
  const { kernel, reasons } = chooseKernel(problem, device, override);
  await using plan = await kernel.plan(problem, device);
  const start = performance.now();
  const c = await plan.multiply(b);
  const multiplyMs = performance.now() - start;
  if (c.location !== "host") {
    throw new TypeError("Cannot write C: it must be on the host: received one on a device");
  }
  const checkedRows = options.check
    ? CheckedResult.of(c, expectation(problem, b)).comparedRows
    : undefined;
  const facts = {
    kernel: plan.kernel,
    because: reasons.join("; "),
    device: device.name,
    ...extents(problem),
    nonZeros: problem.a.values.length,
    encodingBytes: plan.bytes,
    inspectMs: plan.inspectSeconds * 1000,
    multiplyMs,
    checkedRows,
  };
  return { c, facts };
}

function problemText(a: Csr, { n, transpose, storage }: SpmmProblem): string {
  const operand = `${a.rows}x${a.cols}${transpose ? " transposed" : ""}`;
  return `${operand} (${a.values.length} non-zeros) times ${n} columns in ${storage}`;
}
