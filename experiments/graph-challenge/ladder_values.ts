import { type KeptRow, type MeasuredRow, measuredRows, type Processor } from "@spmm/runner";
import { DEFAULT_RUNG } from "./rungs.ts";

/** What is known of a rung before it is measured. */
export interface LadderFacts {
  /** What computes. */
  readonly processor: Processor;
  /** Neurons × layers. */
  readonly network: string;
  /** Neurons of a layer. */
  readonly neurons: number;
  /** Layers. */
  readonly layers: number;
  /** Weights of all layers. */
  readonly connections: number;
  /** As the challenge has them, all 1/16, or all different. */
  readonly weights: "equal" | "arbitrary";
  /** Where the structure comes from. */
  readonly networkOrigin: "official" | "generated";
  /** Inputs taken. */
  readonly inputs: number;
  /** Where they come from. */
  readonly inputOrigin: "official" | "rebuilt";
  /** Its place on the ladder, from 0. */
  readonly rung: number;
  /** What of special networks it exploits; empty where any network gains. */
  readonly exploits: string;
}

/** Times of others on the same network and inputs, where a file of them was given. */
export interface PeerValues {
  /** The GPU that they were measured on. */
  readonly peersGpu?: string | undefined;
  /** The whole inference of the paper's CUDA code, ms. */
  readonly paperMs?: number | undefined;
  /** Its kernels alone, ms. */
  readonly paperKernelsMs?: number | undefined;
  /** XY-2021, ms. */
  readonly xy2021Ms?: number | undefined;
  /** SNICIT, ms. */
  readonly snicitMs?: number | undefined;
  /** BF-2019, ms. */
  readonly bf2019Ms?: number | undefined;
}

/** What a row records of a rung. */
export interface LadderValues extends LadderFacts, PeerValues {
  /** Strategies in force, as the plan has them. */
  readonly labels: string;
  /** Kernels that run one after the other. */
  readonly stages: number;
  /** Inputs that are not all zero after the last layer. */
  readonly survivors: number;
  /** Of rebuilt inputs, survivors that are official ones too, where those are at hand. */
  readonly officialSurvivors?: number | undefined;
  /** What it was held against. */
  readonly truth: string;
  /** Inputs alive after so many layers, `layers:inputs` with blanks between. */
  readonly alive: string;
  /** Which clock took the times. */
  readonly clock: "gpu" | "host";
  /** Median of the samples, all layers over all inputs, ms. */
  readonly medianMs: number;
  /** The least of them, ms. */
  readonly leastMs: number;
  /** Their median absolute deviation, ms. */
  readonly spreadMs: number | undefined;
  /** Inputs × connections over the median, in 10¹² a second. */
  readonly countedTeraEdges: number;
  /** Multiply-adds that were done over the median, in 10¹² a second. */
  readonly executedTeraEdges: number;
  /** Looking at the network: grouping, encoding, compiling; ms. */
  readonly inspectMs: number;
  /** Bringing the weights to the device, ms. */
  readonly uploadMs: number;
  /** Bringing the inputs to the device, ms. */
  readonly inputUploadMs: number;
  /** Bringing the survivors back, ms. */
  readonly readbackMs: number;
  /** Device bytes of the weights as encoded. */
  readonly weightBytes: number;
  /** Device bytes of the features of a chunk. */
  readonly featureBytes: number;
  /** The most inputs on the device at once. */
  readonly chunk: number;
}

/** A row of this experiment. */
export type LadderRow = KeptRow<LadderValues>;

/** The rows of one network on one device that were measured, in the order of the ladder. */
export interface Climbed {
  /** "1024x120", and whether its weights are arbitrary. */
  readonly name: string;
  /** The device's name. */
  readonly device: string;
  /** Of the first row. */
  readonly facts: LadderValues;
  /** At least one. */
  readonly rows: readonly MeasuredRow<LadderValues>[];
  /** The rung that any network gains from, where it was measured. */
  readonly usual: MeasuredRow<LadderValues> | undefined;
  /** The fastest of those that exploit something, where one was measured. */
  readonly exploiting: MeasuredRow<LadderValues> | undefined;
}

/** Measured rows by device and network. */
export function climbedOf(rows: readonly LadderRow[]): Climbed[] {
  const groups = Map.groupBy(
    measuredRows(rows),
    ({ device, values: { network, weights, inputs } }) =>
      JSON.stringify([device, network, weights, inputs]),
  );
  return Array.from(groups.values(), (group) => {
    const [{ device, values }] = group;
    const special = group.filter(({ values: { exploits } }) => exploits !== "");
    return {
      name: values.weights === "equal" ? values.network : `${values.network}, arbitrary weights`,
      device,
      facts: values,
      rows: group.toSorted((a, b) => a.values.rung - b.values.rung),
      usual: group.find(({ contender }) => contender === DEFAULT_RUNG),
      exploiting: special.toSorted((a, b) => a.values.medianMs - b.values.medianMs).at(0),
    };
  });
}

/** The rungs of a climb from which any network gains; a ladder where there are several. */
export function plainRungs({ rows }: Climbed): MeasuredRow<LadderValues>[] {
  return rows.filter(({ values: { exploits } }) => exploits === "");
}
