import {
  networkOrigin,
  openInputs,
  parseInputSource,
  parseNetworkSource,
  type Truth,
} from "@spmm/network";
import {
  type EngineName,
  inferenceJob,
  type Job,
  type JobResult,
  networkIdentity,
  progressLines,
  runJob,
  UnfinishedError,
} from "@spmm/scheduler";
import { EXIT, FailedError } from "./errors.ts";
import { checkAgainst, checkText, type InferCheck } from "./infer_check.ts";
import { engineDevices } from "./infer_engine_devices.ts";
import { engineReport, engineText } from "./infer_engine_report.ts";
import { writeResults } from "./infer_files.ts";
import { type InferCommandOptions, planOptionsOf } from "./infer_options.ts";
import type { Terminal } from "./terminal.ts";

/** Workers on the CPU may take minutes for a chunk; GPUs that take as long hang. */
const STAND_IN_PATIENCE = 900;
const GPU_PATIENCE = 60;

/** `infer --engine`: inputs shared out among workers, gathered, checked, reported. */
export async function inferOnEngine(
  engine: EngineName,
  options: InferCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const started = performance.now();
  const network = await networkIdentity(await parseNetworkSource(options.network));
  const inputs = await openInputs(parseInputSource(options.inputs, network), network);
  const { source, count, truth, origin } = inputs;
  const wishes = planOptionsOf(options);
  const job = await inferenceJob({ network: network.source, inputs: source, count, ...wishes });
  const { result, failure } = await runShown(job, engine, options, terminal);
  if (result === undefined) return; // another rank reports
  const check = failure === undefined ? checkOf(truth, result) : undefined;
  const right = failure === undefined && check?.passed !== false;
  const report = engineReport(
    {
      network: { name: job.name, origin: networkOrigin(network.source), source: network.source },
      inputs: { of: count, origin, source },
    },
    result,
    {
      totalSeconds: (performance.now() - started) / 1000,
      check,
      files: right ? await writeResults(result, options) : [],
    },
  );
  result.report.warnings.forEach((warning) => terminal.remark(warning));
  terminal.print(options.json ? JSON.stringify(report, null, 2) : engineText(report));
  if (failure !== undefined) throw failure;
  if (check === undefined || check.passed) return;
  throw new FailedError(`Cannot accept the result: it must be right: received ${checkText(check)}`);
}

/** Labels need outputs, and those are not gathered. */
function checkOf(truth: Truth | undefined, result: JobResult): InferCheck | undefined {
  return truth === undefined || truth.kind === "labels" ? undefined : checkAgainst(truth, result);
}

interface Outcome {
  /** Of all inputs, or of those that are finished; absent on other ranks than 0. */
  readonly result: JobResult | undefined;
  /** Why there are inputs that are not finished. */
  readonly failure?: UnfinishedError;
}

const LOOK = 100; // milliseconds from one view to the next

async function runShown(
  job: Job,
  engine: EngineName,
  options: InferCommandOptions,
  terminal: Terminal,
): Promise<Outcome> {
  const { devices: wish = "all", partition, shards, resume = false, patience } = options;
  const devices = await engineDevices(wish, engine);
  const standIn = /^(cpu|llvmpipe)/.test(wish);
  const stuckSeconds = patience ?? (standIn ? STAND_IN_PATIENCE : GPU_PATIENCE);
  let looked = -Infinity;
  using ctrlC = tellingCtrlC(terminal, shards);
  try {
    const result = await runJob(job, engine, {
      devices,
      resume,
      patience: { stuckSeconds },
      ...partition && { partition },
      ...shards !== undefined && { folder: shards },
      onProgress(progress) {
        if (performance.now() - looked < LOOK) return;
        looked = performance.now();
        terminal.view(progressLines(progress));
      },
      print: (worker, line) => terminal.remark(`worker ${worker}: ${line}`),
    });
    return { result };
  } catch (error) {
    // Workers that are being ended fail; what comes of the signal comes by itself.
    if (ctrlC.told) await new Promise<never>(() => {});
    if (!(error instanceof UnfinishedError)) throw error;
    return { result: error.finished, failure: error };
  } finally {
    terminal.settle();
  }
}

/** Longer than the scheduler takes to end workers. */
const LAST_MOMENT = 2000; // milliseconds

interface CtrlC extends Disposable {
  /** Whether there was one. */
  readonly told: boolean;
}

/** The scheduler ends the workers and then this process, once it has begun; before, this does. */
function tellingCtrlC(terminal: Terminal, shards: string | undefined): CtrlC {
  const kept = shards === undefined ? "" : `; --resume goes on from ${shards}`;
  let told = false;
  // Once: the scheduler sends the signal again when workers are gone, for this process to die of it.
  const tell = () => {
    told = true;
    Deno.removeSignalListener("SIGINT", tell);
    terminal.remark(`Cannot infer to the end: received Ctrl-C${kept}`);
    setTimeout(() => Deno.exit(EXIT.interrupted), LAST_MOMENT);
  };
  Deno.addSignalListener("SIGINT", tell);
  return {
    get told() {
      return told;
    },
    [Symbol.dispose]: () => Deno.removeSignalListener("SIGINT", tell),
  };
}
