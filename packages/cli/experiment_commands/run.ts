import {
  describeEnvironment,
  type DiscoveredExperiment,
  discoverExperiments,
  type Experiment,
  FULL_SAMPLING,
  openDevices,
  processorOf,
  QUICK_SAMPLING,
  renderTable,
  runExperiment,
  type RunReport,
  type RunRequest,
  type Scale,
  Store,
} from "@spmm/runner";
import { FailedError, InterruptedError, UsageError } from "../errors.ts";
import { interruption } from "../interruption.ts";
import type { ComputeOptions } from "../options.ts";
import type { Terminal } from "../terminal.ts";
import { reportBeside, writeReport } from "./write_report.ts";

/** What `experiments NAME` is told. */
export interface RunOptions extends Pick<ComputeOptions, "device"> {
  readonly all?: true;
  readonly quick?: true;
  readonly full?: true;
  readonly set: Readonly<Record<string, readonly string[]>>;
  readonly peers?: string;
  readonly fresh?: true;
  readonly store: string;
  readonly json?: true;
}

/** `experiments NAME…`: measures what is not kept yet, and prints what the kept rows say. */
export async function runChosen(
  names: readonly string[],
  options: RunOptions,
  argv: readonly string[],
  terminal: Terminal,
): Promise<void> {
  if (options.quick && options.full) {
    throw new UsageError("Cannot run: --quick and --full exclude each other: received both");
  }
  const known = await discoverExperiments();
  const chosen = options.all ? known : names.map((name) => named(name, known));
  // Before a device is opened, so that a word that is misspelt costs no waiting.
  for (const one of chosen) {
    one.experiment.check({ scale: scaleOf(options, false), set: settingsFor(one, options) });
  }
  await using open = await openDevices(options.device);
  using store = Store.open(options.store);
  using ended = interruption();
  const { devices } = open;
  const { time: _, ...environment } = await describeEnvironment(devices);
  const scale = scaleOf(options, devices.some((device) => processorOf(device) === "gpu"));
  const request = {
    ...{ store, environment, devices, scale, argv, signal: ended.signal },
    sampling: scale === "quick" ? QUICK_SAMPLING : FULL_SAMPLING,
    fresh: options.fresh ?? false,
  };
  const reports: [Experiment, RunReport][] = [];
  for (const one of chosen) {
    const report = await run(one, { ...request, set: settingsFor(one, options) }, terminal);
    if (report.run.state !== "complete") throw interrupted(report, options, argv);
    reports.push([one.experiment, report]);
    if (!options.json) terminal.print(textOf(one.experiment, report, options));
  }
  const page = reportBeside(options.store);
  await writeReport(store, known, page);
  if (options.json) terminal.print(JSON.stringify(reports.map(jsonOf), null, 2));
  else terminal.print(`Report: ${page}`);
  throwIfFailed(reports);
}

function named(name: string, known: readonly DiscoveredExperiment[]): DiscoveredExperiment {
  const found = known.find(({ experiment }) => experiment.name === name);
  if (found !== undefined) return found;
  throw new UsageError(
    `Cannot find experiment: known are ${
      known.map(({ experiment }) => experiment.name).join(", ")
    }: received ${name}`,
  );
}

/** With `--all`, an axis is set in those experiments that have it. */
function settingsFor({ experiment: { axes } }: DiscoveredExperiment, options: RunOptions) {
  const { all, set, peers } = options;
  const own = Object.entries(set).filter(([axis]) => !all || Object.hasOwn(axes, axis));
  const beside = peers === undefined || !Object.hasOwn(axes, "peers") ? {} : { peers: [peers] };
  return { ...Object.fromEntries(own), ...beside };
}

async function run(
  { experiment, sourceHash }: DiscoveredExperiment,
  request: Omit<RunRequest, "sourceHash">,
  terminal: Terminal,
): Promise<RunReport> {
  const report = await runExperiment(experiment, {
    ...request,
    sourceHash,
    progress: ({ done, total, doing, secondsLeft }) =>
      terminal.progress(done, total, `${experiment.name}: ${doing}`, secondsLeft),
  });
  terminal.settle();
  return report;
}

function scaleOf({ quick, full }: RunOptions, hardware: boolean): Scale {
  if (quick) return "quick";
  return full || hardware ? "full" : "quick";
}

function interrupted(
  { run: { kept, planned } }: RunReport,
  { store }: RunOptions,
  argv: readonly string[],
): InterruptedError {
  const done = kept.measured + kept.skipped + kept.failed;
  // Going on with a fresh run takes no second --fresh: that would begin another.
  const again = argv.filter((word) => word !== "--fresh").join(" ");
  return new InterruptedError(
    `Cannot finish: ended with ${done} of ${planned} points kept in ${store}. Go on with: deno task experiments ${again}`,
  );
}

function textOf(experiment: Experiment, report: RunReport, { store }: RunOptions): string {
  const { points, rows, run, measured, takenUp } = report;
  const where = `${store}, run ${run.id}: ${measured} points measured, ${takenUp} kept from before`;
  return [
    `${experiment.name}: ${experiment.question}\n`,
    ...experiment.tables(rows).map(renderTable),
    ...experiment.findings(rows),
    ...points.filter(({ rows }) => rows.length === 0)
      .map(({ state, reason }) => `${state}: ${reason}`),
    ...failuresOf(report).map((failure) => `FAILED ${failure}`),
    `Kept in ${where}.`,
    "",
  ].join("\n");
}

function jsonOf([{ name }, { run, points, measured, takenUp }]: [Experiment, RunReport]) {
  return { experiment: name, run, measured, takenUp, points };
}

function failuresOf({ points }: RunReport): string[] {
  return points.filter(({ state }) => state === "failed")
    .map(({ parameters, reason }) => `${Object.values(parameters).join(", ")}: ${reason}`);
}

function throwIfFailed(reports: readonly [Experiment, RunReport][]): void {
  const failures = reports.flatMap(([{ name }, report]) =>
    failuresOf(report).map((failure) => `${name}: ${failure}`)
  );
  if (failures.length === 0) return;
  throw new FailedError(
    `Cannot vouch for the results: ${failures.length} points failed:\n${failures.join("\n")}`,
  );
}
