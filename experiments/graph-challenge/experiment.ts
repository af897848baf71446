import { dataRoot, denseFeatures, type GraphChallenge, loadGraphChallenge } from "@spmm/datasets";
import type { Dense } from "@spmm/formats";
import { selectKernels } from "@spmm/registry";
import {
  type Cell,
  countAxis,
  type Experiment,
  experiment,
  type ExperimentContext,
  type Processor,
  processorOf,
  type Sampled,
  sampleInTurn,
  type SamplingOptions,
  type Series,
  summarize,
  type Table,
  textAxis,
} from "@spmm/runner";
import type { Device, SpmmKernel } from "@spmm/spmm";
import { type LayeredNetwork, layerProblem, planNetwork } from "./layered_network.ts";
import { survivorFault, survivorsOf } from "./survivors.ts";

const LAYERS = 120;
/** From this layer on the survivors do not change any more, as the data's authors found. */
const SETTLED = 30;

const AXES = {
  kernels: textAxis("kernels to run", "names, all or auto", { quick: ["all"], full: ["all"] }),
  layers: countAxis(
    `layers to run, of ${LAYERS}: all where none is set, or ${SETTLED} for a quick look in software`,
    { quick: [], full: [] },
  ),
};

type Context = ExperimentContext<typeof AXES>;

/**
 * Runs the official 1024-neuron network of the Sparse DNN Graph Challenge on the official inputs at
 * hand, with every kernel on every device, and compares who survives with the truth.
 */
export const graphChallenge: Experiment = experiment({
  name: "graph-challenge",
  question: "Does every family find the official survivors of the Graph Challenge, and how fast?",
  axes: AXES,
  run: async (context) => {
    const root = dataRoot();
    if (root === undefined) return { ...NOTHING, notes: [MISSING] };
    const records: NetworkRecord[] = [];
    const whole = await loadGraphChallenge(root);
    const features = denseFeatures(whole.inputs);
    for (const device of context.devices) {
      for (const layers of layersFor(device, context)) {
        const network = { ...whole, layers: whole.layers.slice(0, layers) };
        const kernels = selectKernels(context.axes.kernels, device.kind);
        records.push(...await runKernels(kernels, device, network, features, context));
      }
    }
    return {
      tables: tablesOf(records),
      series: [{ name: "times", records: records.map((record) => ({ ...record })) }],
      notes: [NOTE],
      failures: records.filter(({ outcome }) => outcome === "failed")
        .map(({ kernel, device, reason }) => `${kernel} on ${device}: ${reason}`),
    };
  },
});

const NOTHING = { tables: [], series: [] as readonly Series[], failures: [] };
const MISSING =
  "The official network is not at hand (SPMM_DATA names the folder): nothing was run.";
const NOTE =
  "TeraEdges/s are edges counted as the challenge counts them, inputs × connections / time: every " +
  "input through every layer. None is skipped: no dead input is dropped, no equal weight made use of.";

/** The truth is the same from layer 30 on, and an adapter in software takes minutes for more. */
function layersFor(device: Device, { axes, scale }: Context): readonly number[] {
  if (axes.layers.length > 0) return axes.layers;
  return [scale === "quick" && processorOf(device) === "software gpu" ? SETTLED : LAYERS];
}

/** One run by the host's clock, which an adapter in software shares with the program. */
const ONE_RUN: SamplingOptions = { samples: 1, warmSeconds: 0, sampleSeconds: 0, clock: "host" };

/** How a kernel fared with the network: a line of the CSV. */
interface NetworkRecord {
  readonly device: string;
  readonly processor: Processor;
  readonly kernel: string;
  readonly outcome: "measured" | "skipped" | "failed";
  readonly reason: string | undefined;
  readonly ran: string | undefined;
  readonly inputs: number;
  readonly layers: number;
  readonly survivors: number | undefined;
  readonly clock: string | undefined;
  readonly medianMs: number | undefined;
  readonly spreadMs: number | undefined;
  readonly samples: number | undefined;
  readonly hostMs: number | undefined;
  readonly teraEdgesPerSecond: number | undefined;
  readonly inspectMs: number | undefined;
  readonly encodingBytes: number | undefined;
}

async function runKernels(
  kernels: readonly SpmmKernel[],
  device: Device,
  network: GraphChallenge,
  features: Dense,
  context: Context,
): Promise<NetworkRecord[]> {
  const records: NetworkRecord[] = [];
  for (const [i, kernel] of kernels.entries()) {
    context.progress(i, kernels.length, `${kernel.name} on ${device.name}`);
    const facts = {
      ...UNKNOWN,
      device: device.name,
      processor: processorOf(device),
      kernel: kernel.name,
      inputs: features.cols,
      layers: network.layers.length,
    };
    const support = kernel.supports(layerProblem(network, 0, features.cols), device);
    if (!support.ok) {
      records.push({ ...facts, outcome: "skipped", reason: support.reason });
      continue;
    }
    try {
      records.push({ ...facts, ...await runKernel(kernel, device, network, features, context) });
    } catch (error) {
      records.push({ ...facts, outcome: "failed", reason: String(error) });
    }
  }
  return records;
}

const UNKNOWN = {
  reason: undefined,
  ran: undefined,
  survivors: undefined,
  clock: undefined,
  medianMs: undefined,
  spreadMs: undefined,
  samples: undefined,
  hostMs: undefined,
  teraEdgesPerSecond: undefined,
  inspectMs: undefined,
  encodingBytes: undefined,
};

/**
 * One kernel at a time: 120 plans of each would crowd a device, and a run is long enough to be its
 * own warm-up. The truth is asked of the features that the timed runs left.
 */
async function runKernel(
  kernel: SpmmKernel,
  device: Device,
  network: GraphChallenge,
  features: Dense,
  { scale, sampling }: Context,
): Promise<Partial<NetworkRecord> & Pick<NetworkRecord, "outcome">> {
  await using planned = await planNetwork(kernel, device, network, features);
  const options = scale === "quick" ? ONE_RUN : sampling;
  const [sampled] = await sampleInTurn(device, [planned.contender], options);
  const survivors = survivorsOf(await planned.result());
  const fault = survivorFault(survivors, network.survivors);
  const found = { survivors: survivors.length };
  if (fault !== undefined) return { ...found, outcome: "failed", reason: fault };
  return { ...found, outcome: "measured", ...factsOf(planned, sampled, network, features) };
}

function factsOf(
  { ran, inspectSeconds, bytes }: LayeredNetwork,
  { clock, seconds, hostSeconds }: Sampled,
  { layers }: GraphChallenge,
  { cols: inputs }: Dense,
): Partial<NetworkRecord> {
  const { median, spread, count } = summarize(seconds);
  const connections = layers.reduce((sum, { values }) => sum + values.length, 0);
  return {
    ran: Array.from(ran, ([name, times]) => ran.size === 1 ? name : `${name} (${times})`).join(
      ", ",
    ),
    clock,
    medianMs: median * 1e3,
    spreadMs: spread === undefined ? undefined : spread * 1e3,
    samples: count,
    hostMs: hostSeconds * 1e3,
    teraEdgesPerSecond: inputs * connections / median / 1e12,
    inspectMs: inspectSeconds * 1e3,
    encodingBytes: bytes,
  };
}

function tablesOf(records: readonly NetworkRecord[]): Table[] {
  const name = ({ device, processor, inputs, layers }: NetworkRecord) =>
    `${inputs} inputs, 1024 neurons, ${layers} layers on ${device} (${processor})`;
  return Array.from(Map.groupBy(records, name), ([title, group]) => ({
    title,
    columns: HEADINGS.map((heading) => ({ heading })),
    rows: group.map((record): Cell[] => [
      record.kernel,
      record.survivors === undefined
        ? record.outcome
        : `${record.survivors} ${SAID[record.outcome]}`,
      record.medianMs,
      record.teraEdgesPerSecond,
      record.inspectMs,
      record.encodingBytes === undefined ? undefined : record.encodingBytes / 2 ** 20,
      record.ran === record.kernel ? "" : record.ran,
    ]),
  }));
}

const HEADINGS = [
  "kernel",
  "survivors",
  "time, ms",
  "TeraEdges/s counted",
  "inspect, ms",
  "encodings, MiB",
  "ran",
];
const SAID = { measured: "as official", failed: "WRONG", skipped: "" };
