import {
  choiceAxis,
  type Experiment,
  experiment,
  type PlanContext,
  type Point,
  processorOf,
  skippedPoint,
  textAxis,
} from "@spmm/runner";
import type { Device } from "@spmm/spmm";
import { ladderFigures } from "./figures.ts";
import { ladderFindings } from "./findings.ts";
import type { LadderValues } from "./ladder_values.ts";
import { type Subject, subjectLoader } from "./loaded.ts";
import { measureLadder } from "./measure_ladder.ts";
import {
  climbOf,
  findNetwork,
  MEASURED,
  type NetworkName,
  NETWORKS,
  reasonToSkip,
} from "./networks.ts";
import { type NetworkPeers, readNetworkPeers } from "./peers.ts";
import { type Climb, rungsOf } from "./rungs.ts";
import { ladderTables } from "./tables.ts";

const AXES = {
  networks: choiceAxis(
    "networks, neurons x layers: where none is set, those that end within minutes",
    NETWORKS,
    { quick: [], full: [] },
  ),
  weights: choiceAxis(
    "weights: all 1/16 as the challenge has them, or all different (of 1024x120 and what is named)",
    ["equal", "arbitrary"],
    { quick: ["equal", "arbitrary"], full: ["equal", "arbitrary"] },
  ),
  inputs: textAxis(
    "inputs: the official ones, or all or some rebuilt from MNIST",
    "official, mnist or mnist:COUNT",
    { quick: ["official"], full: ["mnist"] },
  ),
  strategies: choiceAxis<Climb>(
    "strategies: the whole ladder, its labelled top, or the default and the last; by the network where none is set",
    ["all", "labelled", "ends"],
    { quick: [], full: [] },
  ),
  peers: textAxis("times of others", "a path", { quick: [], full: [] }),
};

type Context = PlanContext<typeof AXES>;

/** The Sparse DNN Graph Challenge: the paper's table of networks, and what each strategy gains. */
export const graphChallenge: Experiment = experiment({
  name: "graph-challenge",
  question:
    "How fast does inference go through the networks of the Graph Challenge, and what does each strategy gain?",
  axes: AXES,
  async points(context): Promise<Point<LadderValues>[]> {
    const { axes, devices } = context;
    const [path] = axes.peers;
    const peers = path === undefined ? undefined : await readNetworkPeers(path);
    const load = subjectLoader();
    const points: Point<LadderValues>[] = [];
    for (const network of networksOf(context)) {
      for (const weights of weightsOf(network, context)) {
        for (const inputs of axes.inputs) {
          for (const device of devices) {
            const chosen = { network, weights, inputs, device };
            points.push(await pointOf(chosen, context, peers, load));
          }
        }
      }
    }
    return points;
  },
  tables: ladderTables,
  figures: ladderFigures,
  findings: ladderFindings,
});

/** A full run names every network, and says why it leaves some out. */
function networksOf({ axes, scale }: Context): readonly NetworkName[] {
  if (axes.networks.length > 0) return NETWORKS.filter((name) => axes.networks.includes(name));
  return scale === "full" ? NETWORKS : MEASURED.quick;
}

interface Chosen {
  readonly network: NetworkName;
  readonly weights: "equal" | "arbitrary";
  readonly inputs: string;
  readonly device: Device;
}

/** That a time does not depend on weights being equal is shown once, where nobody asks for more. */
function weightsOf(network: NetworkName, { axes }: Context): readonly Chosen["weights"][] {
  const all = axes.networks.length > 0 || network === SMALLEST;
  return axes.weights.filter((weights) => all || weights === "equal");
}

const SMALLEST = NETWORKS[0];
/** Images of MNIST that inputs are rebuilt from. */
const IMAGES = 60_000;
const OFFICIAL_INPUTS = 1200;
const MISSING = "the official network and its inputs are not at hand (SPMM_DATA names the folder)";
/** An adapter in software takes minutes for more; the truth is the same from layer 30 on. */
const BRIEF = { layers: 30, last: 300 };

async function pointOf(
  { network, weights, inputs, device }: Chosen,
  { axes, scale }: Context,
  peers: NetworkPeers | undefined,
  load: ReturnType<typeof subjectLoader>,
): Promise<Point<LadderValues>> {
  const { strategies: [climb = climbOf(network)] } = axes;
  const count = Number(
    /\d+$/.exec(inputs)?.[0] ?? (inputs === "official" ? OFFICIAL_INPUTS : IMAGES),
  );
  const brief = scale === "quick" && network === SMALLEST && inputs === "official" &&
    processorOf(device) === "software gpu";
  const name = brief ? network.replace(/\d+$/, `${BRIEF.layers}`) : network;
  const parameters = {
    ...{ network: name, weights, inputs, strategies: climb, device: device.name },
    ...peers && { peers: peers.path },
  };
  const asked = axes.networks.includes(network);
  const reason = reasonToSkip({ name: network, device, inputs: count, asked, scale });
  if (reason !== undefined) return skippedPoint(parameters, reason);
  const found = await findNetwork(name);
  if (inputs === "official" && !found.official) return skippedPoint(parameters, MISSING);
  const subject: Subject = {
    ...{ network: name, found, weights, inputs },
    ...brief && { last: BRIEF.last },
  };
  // Arbitrary weights are there to be held against equal ones, not to climb once more.
  const rungs = rungsOf(weights === "arbitrary" && climb === "all" ? "labelled" : climb);
  const request = { subject, device, rungs, peers: peers?.valuesOf(network, count) ?? {} };
  return { parameters, measure: (context) => measureLadder(request, load, context) };
}
