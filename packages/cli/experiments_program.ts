import { kernels } from "@spmm/registry";
import {
  csvOf,
  describeEnvironment,
  type Environment,
  type Experiment,
  type ExperimentResult,
  FULL_SAMPLING,
  type OpenDevices,
  openDevices,
  processorOf,
  QUICK_SAMPLING,
  renderTable,
  type Scale,
} from "@spmm/runner";
import { Command } from "commander";
import { discoverExperiments } from "./discover.ts";
import { FailedError, UsageError } from "./errors.ts";
import { type ComputeOptions, deviceOption } from "./options.ts";
import { runProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";
import { writeWhole } from "./write_whole.ts";

const EXAMPLES = `
Examples:
  deno task experiments                         list them
  deno task experiments --all                   run all, as far as this machine is good for
  deno task experiments kernel-comparison --quick --device cpu
  deno task experiments kernel-comparison --set n=64,256 --set kernels=row-split,csb
  deno task experiments graph-challenge --json

Without --quick or --full a run is full where there is a GPU in hardware, and quick elsewhere.`;

/**
 * Runs a command line of `experiments`.
 *
 * @param args The arguments after the program's name.
 * @param terminal Where to write.
 * @returns The exit code.
 *
 * @example The list
 * ```ts
 * import { bufferTerminal, runExperiments } from "@spmm/cli";
 * import assert from "node:assert/strict";
 *
 * const terminal = bufferTerminal();
 * assert.equal(await runExperiments([], terminal), 0);
 * assert.match(terminal.printed.join(), /kernel-comparison/);
 * ```
 */
export async function runExperiments(
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const program = new Command("experiments")
    .description("Run experiments: a question each, answered by checked numbers in tables and CSV.")
    .argument("[names...]", "experiments to run; none and no --all: list them")
    .option("--all", "run all of them")
    .option("--quick", "small and short")
    .option("--full", "everything, for numbers to keep")
    .addOption(deviceOption("where to run; auto: on every device there is"))
    .option("--set <axis=values>", "set an axis to values with commas between", collect, {})
    .option("--peers <file>", "times of other libraries, to be set beside ours")
    .option("--out <dir>", "where the CSV files go", "results")
    .option("--json", "print the records and the environment as JSON")
    .addHelpText("after", EXAMPLES)
    .action((names: string[], options: ExperimentsOptions) => start(names, options, terminal));
  return await runProgram(program, args, terminal);
}

type Settings = Readonly<Record<string, readonly string[]>>;

interface ExperimentsOptions extends Pick<ComputeOptions, "device"> {
  readonly all?: true;
  readonly quick?: true;
  readonly full?: true;
  readonly set: Settings;
  readonly peers?: string;
  readonly out: string;
  readonly json?: true;
}

/** One `--set axis=a,b` more. */
function collect(text: string, before: Settings): Settings {
  const found = /^([\w-]+)=(.+)$/.exec(text);
  if (found !== null) return { ...before, [found[1]]: found[2].split(",") };
  throw new UsageError(`Cannot set an axis: it must be axis=value,value: received ${text}`);
}

async function start(
  names: readonly string[],
  options: ExperimentsOptions,
  terminal: Terminal,
): Promise<void> {
  if (options.quick && options.full) {
    throw new UsageError("Cannot run: --quick and --full exclude each other: received both");
  }
  const known = await discoverExperiments();
  if (names.length === 0 && !options.all) return list(known, options, terminal);
  const chosen = options.all ? known : names.map((name) => named(name, known));
  await using open = await openDevices(options.device);
  const environment = await describeEnvironment(open.devices);
  const failures: string[] = [];
  const reports = [];
  for (const experiment of chosen) {
    const result = await run(experiment, open, options, terminal);
    const files = await write(experiment, result, environment, options.out);
    reports.push({ experiment: experiment.name, ...result, files });
    failures.push(...result.failures.map((failure) => `${experiment.name}: ${failure}`));
    if (!options.json) terminal.print(textOf(experiment, result, files));
  }
  if (options.json) terminal.print(JSON.stringify({ environment, reports }, null, 2));
  if (failures.length > 0) {
    throw new FailedError(
      `Cannot vouch for the results: ${failures.length} failed:\n${failures.join("\n")}`,
    );
  }
}

function named(name: string, known: readonly Experiment[]): Experiment {
  const found = known.find((experiment) => experiment.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `Cannot find experiment: known are ${
      known.map(({ name }) => name).join(", ")
    }: received ${name}`,
  );
}

function list(
  known: readonly Experiment[],
  { json }: ExperimentsOptions,
  terminal: Terminal,
): void {
  const listed = known.map(({ name, question, axes }) => ({
    name,
    question,
    axes: Object.entries(axes).map(([axis, { help, takes }]) => ({ axis, help, takes })),
  }));
  const lines = listed.map(({ name, question, axes }) =>
    [name, `  ${question}`, ...axes.map((one) => `  ${one.axis}: ${one.help} (${one.takes})`)]
      .join("\n")
  );
  terminal.print(
    json
      ? JSON.stringify(listed, null, 2)
      : `${lines.join("\n\n")}\n\nkernels: ${kernels.names.join(", ")}`,
  );
}

async function run(
  experiment: Experiment,
  { devices }: OpenDevices,
  options: ExperimentsOptions,
  terminal: Terminal,
): Promise<ExperimentResult> {
  const scale = scaleOf(options, devices.some((device) => processorOf(device) === "gpu"));
  const peers: Settings = options.peers === undefined || !Object.hasOwn(experiment.axes, "peers")
    ? {}
    : { peers: [options.peers] };
  const result = await experiment.run({
    devices,
    scale,
    set: { ...options.set, ...peers },
    sampling: scale === "quick" ? QUICK_SAMPLING : FULL_SAMPLING,
    progress: (done, total, doing) => terminal.progress(done, total, doing),
  });
  terminal.settle();
  return result;
}

function scaleOf({ quick, full }: ExperimentsOptions, hardware: boolean): Scale {
  if (quick) return "quick";
  return full || hardware ? "full" : "quick";
}

/** Writes every series as CSV, and beside them what they were made with. */
async function write(
  { name }: Experiment,
  { series }: ExperimentResult,
  environment: Environment,
  out: string,
): Promise<string[]> {
  const files: string[] = [];
  for (const { name: file, records } of series) {
    const path = `${out}/${name}/${file}.csv`;
    await writeWhole(path, csvOf(records));
    files.push(path);
  }
  await writeWhole(`${out}/${name}/environment.json`, JSON.stringify(environment, null, 2));
  return files;
}

function textOf(
  { name, question }: Experiment,
  { tables, notes, failures }: ExperimentResult,
  files: readonly string[],
): string {
  return [
    `${name}: ${question}\n`,
    ...tables.map(renderTable),
    ...notes,
    ...failures.map((failure) => `FAILED ${failure}`),
    ...files.map((file) => `CSV: ${file}`),
    "",
  ].join("\n");
}
