import { selectKernels } from "@spmm/registry";
import {
  choiceAxis,
  compareKernels,
  type ComparisonRecord,
  comparisonTables,
  countAxis,
  type Experiment,
  experiment,
  type ExperimentContext,
  textAxis,
} from "@spmm/runner";
import { chooseMatrices, type MatrixSet } from "./matrices.ts";
import { besidePeers, type Peers, peerTables, readPeers } from "./peers.ts";

const AXES = {
  matrices: choiceAxis<MatrixSet>(
    "matrices: a few of DLMC, all at hand, or those of --peers",
    ["sample", "all", "peers"],
    { quick: ["sample"], full: ["all"] },
  ),
  n: countAxis("columns of B", { quick: [64], full: [256, 1024] }),
  kernels: textAxis("kernels to run", "names, all or auto", { quick: ["all"], full: ["all"] }),
  storage: choiceAxis("what A's values, B and C are stored as", ["f32", "f16"], {
    quick: ["f32"],
    full: ["f32"],
  }),
  peers: textAxis("times of other libraries", "a path", { quick: [], full: [] }),
};

type Context = ExperimentContext<typeof AXES>;

/** Every kernel family over pruned weights: checked, timed, set beside dense and row-split. */
export const kernelComparison: Experiment = experiment({
  name: "kernel-comparison",
  question: "Which kernel family is fastest on real pruned weights, and by how much?",
  axes: AXES,
  run: async (context) => {
    const [path] = context.axes.peers;
    const peers = path === undefined ? undefined : await readPeers(path);
    const notes: string[] = [];
    const records: ComparisonRecord[] = [];
    for (const set of setsOf(context, peers)) {
      const { note, records: more } = await compareSet(set, context, peers);
      notes.push(note);
      records.push(...more);
    }
    const beside = peers === undefined ? records : besidePeers(records, peers);
    return {
      tables: [
        ...comparisonTables(records),
        ...(peers === undefined ? [] : peerTables(besidePeers(records, peers), peers)),
      ],
      series: [{ name: "times", records: beside.map((record) => ({ ...record })) }],
      notes,
      failures: records.filter(({ outcome }) => outcome === "failed")
        .map(({ kernel, matrix, n, reason }) => `${kernel} on ${matrix}, N = ${n}: ${reason}`),
    };
  },
});

/** Who names peers wants their matrices. */
function setsOf({ axes }: Context, peers: Peers | undefined): readonly MatrixSet[] {
  return peers === undefined ? axes.matrices : ["peers"];
}

async function compareSet(set: MatrixSet, context: Context, peers: Peers | undefined) {
  const { axes, devices, sampling } = context;
  const entries = devices
    .map((device) => ({ device, kernels: selectKernels(axes.kernels, device.kind) }));
  const chosen = await chooseMatrices(set, peers);
  const records: ComparisonRecord[] = [];
  const total = chosen.count * axes.n.length * axes.storage.length;
  let done = 0;
  for await (const { name, origin, matrix: a } of chosen.load()) {
    for (const n of axes.n) {
      for (const storage of axes.storage) {
        context.progress(done++, total, `${name}, N = ${n}`);
        const one = { matrix: name, source: origin, problem: { a, n, storage } };
        records.push(...await compareKernels(one, { entries, sampling }));
      }
    }
  }
  return { note: chosen.note, records };
}
