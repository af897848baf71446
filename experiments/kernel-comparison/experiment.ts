import { selectKernels } from "@spmm/registry";
import {
  choiceAxis,
  comparisonGroup,
  type ComparisonRecord,
  comparisonRecord,
  comparisonRows,
  comparisonTables,
  type ComparisonValues,
  countAxis,
  type Experiment,
  experiment,
  geometricMean,
  type KeptRow,
  measuredRows,
  type PlanContext,
  type Point,
  textAxis,
} from "@spmm/runner";
import { chooseMatrices, type MatrixSet } from "./matrices.ts";
import { type Peers, peerTables, type PeerValues, peerValues, readPeers } from "./peers.ts";

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

type Context = PlanContext<typeof AXES>;
type Values = ComparisonValues & PeerValues;

/** Every kernel family over pruned weights: checked, timed, set beside dense and row-split. */
export const kernelComparison: Experiment = experiment({
  name: "kernel-comparison",
  question: "Which kernel family is fastest on real pruned weights, and by how much?",
  axes: AXES,
  async points(context): Promise<Point<Values>[]> {
    const [path] = context.axes.peers;
    const peers = path === undefined ? undefined : { path, ...await readPeers(path) };
    // Who names peers wants their matrices.
    const sets: readonly MatrixSet[] = peers === undefined ? context.axes.matrices : ["peers"];
    const points: Point<Values>[] = [];
    for (const set of sets) points.push(...await pointsOf(set, context, peers));
    return points;
  },
  tables(rows) {
    const records = rows.map(recordOf);
    return [...comparisonTables(records), ...peerTables(records)];
  },
  findings: (rows) => [...answers(rows), origins(rows)],
});

async function pointsOf(
  set: MatrixSet,
  { axes, devices }: Context,
  peers: (Peers & { readonly path: string }) | undefined,
): Promise<Point<Values>[]> {
  const entries = devices
    .map((device) => ({ device, kernels: selectKernels(axes.kernels, device.kind) }));
  const kernels = axes.kernels.join(" ");
  const beside = peers === undefined ? {} : { peers: peers.path };
  return (await chooseMatrices(set, peers)).flatMap((matrix) =>
    axes.n.flatMap((n) =>
      axes.storage.map((storage): Point<Values> => ({
        parameters: { matrix: matrix.name, n, storage, kernels, ...beside },
        async measure({ sampling }) {
          const { name, origin, matrix: a } = await matrix.load();
          const one = { matrix: name, source: origin, problem: { a, n, storage } };
          const times = peers === undefined ? {} : peerValues(peers, name, n);
          const rows = await comparisonRows(one, { entries, sampling });
          return rows.map((row) =>
            row.outcome === "measured" ? { ...row, values: { ...row.values, ...times } } : row
          );
        },
      }))
    )
  );
}

function recordOf(row: KeptRow<Values>): ComparisonRecord & PeerValues {
  const { peersGpu, sputnikUs, cusparseUs, cublasDenseUs } = row.values;
  return { ...comparisonRecord(row), peersGpu, sputnikUs, cusparseUs, cublasDenseUs };
}

/** For each table the kernel that is fastest on geometric average over what all have measured. */
function answers(rows: readonly KeptRow<Values>[]): string[] {
  const groups = Map.groupBy(measuredRows(rows), (row) => comparisonGroup(recordOf(row)));
  return Array.from(groups, ([name, group]) => {
    const byKernel = Map.groupBy(group, ({ contender }) => contender);
    const most = Math.max(...Array.from(byKernel.values(), ({ length }) => length));
    const means = Array.from(byKernel)
      .filter(([, ofKernel]) => ofKernel.length === most)
      .map(([kernel, ofKernel]) => ({
        kernel,
        us: geometricMean(ofKernel.map(({ values }) => values.medianUs ?? NaN)),
      }))
      .sort((a, b) => a.us - b.us);
    const [first, second] = means;
    const ahead = second === undefined
      ? ""
      : `, ${(second.us / first.us).toFixed(2)} × as fast as ${second.kernel}`;
    return `Fastest over ${most} matrices by geometric mean: ${first.kernel}${ahead} (${name}).`;
  });
}

function origins(rows: readonly KeptRow<Values>[]): string {
  const byMatrix = new Map(rows.map(({ values }) => [values.matrix, values.source]));
  const sources = Map.groupBy(byMatrix.values(), (source) => source);
  const parts = ORIGINS.flatMap(([source, what]) => {
    const count = sources.get(source)?.length ?? 0;
    return count === 0 ? [] : [`${count} ${what}`];
  });
  return `Matrices: ${parts.join("; ") || "none"}.`;
}

const ORIGINS = [
  ["file", "of DLMC, with drawn values"],
  ["stand-in", "stand-ins: the shape, non-zeros and spread of lengths of DLMC's, other positions"],
  ["generated", "generated, since nothing of DLMC is at hand"],
] as const;
