import { dataRoot } from "@spmm/datasets";
import { selectKernels } from "@spmm/registry";
import {
  countAxis,
  type Experiment,
  experiment,
  type PlanContext,
  type Point,
  processorOf,
  type RowOutcome,
  type Sampled,
  sampleInTurn,
  type SamplingOptions,
  skippedPoint,
  summarize,
  textAxis,
} from "@spmm/runner";
import type { Device, SpmmKernel } from "@spmm/spmm";
import { networkFigures } from "./figures.ts";
import { networkFindings } from "./findings.ts";
import { type LayeredNetwork, layerProblem, planNetwork } from "./layered_network.ts";
import { type LastInputs, networkLoader } from "./last_inputs.ts";
import { networkTables, type NetworkValues } from "./network_tables.ts";
import { survivorFault, survivorsOf } from "./survivors.ts";

const LAYERS = 120;
/** From this layer on the survivors do not change any more, as the data's authors found. */
const SETTLED = 30;
const INPUTS = 1200;
/** Of the last 300 inputs 10 survive, of the first 300 only 2: the better look for less work. */
const FEW_INPUTS = 300;

const AXES = {
  kernels: textAxis("kernels to run", "names, all or auto", { quick: ["all"], full: ["all"] }),
  layers: countAxis(
    `layers to run, of ${LAYERS}: all where none is set, or ${SETTLED} for a quick look in software`,
    { quick: [], full: [] },
  ),
  inputs: countAxis(
    `inputs to take, the last of ${INPUTS}: all where none is set, or ${FEW_INPUTS} for a quick look in software`,
    { quick: [], full: [] },
  ),
};

type Context = PlanContext<typeof AXES>;

/**
 * Runs the official 1024-neuron network of the Sparse DNN Graph Challenge on the official inputs at
 * hand, with every kernel on every device, and compares who survives with the truth.
 */
export const graphChallenge: Experiment = experiment({
  name: "graph-challenge",
  question: "Does every family find the official survivors of the Graph Challenge, and how fast?",
  axes: AXES,
  points(context): Point<NetworkValues>[] {
    const root = dataRoot();
    if (root === undefined) return [skippedPoint({ network: "1024 neurons" }, MISSING)];
    const load = networkLoader(root);
    return context.devices.flatMap((device) => {
      const sizes = sizesFor(device, context);
      return sizes.layers.flatMap((layers) =>
        sizes.inputs.flatMap((inputs) =>
          selectKernels(context.axes.kernels, device.kind).map((kernel): Point<NetworkValues> => ({
            parameters: { device: device.name, layers, inputs, kernel: kernel.name },
            measure: async ({ scale, sampling }) => {
              const options = scale === "quick" ? ONE_RUN : sampling;
              return [await rowOf(kernel, device, await load(layers, inputs), options)];
            },
          }))
        )
      );
    });
  },
  tables: networkTables,
  figures: networkFigures,
  findings: networkFindings,
});

const MISSING =
  "The official network is not at hand (SPMM_DATA names the folder): nothing was run.";

/** The truth is the same from layer 30 on, and an adapter in software takes minutes for more. */
function sizesFor(device: Device, { axes, scale }: Context) {
  const brief = scale === "quick" && processorOf(device) === "software gpu";
  return {
    layers: axes.layers.length > 0 ? axes.layers : [brief ? SETTLED : LAYERS],
    inputs: axes.inputs.length > 0 ? axes.inputs : [brief ? FEW_INPUTS : INPUTS],
  };
}

/** One run by the host's clock, which an adapter in software shares with the program. */
const ONE_RUN: SamplingOptions = { samples: 1, warmSeconds: 0, sampleSeconds: 0, clock: "host" };

/**
 * One kernel at a time: 120 plans of each would crowd a device, and a run is long enough to be its
 * own warm-up. The truth is asked of the features that the timed runs left.
 */
async function rowOf(
  kernel: SpmmKernel,
  device: Device,
  given: LastInputs,
  sampling: SamplingOptions,
): Promise<RowOutcome<NetworkValues>> {
  const { network, features } = given;
  const who = { contender: kernel.name, device: device.name };
  const facts = {
    processor: processorOf(device),
    inputs: features.cols,
    layers: network.layers.length,
  };
  const support = kernel.supports(layerProblem(network, 0, features.cols), device);
  if (!support.ok) return { ...who, outcome: "skipped", reason: support.reason, values: facts };
  await using planned = await planNetwork(kernel, device, network, features);
  const [sampled] = await sampleInTurn(device, [planned.contender], sampling);
  const survivors = survivorsOf(await planned.result());
  const reason = survivorFault(survivors, network.survivors);
  const found = { ...facts, survivors: survivors.length };
  if (reason !== undefined) return { ...who, outcome: "failed", reason, values: found };
  return {
    ...who,
    outcome: "measured",
    values: { ...found, ...timesOf(planned, sampled, given) },
    samples: {
      kernel: sampled.seconds,
      host: sampled.host,
      inspect: [planned.inspectSeconds],
    },
  };
}

function timesOf(
  { ran, inspectSeconds, bytes }: LayeredNetwork,
  { clock, seconds, host }: Sampled,
  { network, features }: LastInputs,
): Omit<NetworkValues, "processor" | "inputs" | "layers" | "survivors"> {
  const { median, spread } = summarize(seconds);
  const connections = network.layers.reduce((sum, { values }) => sum + values.length, 0);
  return {
    ran: Array.from(ran, ([name, times]) => ran.size === 1 ? name : `${name} (${times})`).join(
      ", ",
    ),
    clock,
    medianMs: median * 1e3,
    spreadMs: spread === undefined ? undefined : spread * 1e3,
    hostMs: summarize(host).median * 1e3,
    teraEdgesPerSecond: features.cols * connections / median / 1e12,
    inspectMs: inspectSeconds * 1e3,
    encodingBytes: bytes,
  };
}
