import { chooseDlmc, type ChosenMatrix, type PeerTimes, readPeerTimes } from "@spmm/datasets";
import { selectKernels } from "@spmm/registry";
import {
  choiceAxis,
  countAxis,
  type Experiment,
  experiment,
  type PlanContext,
  type Point,
  textAxis,
} from "@spmm/runner";
import { transposeFigures } from "./figures.ts";
import { transposeFindings } from "./findings.ts";
import { transposeRows } from "./measure_transpose.ts";
import { peerRows } from "./peers.ts";
import { transposeTables } from "./tables.ts";
import type { TransposeValues } from "./transpose_values.ts";
import { oneEncoding, twoCopies } from "./ways.ts";

const AXES = {
  matrices: choiceAxis(
    "matrices: a few of DLMC, all at hand, or those of the peers",
    ["sample", "all", "peers"],
    { quick: ["sample"], full: ["all"] },
  ),
  n: countAxis("columns of B", { quick: [64], full: [256, 1024] }),
  kernels: textAxis("kernels by rows to hold against CSB", "names of kernels", {
    quick: ["sliced-k+swizzle", "row-split-cpu"],
    full: ["sliced-k+swizzle", "row-split-cpu"],
  }),
  peers: textAxis("times of other libraries", "a path", { quick: [], full: [] }),
};

type Context = PlanContext<typeof AXES>;

/** Non-zeros aimed at by the sample: enough to time, few enough for an adapter in software. */
const SAMPLE_NON_ZEROS = 30_000;
const SAMPLE_SPARSITIES = [0.5, 0.7, 0.8, 0.9, 0.98];

/** A·B and Aᵀ·B by one encoding, by a kept copy and by conversion: time and memory. */
export const transpose: Experiment = experiment({
  name: "transpose",
  question:
    "What do A·B and Aᵀ·B take together, in time and memory, from one CSB encoding, from CSR and a kept copy, from CSR converted each time?",
  axes: AXES,
  async points(context): Promise<Point<TransposeValues>[]> {
    const { axes } = context;
    const [path] = axes.peers;
    const peers = path === undefined ? undefined : { path, ...await readPeerTimes(path) };
    // Who names peers wants their matrices.
    const sets = peers === undefined ? axes.matrices : ["peers" as const];
    const points: Point<TransposeValues>[] = [];
    for (const set of sets) {
      for (const matrix of await chosen(set, peers)) {
        for (const n of axes.n) points.push(pointOf(matrix, n, context, peers));
      }
    }
    return points;
  },
  tables: transposeTables,
  figures: transposeFigures,
  findings: transposeFindings,
});

async function chosen(
  set: Context["axes"]["matrices"][number],
  peers: PeerTimes | undefined,
): Promise<ChosenMatrix[]> {
  switch (set) {
    case "all":
      return await chooseDlmc("all");
    case "sample":
      return await chooseDlmc({
        nonZeros: SAMPLE_NON_ZEROS,
        per: ({ sparsity }) => SAMPLE_SPARSITIES.includes(sparsity) ? `${sparsity}` : undefined,
      });
    case "peers":
      return await chooseDlmc({ names: peers?.matrices.map(({ name }) => name) ?? [] });
  }
}

function pointOf(
  matrix: ChosenMatrix,
  n: number,
  { axes, devices }: Context,
  peers: (PeerTimes & { readonly path: string }) | undefined,
): Point<TransposeValues> {
  const kernels = axes.kernels.join(" ");
  const beside = peers === undefined ? {} : { peers: peers.path };
  return {
    parameters: { matrix: matrix.name, n, kernels, ...beside },
    async measure({ sampling }) {
      const { name, origin, matrix: a } = await matrix.load();
      const one = { matrix: name, source: origin, a, n };
      const entries = devices.map((device) => ({
        device,
        kernels: [
          oneEncoding(device),
          ...selectKernels(axes.kernels, device.kind).map(twoCopies),
        ],
      }));
      const rows = await transposeRows(one, entries, sampling);
      return peers === undefined ? rows : [...rows, ...peerRows(peers, one)];
    },
  };
}
