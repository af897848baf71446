import type { Csr } from "@spmm/formats";
import {
  type Inference,
  type NetworkPlan,
  type NetworkSource,
  type OpenInputs,
  openInputs,
  type OpenNetwork,
  openNetwork,
  parseInputSource,
  parseNetworkSource,
  planNetwork,
} from "@spmm/network";
import type { Device } from "@spmm/spmm";
import { FailedError, InterruptedError } from "./errors.ts";
import { boundsText, stageBounds } from "./infer_bounds.ts";
import { checkAgainst, checkText } from "./infer_check.ts";
import { openInferDevice } from "./infer_device.ts";
import { inferOnEngine } from "./infer_engine.ts";
import { checkFiles, writeResults } from "./infer_files.ts";
import { checkTogether, type InferCommandOptions, planOptionsOf } from "./infer_options.ts";
import { inferReport, inferText, type PlanReport, planReport, planText } from "./infer_report.ts";
import { interruption } from "./interruption.ts";
import type { Terminal } from "./terminal.ts";

/** `infer`: load, plan, run, check, report, write. */
export async function infer(options: InferCommandOptions, terminal: Terminal): Promise<void> {
  checkTogether(options);
  await checkFiles(options);
  const { engine } = options;
  if (engine !== undefined) return await inferOnEngine(engine, options, terminal);
  await inferHere(options, terminal);
}

async function inferHere(options: InferCommandOptions, terminal: Terminal): Promise<void> {
  const started = performance.now();
  const source = await parseNetworkSource(options.network);
  const opening = performance.now();
  await using device = await openInferDevice(options);
  const loading = performance.now();
  // On the CPU this thread computes too, for minutes, and would not hear; unheard, Ctrl-C ends the
  // process at once.
  using stopping = device.kind === "cpu" ? undefined : interruption();
  const work = { terminal, signal: stopping?.signal };
  const { network, inputs } = await load(source, options, work);
  const loadSeconds = since(loading);
  await using plan = await planNetwork(network, device, planOptionsOf(options));
  const planned = planReport(network, device, plan);
  if (options.explain) return await explain(planned, plan, device, options, terminal);
  const { inference, making } = await run(plan, inputs, options, work);
  const check = inputs.truth && checkAgainst(inputs.truth, inference);
  const seconds = {
    device: (loading - opening) / 1000,
    load: loadSeconds,
    inputs: making,
    inspect: plan.inspectSeconds,
    weights: plan.uploadSeconds,
    upload: inference.seconds.upload,
    compute: inference.seconds.compute,
    readback: inference.seconds.readback,
    infer: inference.seconds.total,
    total: since(started),
  };
  const files = check?.passed === false ? [] : await writeResults(inference, options);
  const report = inferReport(planned, inputs, inference, { seconds, files, check });
  terminal.print(options.json ? json(report) : inferText(report, plan.describe()));
  if (check?.passed !== false) return;
  throw new FailedError(`Cannot accept the result: it must be right: received ${checkText(check)}`);
}

async function explain(
  planned: PlanReport,
  plan: NetworkPlan,
  device: Device,
  options: InferCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const bounds = await stageBounds(plan, device);
  if (options.json) return terminal.print(json({ ...planned, bounds }));
  const text = [planText(planned, plan.describe()), boundsText(bounds)];
  terminal.print(text.filter((part) => part !== "").join("\n\n"));
}

interface Loaded {
  readonly network: OpenNetwork;
  readonly inputs: OpenInputs;
}

/** Whom to tell of progress, and who may end the work. */
interface Work {
  readonly terminal: Terminal;
  readonly signal: AbortSignal | undefined;
}

async function load(
  source: NetworkSource,
  options: InferCommandOptions,
  { terminal, signal }: Work,
): Promise<Loaded> {
  const network = await openNetwork(source, (layers, of) => {
    checkGoing(signal);
    terminal.progress(layers, of, `layers of ${options.network}`);
  });
  const inputs = await openInputs(parseInputSource(options.inputs, network), network);
  terminal.settle();
  checkGoing(signal);
  return { network, inputs };
}

async function run(
  plan: NetworkPlan,
  inputs: OpenInputs,
  { outputs }: InferCommandOptions,
  { terminal, signal }: Work,
): Promise<{ readonly inference: Inference; readonly making: number }> {
  const begun = performance.now();
  const clock = { making: 0 };
  terminal.progress(0, inputs.count, "inputs");
  const inference = await plan.infer(fed(inputs, clock, signal), {
    outputs: outputs !== undefined || inputs.truth?.kind === "labels",
    onProgress({ inputs: done }) {
      const left = done === 0 ? undefined : since(begun) * (inputs.count - done) / done;
      terminal.progress(done, inputs.count, "inputs", left);
    },
  });
  terminal.settle();
  checkGoing(signal);
  return { inference, making: clock.making };
}

/** The inputs, while nobody ends the work; what they take to make is added to the clock. */
async function* fed(
  inputs: OpenInputs,
  clock: { making: number },
  signal: AbortSignal | undefined,
): AsyncGenerator<Csr, void, void> {
  let asked = performance.now();
  for await (const chunk of inputs.chunks()) {
    clock.making += since(asked);
    checkGoing(signal);
    yield chunk;
    asked = performance.now();
  }
}

function checkGoing(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new InterruptedError("Cannot infer to the end: received Ctrl-C");
}

function since(start: number): number {
  return (performance.now() - start) / 1000;
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
