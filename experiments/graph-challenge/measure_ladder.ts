import type { Csr } from "@spmm/formats";
import {
  connections,
  GpuNetworkPlan,
  type Inference,
  NetworkError,
  type NetworkPlan,
  planNetwork,
} from "@spmm/network";
import {
  type MeasureContext,
  processorOf,
  type RowOutcome,
  type SamplingOptions,
  summarize,
} from "@spmm/runner";
import type { Device } from "@spmm/spmm";
import { GpuDevice, OutOfMemoryError } from "@spmm/webgpu";
import type { LadderFacts, LadderValues, PeerValues } from "./ladder_values.ts";
import type { Loaded, Subject } from "./loaded.ts";
import { LADDER, type Rung, unused } from "./rungs.ts";
import { checkAgainst, findTruth, type Passed, type Truth } from "./truth.ts";

/** What is measured at a point. */
export interface LadderRequest {
  readonly subject: Subject;
  readonly device: Device;
  readonly rungs: readonly Rung[];
  /** The times of others on it. */
  readonly peers: PeerValues;
}

type Row = RowOutcome<LadderValues>;

/** Measures a network rung by rung: every one is planned, checked and then timed by itself. */
export async function measureLadder(
  { subject, device, rungs, peers }: LadderRequest,
  load: (subject: Subject) => Promise<Loaded>,
  { scale, sampling, signal, doing }: MeasureContext,
): Promise<Row[]> {
  doing("load");
  const loaded = await load(subject);
  const rows: Row[] = [];
  let truth: Truth | undefined;
  let before: Rung | undefined;
  for (const rung of rungs) {
    signal.throwIfAborted();
    doing(rung.name);
    const facts = factsOf(subject, loaded, device, rung);
    const who = { contender: rung.name, device: device.name };
    try {
      await using plan = await planNetwork(loaded.network, device, {
        strategies: rung.strategies,
      });
      const idle = unused(rung, before, plan);
      if (idle.length > 0) {
        const reason = `the plan makes no use of ${idle.join(" and ")} on this network and device`;
        rows.push({ ...who, outcome: "skipped", reason, values: facts });
        continue;
      }
      const parts = await loaded.parts(plan.chunk);
      const inference = await plan.infer(parts);
      truth ??= await findTruth(subject, loaded, parts, inference, scale);
      const check = await checkAgainst(truth, plan, inference, rung);
      const seconds = await sampled(plan, parts, inference, device, sampling);
      const run = { plan, inference, truth, seconds, clock: clockOf(plan, device) };
      rows.push({ ...who, ...measured(run, check, { ...facts, ...peers }) });
      before = rung;
    } catch (error) {
      rows.push({ ...who, ...unmeasured(error), values: facts });
    }
  }
  return rows;
}

function factsOf(
  { network, found, weights }: Subject,
  { network: { layers }, open, first, network: whole }: Loaded,
  device: Device,
  rung: Rung,
): LadderFacts {
  return {
    processor: processorOf(device),
    network,
    neurons: layers[0].weights.cols,
    layers: layers.length,
    connections: connections(whole),
    weights,
    networkOrigin: found.source.kind === "official" ? "official" : "generated",
    inputs: open.count - first,
    inputOrigin: open.source.kind === "official" ? "official" : "rebuilt",
    rung: LADDER.indexOf(rung),
    exploits: rung.exploits ?? "",
  };
}

/** What has no room is skipped; all else that goes wrong is a failure. */
function unmeasured(error: unknown): { outcome: "skipped" | "failed"; reason: string } {
  const noRoom = error instanceof OutOfMemoryError || error instanceof NetworkError;
  return { outcome: noRoom ? "skipped" : "failed", reason: String(error) };
}

/** Seconds within which all samples of a rung are to be taken. */
const SAMPLING_SECONDS = 2;
/** Samples of a GPU at least, however long one takes. */
const FEWEST_SAMPLES = 3;
/** Seconds from which work on the host is not done once more: it was its own warm-up. */
const LONG_SECONDS = 10;

/**
 * Seconds of all layers over all inputs: by GPU timestamps on inputs that are on the device, with
 * clocks warm. Where the host computes, by its clock, after a run that compiled what was left to be.
 */
async function sampled(
  plan: NetworkPlan,
  parts: readonly Csr[],
  { seconds: { compute: first } }: Inference,
  device: Device,
  { samples, warmSeconds }: SamplingOptions,
): Promise<number[]> {
  const affordable = (seconds: number) => Math.min(samples, Math.floor(SAMPLING_SECONDS / seconds));
  if (plan instanceof GpuNetworkPlan && processorOf(device) === "gpu") {
    const count = Math.max(FEWEST_SAMPLES, affordable(first));
    return [...await plan.sampleCompute(parts, count, warmSeconds)];
  }
  if (first >= LONG_SECONDS) return [first];
  const taken: number[] = [];
  do taken.push((await plan.infer(parts)).seconds.compute); while (
    taken.length < affordable(taken[0])
  );
  return taken;
}

function clockOf(plan: NetworkPlan, device: Device): "gpu" | "host" {
  const timed = plan instanceof GpuNetworkPlan && device instanceof GpuDevice &&
    device.hasTimestamps;
  return timed ? "gpu" : "host";
}

interface Run {
  readonly plan: NetworkPlan;
  readonly inference: Inference;
  readonly truth: Truth;
  readonly seconds: readonly number[];
  readonly clock: "gpu" | "host";
}

function measured(
  { plan, inference, truth, seconds, clock }: Run,
  check: Passed,
  facts: LadderFacts & PeerValues,
) {
  const { median, least, spread } = summarize(seconds);
  const { edges, alive, survivors } = inference;
  const { upload, readback, total } = inference.seconds;
  const values: LadderValues = {
    ...facts,
    labels: plan.labels.join(", "),
    stages: plan.stages.length,
    survivors: survivors.length,
    officialSurvivors: truth.officialAmong,
    truth: truth.said,
    alive: alive.map(({ layers, inputs }) => `${layers}:${inputs}`).join(" "),
    clock,
    medianMs: median * 1e3,
    leastMs: least * 1e3,
    spreadMs: spread === undefined ? undefined : spread * 1e3,
    countedTeraEdges: edges.counted / median / 1e12,
    executedTeraEdges: edges.executed / median / 1e12,
    inspectMs: plan.inspectSeconds * 1e3,
    uploadMs: plan.uploadSeconds * 1e3,
    inputUploadMs: upload * 1e3,
    readbackMs: readback * 1e3,
    weightBytes: plan.weightBytes,
    featureBytes: plan.featureBytes,
    chunk: plan.chunk,
  };
  const samples = {
    kernel: seconds,
    host: [total],
    inspect: [plan.inspectSeconds],
    upload: [upload],
    readback: [readback],
  };
  return { outcome: "measured" as const, values, samples, check };
}
