import { type ChosenMatrix, type PeerTimes, readPeerTimes } from "@spmm/datasets";
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
import { kernelsFor, type Occasion } from "./chosen_kernels.ts";
import { type ComparedValues, recordOf, rowsOf } from "./family_times.ts";
import { comparisonFigures } from "./figures.ts";
import { comparisonFindings } from "./findings.ts";
import { halvesTables } from "./halves.ts";
import { chooseMatrices, type MatrixSet } from "./matrices.ts";
import { peerTables, peerValues } from "./peers.ts";
import { targetTables } from "./targets.ts";
import { widthTables } from "./widths.ts";

const AXES = {
  matrices: choiceAxis<MatrixSet>(
    "matrices: a few of DLMC, all at hand, or those of --peers",
    ["sample", "all", "peers"],
    { quick: ["sample"], full: ["all"] },
  ),
  n: countAxis("columns of B", { quick: [64], full: [256, 1024] }),
  widths: countAxis("columns of B on the sample alone, with a few kernels; none beside peers", {
    quick: [],
    full: [32, 64, 100, 128, 250, 257, 512, 1000, 1023, 2048],
  }),
  kernels: textAxis(
    "kernels to run; all: fewer in f16, by the transpose and over widths",
    "names, all or auto",
    {
      quick: ["all"],
      full: ["all"],
    },
  ),
  storage: choiceAxis("what A's values, B and C are stored as", ["f32", "f16"], {
    quick: ["f32"],
    full: ["f32", "f16"],
  }),
  transpose: choiceAxis("whether to multiply by the transpose of A", ["no", "yes"], {
    quick: ["no"],
    full: ["no"],
  }),
  peers: textAxis("times of other libraries", "a path", { quick: [], full: [] }),
};

type Context = PlanContext<typeof AXES>;
type Beside = (PeerTimes & { readonly path: string }) | undefined;

/** Every kernel family over pruned weights: checked, timed, set beside dense and row-split. */
export const kernelComparison: Experiment = experiment({
  name: "kernel-comparison",
  question: "Which kernel family is fastest on real pruned weights, and by how much?",
  axes: AXES,
  async points(context): Promise<Point<ComparedValues>[]> {
    const [path] = context.axes.peers;
    const peers = path === undefined ? undefined : { path, ...await readPeerTimes(path) };
    return [...await familyPoints(context, peers), ...await widthPoints(context, peers)];
  },
  tables(rows) {
    const records = rowsOf("families", rows).map(recordOf);
    return [
      ...comparisonTables(records),
      ...widthTables(rows),
      ...peerTables(records),
      ...halvesTables(rows),
      ...targetTables(rows),
    ];
  },
  figures: comparisonFigures,
  findings: comparisonFindings,
});

async function familyPoints(context: Context, peers: Beside): Promise<Point<ComparedValues>[]> {
  // Who names peers wants their matrices.
  const sets: readonly MatrixSet[] = peers === undefined ? context.axes.matrices : ["peers"];
  const points: Point<ComparedValues>[] = [];
  for (const set of sets) {
    const sampled = set === "all" ? await chooseMatrices("sample") : undefined;
    for (const matrix of await chooseMatrices(set, peers)) {
      const whole = sampled === undefined || sampled.some(({ name }) => name === matrix.name);
      const occasions = occasionsOf(context).slice(0, whole ? Infinity : 1);
      points.push(
        ...context.axes.n.flatMap((n) =>
          occasions.map((occasion) => pointOf(matrix, n, occasion, context, peers))
        ),
      );
    }
  }
  return points;
}

/** Of all matrices at hand, those beyond the sample are measured on the first occasion alone. */
function occasionsOf({ axes }: Context): Occasion[] {
  return axes.storage.flatMap((storage) =>
    axes.transpose.map((way) => ({ study: "families", storage, transpose: way === "yes" }))
  );
}

/** In the first storage that is asked for: widths are many. */
async function widthPoints(context: Context, peers: Beside): Promise<Point<ComparedValues>[]> {
  const { widths, storage: [storage] } = context.axes;
  if (peers !== undefined || widths.length === 0 || storage === undefined) return [];
  const occasion: Occasion = { study: "widths", storage, transpose: false };
  return (await chooseMatrices("sample"))
    .flatMap((matrix) => widths.map((n) => pointOf(matrix, n, occasion, context, undefined)));
}

function pointOf(
  matrix: ChosenMatrix,
  n: number,
  occasion: Occasion,
  { axes, devices }: Context,
  peers: Beside,
): Point<ComparedValues> {
  const { study, storage, transpose } = occasion;
  const names = kernelsFor(axes.kernels, occasion);
  const entries = devices.map((device) => ({ device, kernels: selectKernels(names, device.kind) }));
  return {
    parameters: {
      ...{ matrix: matrix.name, n, storage, transpose: transpose ? "yes" : "no" },
      kernels: names.join(" "),
      ...(study !== "families" && { study }),
      ...(peers !== undefined && { peers: peers.path }),
    },
    async measure({ sampling }) {
      const { name, origin, matrix: a } = await matrix.load();
      const one = { matrix: name, source: origin, problem: { a, n, storage, transpose } };
      const times = peers === undefined ? {} : peerValues(peers, name, { n, storage, transpose });
      const rows = await comparisonRows(one, { entries, sampling });
      return rows.map((row) =>
        row.outcome === "measured" ? { ...row, values: { ...row.values, ...times } } : row
      );
    },
  };
}
