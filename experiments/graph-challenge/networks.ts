import { findData } from "@spmm/datasets";
import { type NetworkSource, parseNetworkSource } from "@spmm/network";
import { type Processor, processorOf, type Scale } from "@spmm/runner";
import type { Device } from "@spmm/spmm";
import type { Climb } from "./rungs.ts";

/** The twelve networks of the challenge. */
export const NETWORKS = [
  "1024x120",
  "1024x480",
  "1024x1920",
  "4096x120",
  "4096x480",
  "4096x1920",
  "16384x120",
  "16384x480",
  "16384x1920",
  "65536x120",
  "65536x480",
  "65536x1920",
] as const;

/** One of them. */
export type NetworkName = typeof NETWORKS[number];

/** What is measured where no network is named. */
export const MEASURED: Readonly<Record<Scale, readonly NetworkName[]>> = {
  quick: ["1024x120"],
  full: ["1024x120", "1024x480", "1024x1920", "4096x120", "4096x480", "16384x120", "65536x120"],
};

/** On these the whole ladder is climbed: the paper's smallest, fused and not. */
const LADDERS: readonly NetworkName[] = ["1024x120", "4096x120"];
/** Connections from which a plan takes seconds: of the ladder only its ends are climbed then. */
const LARGE = 2e7;

/** How much of the ladder is climbed on a network. */
export function climbOf(name: NetworkName): Climb {
  if (LADDERS.includes(name)) return "all";
  return connectionsOf(name) > LARGE ? "ends" : "labelled";
}

/** Weights of all layers: 32 to a neuron. */
export function connectionsOf(name: string): number {
  const [neurons, layers] = name.split("x").map(Number);
  return 32 * neurons * layers;
}

/** Edges that are counted at most where a network was not asked for by name: minutes, not hours. */
const MOST_EDGES: Readonly<Record<Processor, number>> = {
  "gpu": Infinity,
  "cpu": 2e12,
  "software gpu": 1e10,
};

/** Bytes of host memory for a connection: as it is read, and encoded once or twice. */
const HOST_BYTES = 24;

/** What is asked of a network on a device. */
export interface NetworkRequest {
  readonly name: NetworkName;
  readonly device: Device;
  readonly inputs: number;
  /** Whether the command line names it. */
  readonly asked: boolean;
  readonly scale: Scale;
}

/** Why a network is not measured, or undefined where it is. */
export function reasonToSkip(
  { name, device, inputs, asked, scale }: NetworkRequest,
  hostBytes: number = hostMemory(),
): string | undefined {
  const bytes = HOST_BYTES * connectionsOf(name);
  if (bytes > hostBytes) {
    const [needed, held] = [bytes, hostBytes].map((count) => (count / 2 ** 30).toFixed(0));
    return `the host must hold ${needed} GiB to plan it: it has ${held}`;
  }
  if (asked) return undefined;
  if (!MEASURED[scale].includes(name)) {
    return `time: a ${scale} run is to end within minutes; --set networks=${name} measures it`;
  }
  const processor = processorOf(device);
  const edges = inputs * connectionsOf(name);
  if (edges <= MOST_EDGES[processor]) return undefined;
  return `time: ${edges.toPrecision(2)} edges are too many for a ${processor}; ` +
    `--set networks=${name} measures it all the same`;
}

/** Bytes of the host's memory, where the process may ask; no limit where it may not. */
function hostMemory(): number {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "systemMemoryInfo" });
  return state === "granted" ? Deno.systemMemoryInfo().total : Infinity;
}

/** Where a network comes from, and whether official inputs for it are at hand. */
export interface FoundNetwork {
  readonly source: NetworkSource;
  readonly official: boolean;
}

/** Finds a network: its official files where they are at hand, else it is generated. */
export async function findNetwork(name: string): Promise<FoundNetwork> {
  const source = await parseNetworkSource(name);
  return {
    source,
    official: source.kind === "official" && findData("graph-challenge") !== undefined,
  };
}
