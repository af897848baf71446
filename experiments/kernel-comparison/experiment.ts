import { selectKernels } from "@spmm/registry";
import {
  choiceAxis,
  comparisonRows,
  comparisonTables,
  countAxis,
  type Experiment,
  experiment,
  type PlanContext,
  type Point,
  textAxis,
} from "@spmm/runner";
import { type ComparedValues, recordOf } from "./family_times.ts";
import { comparisonFigures } from "./figures.ts";
import { comparisonFindings } from "./findings.ts";
import { chooseMatrices, type MatrixSet } from "./matrices.ts";
import { type Peers, peerTables, peerValues, readPeers } from "./peers.ts";

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
  transpose: choiceAxis("whether to multiply by the transpose of A", ["no", "yes"], {
    quick: ["no"],
    full: ["no"],
  }),
  peers: textAxis("times of other libraries", "a path", { quick: [], full: [] }),
};

type Context = PlanContext<typeof AXES>;

/** Every kernel family over pruned weights: checked, timed, set beside dense and row-split. */
export const kernelComparison: Experiment = experiment({
  name: "kernel-comparison",
  question: "Which kernel family is fastest on real pruned weights, and by how much?",
  axes: AXES,
  async points(context): Promise<Point<ComparedValues>[]> {
    const [path] = context.axes.peers;
    const peers = path === undefined ? undefined : { path, ...await readPeers(path) };
    // Who names peers wants their matrices.
    const sets: readonly MatrixSet[] = peers === undefined ? context.axes.matrices : ["peers"];
    const points: Point<ComparedValues>[] = [];
    for (const set of sets) points.push(...await pointsOf(set, context, peers));
    return points;
  },
  tables(rows) {
    const records = rows.map(recordOf);
    return [...comparisonTables(records), ...peerTables(records)];
  },
  figures: comparisonFigures,
  findings: comparisonFindings,
});

async function pointsOf(
  set: MatrixSet,
  { axes, devices }: Context,
  peers: (Peers & { readonly path: string }) | undefined,
): Promise<Point<ComparedValues>[]> {
  const entries = devices
    .map((device) => ({ device, kernels: selectKernels(axes.kernels, device.kind) }));
  const kernels = axes.kernels.join(" ");
  const beside = peers === undefined ? {} : { peers: peers.path };
  return (await chooseMatrices(set, peers)).flatMap((matrix) =>
    axes.n.flatMap((n) =>
      axes.storage.flatMap((storage) =>
        axes.transpose.map((way): Point<ComparedValues> => ({
          parameters: { matrix: matrix.name, n, storage, transpose: way, kernels, ...beside },
          async measure({ sampling }) {
            const { name, origin, matrix: a } = await matrix.load();
            const transpose = way === "yes";
            const one = { matrix: name, source: origin, problem: { a, n, storage, transpose } };
            // The peers' times are of A as it is.
            const times = peers === undefined || transpose ? {} : peerValues(peers, name, n);
            const rows = await comparisonRows(one, { entries, sampling });
            return rows.map((row) =>
              row.outcome === "measured" ? { ...row, values: { ...row.values, ...times } } : row
            );
          },
        }))
      )
    )
  );
}
